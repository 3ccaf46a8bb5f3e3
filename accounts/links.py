"""Links that log their owner in once. They are mailed beside a code; nobody can guess them, so no tries are counted."""

from typing import Final

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User

SALT: Final = "accounts.links"


def _state(user: User) -> str:
    """Changes with the next login, a new password, another e-mail: what was signed with it before is spent."""
    return salted_hmac(
        SALT, f"{user.pk} {user.password} {user.last_login} {user.email}", algorithm="sha256"
    ).hexdigest()[:32]


def login_link(user: User) -> str:
    """The address, good for as long as the code beside it."""
    token = signing.dumps([user.pk, _state(user)], salt=SALT)
    return settings.BASE_URL + reverse("account_login_link", args=[token])


def owner_of(token: str) -> User | None:
    """Whom a token logs in; None where it is spent, too old or made up."""
    try:
        account, state = signing.loads(token, salt=SALT, max_age=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=account, is_active=True).first()
    return user if user is not None and constant_time_compare(_state(user), state) else None
