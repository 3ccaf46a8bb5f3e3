"""Models from rows of SQL that is written out, for the few pages where putting a wide join into words costs most.

Django needs 3 to 6 ms for the SQL and the objects of eight joined tables, this half of one.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from django.db import connection
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)
FIRST = 987_000_001
"""Numbers from here on stand for the values that come later; no rule holds such a number itself."""


class Table(Generic[Row]):
    """A model's columns under an alias of the SQL, and the object that a row of them makes."""

    def __init__(self, model: type[Row], alias: str) -> None:
        fields = model._meta.concrete_fields
        self.model = model
        self.columns = ", ".join(f'{alias}."{field.column}"' for field in fields)
        self.names = [field.attname for field in fields]
        self.key = self.names.index(model._meta.pk.attname)
        self.readers = [(i, field.from_db_value) for i, field in enumerate(fields) if hasattr(field, "from_db_value")]

    def read(self, values: Sequence[Any]) -> Row | None:
        """The object, or None where an outer join found nothing."""
        if values[self.key] is None:
            return None
        row = list(values)
        for at, reader in self.readers:
            row[at] = reader(row[at], None, connection)
        return self.model.from_db("default", self.names, row)


def fetch(sql: str, parameters: Sequence[Any] | Mapping[str, Any], *tables: Table[Any]) -> Sequence[Sequence[Any]]:
    """For each row the objects of the tables, whose columns stand first and in this order, then the other values."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
    if not tables:
        return cast(Sequence[Sequence[Any]], rows)
    found = []
    for values in rows:
        made: list[Any] = []
        at = 0
        for table in tables:
            made.append(table.read(values[at : at + len(table.names)]))
            at += len(table.names)
        found.append([*made, *values[at:]])
    return found


def remember(owner: Model, **related: Any) -> None:
    """Put what was read along where the owner's attributes find it: None for a membership that is not there."""
    owner._state.fields_cache.update(related)


def remember_many(owner: Model, name: str, rows: list[Any], model: type[Model]) -> None:
    """Put rows where `owner.NAME.all()` finds them, as a prefetch does."""
    kept = model._default_manager.all()
    kept._result_cache = rows
    kept._prefetch_done = True  # type: ignore[attr-defined]
    vars(owner).setdefault("_prefetched_objects_cache", {})[name] = kept


class Rule:
    """A rule that a QuerySet states, put into words once: a subquery, and its values for each use.

    `make` takes whole numbers alone and must give the same QuerySet but for them.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, Any]], *names: str) -> None:
        self._make, self._names = make, names

    @cached_property
    def _compiled(self) -> tuple[str, tuple[Any, ...]]:
        rows = self._make(**{name: FIRST + i for i, name in enumerate(self._names)})
        sql, parameters = rows.order_by().values("pk").query.sql_with_params()
        return sql, parameters

    @property
    def sql(self) -> str:
        return self._compiled[0]

    def where(self, table: str, alias: str) -> str:
        """The bare condition under an alias, for a rule over one table: it saves the database joining it to itself."""
        head, _, condition = self.sql.partition(" WHERE ")
        assert head.endswith(f'FROM "{table}"'), head
        return condition.replace(f'"{table}".', f"{alias}.")

    def parameters(self, **values: int) -> list[Any]:
        stand_ins = {FIRST + i: values[name] for i, name in enumerate(self._names)}
        return [stand_ins.get(value, value) if type(value) is int else value for value in self._compiled[1]]
