"""The portal's settings where no kept page is ever found, so that each answer costs what the first one costs."""

from portal.settings import *  # noqa: F403
from portal.settings import MIDDLEWARE as PORTAL_MIDDLEWARE

KEEPING = "portal.keeping.kept_pages"
MIDDLEWARE = ["benchmarks.missing.made_pages" if name == KEEPING else name for name in PORTAL_MIDDLEWARE]
