"""What a database has been through, against what this code knows: the migrations applied and those on disk."""

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from launcher.errors import LauncherError


def refuse_newer(owner_url: str, root: Path) -> None:
    """Refuse a database that a newer version of the code has migrated; an older one is simply migrated.

    Only the project's own apps are compared: the libraries' migrations go with the lock file.
    """
    known = migrations_of(root)
    strange = sorted((app, name) for app, name in applied(owner_url) if app in known and name not in known[app])
    if strange:
        app, name = strange[-1]
        raise LauncherError(
            f"数据库比代码新（其中的迁移 {app} {name} 这份代码没有）；请换回较新的代码，"
            "或换一个空的目录：DATA_DIR=… make run（原数据没有改动）"
        )


def migrations_of(root: Path) -> dict[str, set[str]]:
    """{app: names of its migrations} as they lie in the project's folder."""
    found: dict[str, set[str]] = {}
    for path in root.glob("*/migrations/[0-9]*.py"):
        found.setdefault(path.parent.parent.name, set()).add(path.stem)
    return found


def applied(owner_url: str) -> set[tuple[str, str]]:
    """(app, name) of every migration the database says it has; nothing for a new database."""
    try:
        connection = psycopg2.connect(_plain(owner_url), connect_timeout=10)
    except psycopg2.OperationalError as error:
        why = str(error).strip().splitlines()[-1]
        raise LauncherError(f"连不上数据库（DATABASE_OWNER_URL）：{why}；请检查地址、口令，以及它是否已启动") from None
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('django_migrations')")
            if cursor.fetchone() == (None,):
                return set()
            cursor.execute("SELECT app, name FROM django_migrations")
            return set(cursor.fetchall())
    finally:
        connection.close()


def _plain(url: str) -> str:
    """The address as libpq reads it; options after `?` are Django's, and libpq would refuse most of them."""
    try:
        psycopg2.extensions.parse_dsn(url)
    except psycopg2.ProgrammingError:
        return urlunsplit(urlsplit(url)._replace(scheme="postgresql", query=""))
    return url
