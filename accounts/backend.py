"""Who a session belongs to, read with all that decides what they may do: one query a request."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import CentreStaff, Expert, Province, ProvinceAdmin, User
from kernel.rows import Table, fetch, remember

TABLES = (
    Table(User, "u"),
    Table(ProvinceAdmin, "a"),
    Table(Province, "p"),
    Table(CentreStaff, "c"),
    Table(Expert, "e"),
)
SQL = f"""
SELECT {", ".join(table.columns for table in TABLES)},
       (SELECT count(*) FROM kernel_message m WHERE m.user_id = u.id AND m.read_at IS NULL)
FROM accounts_user u
LEFT JOIN accounts_provinceadmin a ON a.user_id = u.id
LEFT JOIN accounts_province p ON p.id = a.province_id
LEFT JOIN accounts_centrestaff c ON c.user_id = u.id
LEFT JOIN accounts_expert e ON e.user_id = u.id
WHERE u.id = %s
"""


class Backend(AuthenticationBackend):
    """allauth's ways of logging in; the user of a session comes with memberships and the number of unread messages."""

    def get_user(self, user_id: Any) -> User | None:
        for user, admin, province, staff, expert, unread in fetch(SQL, [user_id], *TABLES):
            if admin is not None:
                remember(admin, province=province, user=user)
            remember(user, province_admin=admin, centre_staff=staff, expert=expert)
            user.unread = unread
            return user if self.user_can_authenticate(user) else None
        return None
