"""The two database roles: the owner migrates, the application role runs and cannot touch the audit trail."""

from collections.abc import Iterator
from contextlib import contextmanager

import dj_database_url
from django.conf import settings
from django.db import connection

APPEND_ONLY = ("kernel_auditentry", "kernel_auditseal")
MAINTAIN_FROM = 170000
"""The version of PostgreSQL that lets others than a table's owner count its rows for the planner."""


@contextmanager
def as_owner() -> Iterator[None]:
    """Let the default connection speak as the owner role for a while (the same role where none is configured)."""
    kept = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD", "HOST", "PORT")}
    if settings.DATABASE_OWNER_URL:
        owner = dict(dj_database_url.parse(settings.DATABASE_OWNER_URL))
        connection.close()
        connection.settings_dict.update({key: owner[key] for key in kept})
    try:
        yield
    finally:
        if settings.DATABASE_OWNER_URL:
            connection.close()
            connection.settings_dict.update(kept)


def grant_application(*, also: str = "") -> None:
    """As the owner: give the application role what it needs and no more. `also` adds privileges (tests truncate)."""
    role = connection.ops.quote_name(dj_database_url.parse(settings.DATABASE_URL)["USER"])
    privileges = "SELECT, INSERT, UPDATE, DELETE" + (f", {also}" if also else "")
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"GRANT {privileges} ON ALL TABLES IN SCHEMA public TO {role}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        for table in APPEND_ONLY:
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}")
        cursor.execute(f"GRANT EXECUTE ON FUNCTION kernel_audit_forget TO {role}")
        # The demo's fill writes a whole year in one go and then counts its own rows for the planner.
        if not settings.PRODUCTION and connection.connection.server_version >= MAINTAIN_FROM:
            cursor.execute(f"GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO {role}")
