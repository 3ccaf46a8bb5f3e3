"""Sessions in the database, one row each: whose it is, since when, and when a hand was last on it.

Encrypted: on the way to a confirmed mobile or e-mail they hold it, and its code. Read by one plain query: every
request of a member reads its own. They run on the machine's time, as Django's do.
"""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

from accounts.models import Session
from accounts.policy import IDLE, LONGEST
from kernel.encryption import Unreadable, decrypt, encrypt
from kernel.rows import fetch

PLACE = "accounts_session.session_data"
SQL = "SELECT session_data, expire_date, seen_at FROM accounts_session WHERE session_key = %s AND expire_date > %s"
BEGUN = "begun"
GRAIN = timedelta(minutes=1)
"""How exactly is known when a session was last used: not every request writes it down."""


class SessionStore(db.SessionStore):
    """Django's own, with the two moments that end a session of staff. `SessionStore().decode` opens a row's data."""

    seen_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def encode(self, session_dict: dict[str, Any]) -> str:
        return encrypt(json.dumps(session_dict, separators=(",", ":")), place=PLACE)

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Empty, so that its owner logs in again, where the key is gone or the data was not written here."""
        try:
            found: dict[str, Any] = json.loads(decrypt(str(session_data), place=PLACE))
        except Unreadable:
            return {}
        return found

    @property
    def begun_at(self) -> datetime:
        """When its owner logged in; long ago, where that was not written down."""
        return datetime.fromtimestamp(self.get(BEGUN, 0), UTC)

    def seconds_left(self, now: datetime) -> tuple[int, int]:
        """For how long a session of staff that was used just now lasts: without a hand on it, and in any case."""
        longest = int((self.begun_at + LONGEST - now).total_seconds())
        return int((IDLE - GRAIN).total_seconds()), longest

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        if SESSION_KEY in data:
            data.setdefault(BEGUN, int(time.time()))
        row = cast(Session, super().create_model_instance(data))
        row.user_id = data.get(SESSION_KEY)
        row.seen_at = self.seen_at = timezone.now()
        return row

    def touch(self, now: datetime) -> None:
        """Write down that its owner is there, at most once in GRAIN."""
        if self.seen_at is not None and now - self.seen_at > GRAIN:
            Session.objects.filter(session_key=self.session_key).update(seen_at=now)
            self.seen_at = now

    def _get_session_from_db(self) -> Any:
        for data, ends, seen in fetch(SQL, [self.session_key, timezone.now()]):
            self.seen_at = seen
            return self.model(session_key=str(self.session_key), session_data=data, expire_date=ends)
        self._session_key = None
        return None
