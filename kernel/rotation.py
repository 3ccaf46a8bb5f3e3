"""Encrypting what stands in the database anew: under another key, or for the first time."""

from collections.abc import Callable, Iterator

from django.apps import apps
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import connection, transaction

from kernel.encryption import current_key, decrypt, encrypt
from kernel.fields import EncryptedText

BATCH = 500
SHAPE = r"^[A-Za-z0-9_-]{0,22}\$[A-Za-z0-9_.-]+\$[A-Za-z0-9_=-]+$"
"""What an encrypted value looks like (kernel.encryption), and nothing that people write as a contact."""

ALSO: dict[str, Callable[[], int]] = {}
"""What apps keep encrypted inside of other values: where it stands, and what encrypts it anew and says how many."""


def encrypted_columns() -> Iterator[tuple[str, str, bool]]:
    """(table, column, findable) of every encrypted column; sessions are one of them (accounts.sessions)."""
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedText):
                yield model._meta.db_table, str(field.column), field.findable
        if issubclass(model, AbstractBaseSession):
            yield model._meta.db_table, "session_data", False


def rotate(table: str, column: str, *, findable: bool) -> int:
    """Encrypt a column's values under the current key where they are not yet; how many.

    A batch a transaction, each row locked and written once: the portal goes on meanwhile, and a rotation that was cut
    short is run again.
    """
    place = f"{table}.{column}"
    old = f"split_part({column}, '$', 2) NOT IN ('', %s)"

    def again(stored: str) -> str:
        return encrypt(decrypt(stored, place=place), place=place, findable=findable)

    done = 0
    while count := rewrite(table, column, again, where=old, parameters=[current_key()]):
        done += count
    return done


def rewrite(
    table: str, column: str, change: Callable[[str], str], *, where: str, parameters: list[str], limit: int = BATCH
) -> int:
    """Put every value of a batch through `change`, in one transaction; how many. The names are our own."""
    key = "session_key" if column == "session_data" else "id"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, {column} FROM {table} WHERE {where} ORDER BY {key} LIMIT {limit} FOR UPDATE", parameters
        )
        rows = cursor.fetchall()
        for pk, stored in rows:
            cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", [change(stored), pk])
    return len(rows)


def encrypt_all(table: str, column: str, *, findable: bool = False) -> int:
    """For migrations: encrypt a column of plain values; how many. Run again it changes nothing more."""
    place = f"{table}.{column}"
    return _all(table, column, lambda value: encrypt(value, place=place, findable=findable), f"{column} !~ %s")


def decrypt_all(table: str, column: str) -> int:
    """For migrations: the way back from `encrypt_all`."""
    place = f"{table}.{column}"
    return _all(table, column, lambda value: decrypt(value, place=place), f"{column} ~ %s")


def _all(table: str, column: str, change: Callable[[str], str], where: str) -> int:
    done = 0
    while count := rewrite(table, column, change, where=f"{column} <> '' AND {where}", parameters=[SHAPE]):
        done += count
    return done
