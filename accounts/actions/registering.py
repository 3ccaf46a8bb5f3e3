"""Registering people: what a sign-up leaves behind."""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.actions.consenting import note_registration
from accounts.actions.units import register_unit
from accounts.models import User
from kernel import audit


@transaction.atomic
def fill_in(*, user: User, data: dict[str, Any], now: datetime) -> User:
    """Save a new author with their unit; the directory of units grows by it (R1). Contact details come unconfirmed."""
    unit = register_unit(
        province=data["province"], name=data["unit"], kind=data["institution"], city=data["city"], county=data["county"]
    )
    user.name, user.post_kind = data["name"].strip(), data["post_kind"]
    user.province, user.unit = data["province"], unit
    user.email, user.mobile = data.get("email") or None, data.get("phone") or None
    user.set_password(data["password1"])
    user.save()
    note_registration(user, now)
    audit.record(verb="user.register", subject=user, actor=user, now=now, province_code=user.province.code)
    return user


@transaction.atomic
def forget_password(*, user: User, now: datetime) -> None:
    """End the password of a registration that was never confirmed until now; accounts that were made for people keep
    theirs. The owner logs in by code and may set one of their own."""
    if audit.history(user).filter(verb="user.register").exists():
        user.set_unusable_password()
        user.save(update_fields=["password"])
        audit.record(verb="user.forget_password", subject=user, actor=None, now=now)


def confirm_email(user: User) -> None:
    """Count the user's e-mail as confirmed: a code that was mailed to it has come back."""
    if user.email:
        EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
