"""Sessions in the database, as Django keeps them, read by one plain query: every request of a member reads its own."""

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from kernel.rows import fetch

SQL = "SELECT session_data, expire_date FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """Django's own but for the reading."""

    def _get_session_from_db(self) -> Any:
        for data, ends in fetch(SQL, [self.session_key, timezone.now()]):
            return self.model(session_key=str(self.session_key), session_data=data, expire_date=ends)
        self._session_key = None
        return None
