"""A text column that the database holds encrypted, and that reads and writes like any other (kernel.encryption)."""

from typing import Any

from django.db import models
from django.db.models.lookups import IsNull

from kernel.encryption import FINGERPRINT, decrypt, encrypt, fingerprint


class _OneOf(models.Lookup):
    """Equality by fingerprint: one comparison the database can answer from an index on `Left(column, FINGERPRINT)`."""

    lookup_name = "in"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, params = self.process_lhs(compiler, connection)
        field: EncryptedText = self.lhs.output_field
        wanted = [field.fingerprint(value) for value in self.rhs]
        return f"LEFT({lhs}, {FINGERPRINT}) = ANY(%s)", (*params, wanted)


class _Same(_OneOf):
    lookup_name = "exact"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, params = self.process_lhs(compiler, connection)
        field: EncryptedText = self.lhs.output_field
        return f"LEFT({lhs}, {FINGERPRINT}) = %s", (*params, field.fingerprint(self.rhs))


LOOKUPS: dict[str, type[models.Lookup]] = {"exact": _Same, "iexact": _Same, "in": _OneOf, "isnull": IsNull}


class EncryptedText(models.TextField):
    """Text encrypted at rest. A `findable` one can be compared, by equality and without regard to case; nothing else
    can be asked of it. To make it unique, constrain `Left(name, FINGERPRINT)`: the fingerprint stands in front.

    A column keeps its name for life: the name is part of what its values are sealed with.
    """

    def __init__(self, *args: Any, findable: bool = False, **kwargs: Any) -> None:
        self.findable = findable
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, **({"findable": True} if self.findable else {})}

    @property
    def place(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def fingerprint(self, value: Any) -> str:
        """What a row with this value begins with. Refuses what cannot be compared."""
        if not isinstance(value, str):
            raise TypeError(f"{self.place} is encrypted: compare it with a text")
        if value and not self.findable:
            raise TypeError(f"{self.place} is encrypted and not findable")
        return fingerprint(value, place=self.place)

    def get_lookup(self, lookup_name: str) -> Any:
        return LOOKUPS.get(lookup_name)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        plain = super().get_db_prep_value(value, connection, prepared)
        return None if plain is None else encrypt(plain, place=self.place, findable=self.findable)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else decrypt(value, place=self.place)
