"""The directory of units: a name is registered, confirmed, or found to be another's (R1)."""

from datetime import datetime

from django.db import transaction

from accounts.directory import plain
from accounts.models import InstitutionKind, Province, Unit


def register_unit(*, province: Province, name: str, kind: str, city: str = "", county: str = "") -> Unit:
    """The unit of that name, or the one of which it is another name, in the open transaction; made where there is none.

    What people say of a unit's place and kind is kept until the unit is confirmed, and what is said first stays.
    """
    unit, made = Unit.objects.select_related("same_as").get_or_create(
        province=province, name=plain(name), defaults={"kind": kind, "city": plain(city), "county": plain(county)}
    )
    if not made and unit.confirmed_at is None and unit.same_as is None:
        unit.city, unit.county = unit.city or plain(city), unit.county or plain(county)
        unit.save(update_fields=["city", "county"])
    return unit.same_as or unit


def confirm_unit(*, unit_id: int, now: datetime) -> None:
    """Offer a unit to everybody from now on, in the open transaction: people who know it have seen its name."""
    Unit.objects.filter(pk=unit_id, confirmed_at__isnull=True).update(confirmed_at=now)


@transaction.atomic(durable=True)
def import_unit(
    *, province: Province, name: str, kind: str, city: str, county: str, aliases: list[str], now: datetime
) -> bool:
    """Put a unit and its other names into the directory as confirmed; whether it was new. The operator's act."""
    place = {"kind": InstitutionKind(kind), "city": plain(city), "county": plain(county), "confirmed_at": now}
    unit, made = Unit.objects.update_or_create(province=province, name=plain(name), defaults={**place, "same_as": None})
    for alias in {plain(one) for one in aliases} - {unit.name, ""}:
        Unit.objects.update_or_create(province=province, name=alias, defaults={**place, "same_as": unit})
    return made
