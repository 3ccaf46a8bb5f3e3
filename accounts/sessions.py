"""Sessions in the database, encrypted: on the way to a confirmed mobile or e-mail they hold it, and its code.

Every request of a member reads its own by one plain query.
"""

import json
from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from kernel.encryption import Unreadable, decrypt, encrypt
from kernel.rows import fetch

PLACE = "django_session.session_data"
SQL = "SELECT session_data, expire_date FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """Django's own but for the reading, and for what is written. `SessionStore().decode` opens a row's data."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        return encrypt(json.dumps(session_dict, separators=(",", ":")), place=PLACE)

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Empty, so that its owner logs in again, where the key is gone or the data was not written here."""
        try:
            found: dict[str, Any] = json.loads(decrypt(str(session_data), place=PLACE))
        except Unreadable:
            return {}
        return found

    def _get_session_from_db(self) -> Any:
        for data, ends in fetch(SQL, [self.session_key, timezone.now()]):
            return self.model(session_key=str(self.session_key), session_data=data, expire_date=ends)
        self._session_key = None
        return None
