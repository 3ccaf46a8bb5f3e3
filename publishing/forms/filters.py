"""What the address of a public list asks for, read into clean values; what is unknown is left out."""

import re

from django.http import QueryDict

from calls.policy import CaseType
from kernel.forms import half_width
from publishing.queries import Filters
from publishing.words import LONGEST_QUERY

SLUG = re.compile(r"[-a-zA-Z0-9_]{1,50}")
GRADES = ("typical", "showcase")


def read_filters(asked: QueryDict) -> Filters:
    """Filters of the gallery and the results list: `q`, `type`, `grade`, `call`, `province`, `sort`."""

    def chosen(name: str, known: tuple[str, ...] | None = None) -> tuple[str, ...]:
        values = dict.fromkeys(asked.getlist(name))
        return tuple(value for value in values if value and (known is None or value in known))

    return Filters(
        text=half_width(asked.get("q", "")).replace("\x00", "").strip()[:LONGEST_QUERY],
        types=chosen("type", tuple(CaseType)),
        grades=chosen("grade", GRADES),
        calls=tuple(slug for slug in chosen("call") if SLUG.fullmatch(slug)),
        province=asked.get("province", "") if asked.get("province", "").isdigit() else "",
        newest=asked.get("sort") == "new",
    )
