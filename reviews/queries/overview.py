"""What tells a province of its day: what has happened, who has done how much, where one stopped, who else looks."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Province, ProvinceAdmin, User
from accounts.queries import administrators
from calls.models import Call
from cases.lifecycle import State, Verb
from kernel.rows import fetch
from reviews.models import Screening
from reviews.queries.pile import ON_THE_DESK

RECENT = """
SELECT a.at, a.verb, coalesce(u.name, ''), coalesce(c.title, '')
FROM kernel_auditentry a
LEFT JOIN accounts_user u ON u.id = a.actor_id
LEFT JOIN cases_case c ON c.id = a.subject_id::bigint AND c.id IN ({rule})
WHERE a.call_id = %s AND a.province_code = %s AND a.verb = ANY(%s)
ORDER BY a.id DESC LIMIT %s
"""
LEFT_OPEN = """
SELECT c.id, c.title, greatest(s.read_at, s.at)
FROM cases_case c JOIN reviews_screening s ON s.case_id = c.id
WHERE c.state = %s AND s.read_at >= c.handed_in_at AND c.id IN ({rule}) AND EXISTS (
    SELECT FROM kernel_auditentry a
    WHERE a.subject = 'cases.case' AND a.subject_id = c.id::text AND a.actor_id = %s
    AND a.verb IN ('screening.read', 'screening.save') AND a.at >= c.handed_in_at)
ORDER BY 3 DESC LIMIT 1
"""


LOOKING = """
SELECT u.name, a.at FROM kernel_auditentry a JOIN accounts_user u ON u.id = a.actor_id
WHERE a.subject = 'cases.case' AND a.subject_id = %s AND a.actor_id <> %s AND a.at >= %s
AND a.verb IN ('screening.read', 'screening.save')
ORDER BY a.id DESC LIMIT 1
"""


class Happened(NamedTuple):
    """One move of a case; `name` is empty where the portal made it, `title` where the case has left the desk."""

    at: datetime
    verb: Verb
    name: str
    title: str


class Begun(NamedTuple):
    """A case that was opened and not decided upon."""

    pk: int
    title: str
    at: datetime


def recent(province: Province, call: Call, limit: int = 8) -> list[Happened]:
    """The newest moves of the province's cases. One query."""
    rule = ON_THE_DESK.parameters(province=province.pk, call=call.pk)
    verbs = [f"case.{verb}" for verb in Verb]
    rows = fetch(RECENT.format(rule=ON_THE_DESK.sql), [*rule, call.pk, province.code, verbs, limit])
    return [Happened(at, Verb(verb.removeprefix("case.")), name, title) for at, verb, name, title in rows]


def left_open(user: User, province: Province, call: Call) -> Begun | None:
    """The case the user opened or noted something on last and has not decided upon: where to go on. One query."""
    rule = ON_THE_DESK.parameters(province=province.pk, call=call.pk)
    rows = fetch(LEFT_OPEN.format(rule=ON_THE_DESK.sql), [State.HANDED_IN, *rule, user.pk])
    return Begun(*rows[0]) if rows else None


def looking(case_id: int, *, besides: User, since: datetime) -> tuple[str, datetime] | None:
    """Which colleague opened or noted something on the case last since then, and when. One query."""
    rows = fetch(LOOKING, [str(case_id), besides.pk, since])
    return (rows[0][0], rows[0][1]) if rows else None


def workload(province: Province, call: Call, since: datetime) -> QuerySet[ProvinceAdmin]:
    """The active administrators, each with `done`, the cases whose decision is theirs, and `lately`, those since."""

    def decided(**more: Any) -> Coalesce:
        own = Screening.objects.filter(by_id=OuterRef("user_id"), case__call=call, case__province=province, **more)
        counted = own.exclude(case__state=State.HANDED_IN).order_by().values("by_id").annotate(n=Count("pk"))
        return Coalesce(Subquery(counted.values("n")), 0)

    return administrators(province).filter(active=True).annotate(done=decided(), lately=decided(at__gte=since))
