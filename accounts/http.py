"""The request as our views see it."""

from datetime import datetime

from django.http import HttpRequest

from accounts.models import User
from accounts.sessions import SessionStore


class Request(HttpRequest):
    """A request with its moment of arrival. Behind `@requires`, `user` is one of our users."""

    now: datetime
    session: SessionStore
    user: User
