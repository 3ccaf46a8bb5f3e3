"""The portal's settings where no look-up finds a kept page, so that each answer costs what the first one costs."""

from portal.settings import *  # noqa: F403
from portal.settings import CACHES

CACHES["pages"] = CACHES["pages"] | {"BACKEND": "benchmarks.missing.MissingPages"}
