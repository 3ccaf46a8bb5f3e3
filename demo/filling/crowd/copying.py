"""Writing many rows at once: tables filled by PostgreSQL's COPY, ids taken ahead from their sequences."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, models

from kernel.fields import EncryptedText

BLOCK = 500
"""How many ids are taken from a sequence at once."""

_MARKS = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Written(str):
    """A cell that is written out for COPY already: what many rows share is escaped once."""

    __slots__ = ()


def written(value: Any) -> Written:
    """The cell of a value, ready for COPY; a dict or list becomes JSON."""
    if value is None:
        return Written("\\N")
    writer = _WRITERS.get(type(value))
    if writer is None:
        writer = next(write for kind, write in _WRITERS.items() if isinstance(value, kind))
    return Written(writer(value))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).translate(_MARKS)


_WRITERS: dict[type, Callable[[Any], str]] = {
    bool: lambda value: "t" if value else "f",
    str: lambda value: value.translate(_MARKS),
    int: str,
    float: repr,
    Decimal: str,
    datetime: datetime.isoformat,
    date: date.isoformat,
    dict: _json,
    list: _json,
}


class Table:
    """Rows of one model, gathered and written together. Columns that are not named get the model's own defaults."""

    def __init__(self, model: type[models.Model], names: str) -> None:
        self.model = model
        named = names.split()
        fields = {field.attname: field for field in model._meta.concrete_fields}
        # A table numbers its rows itself where nobody needs to know the number.
        left = [name for name, one in fields.items() if name not in named and not one.primary_key]
        self.columns = [str(fields[name].column) for name in (*named, *left)]
        self.encrypted = [(at, one) for at, name in enumerate(named) if isinstance(one := fields[name], EncryptedText)]
        self.tail = "".join("\t" + written(fields[name].get_default()) for name in left) + "\n"
        self.lines: list[str] = []
        self.count = 0

    def add(self, *values: Any) -> None:
        """One row: the values of the named columns in their order."""
        row = list(values)
        for at, field in self.encrypted:
            row[at] = field.get_db_prep_save(row[at], connection)
        cells = [value if type(value) is Written else written(value) for value in row]
        self.lines.append("\t".join(cells) + self.tail)

    def write(self) -> None:
        """Send what was gathered to the database, in the open transaction."""
        if not self.lines:
            return
        quoted = ", ".join(map(connection.ops.quote_name, self.columns))
        table = connection.ops.quote_name(self.model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {table} ({quoted}) FROM STDIN", io.StringIO("".join(self.lines)))
        self.count += len(self.lines)
        self.lines.clear()


def fresh_ids(model: type[models.Model]) -> Iterator[int]:
    """Ids that nobody else will get, without end, from the sequence of the model's table."""
    sequence = [model._meta.db_table, model._meta.pk.column]
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [*sequence, BLOCK]
            )
            yield from [pk for (pk,) in cursor.fetchall()]
