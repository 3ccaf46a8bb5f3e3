"""Reading the audit trail: its search, and who and what its entries speak of, by names that people know."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from accounts.models import Expert, User
from calls.queries import every_call
from cases.models import Case
from kernel.models import AuditEntry

ZONE = ZoneInfo("Asia/Shanghai")
MANY = 50
"""So many cases or people at most are meant by one word of the search."""


def trail(
    *, verb: str = "", subject: str = "", province: str = "", day: date | None = None, until: date | None = None
) -> QuerySet[AuditEntry]:
    """The audit trail, newest first. `day` is one of Asia/Shanghai; with `until` the first and the last of several.

    `subject` is a case's number or words of its title, an expert's alias, or the name of a person: of one who acted,
    or was acted upon.
    """
    entries = AuditEntry.objects.order_by("-id")
    if verb:
        entries = entries.filter(verb__startswith=verb)
    if subject:
        entries = entries.filter(_meant(subject))
    if province:
        entries = entries.filter(province_code=province)
    if day:
        entries = entries.filter(at__gte=datetime.combine(day, time(), ZONE))
    if last := until or day:
        entries = entries.filter(at__lt=datetime.combine(last, time(), ZONE) + timedelta(days=1))
    return entries


def _meant(words: str) -> Q:
    named = Q(number__iexact=words) | Q(title__icontains=words, number__isnull=False)
    cases = list(Case.objects.filter(named).order_by("-pk").values_list("pk", flat=True)[:MANY])
    users = list(User.objects.filter(name__icontains=words).order_by("pk").values_list("pk", flat=True)[:MANY])
    experts = Expert.objects.filter(Q(alias__iexact=words) | Q(user_id__in=users)).values_list("pk", "user_id")
    found = Q(pk__in=[])
    if cases:
        found |= Q(subject="cases.case", subject_id__in=list(map(str, cases))) | Q(facts__case_id__in=cases)
    for expert_id, user_id in experts:
        users.append(user_id)
        found |= Q(subject="accounts.expert", subject_id=str(expert_id))
    if users:
        found |= Q(actor_id__in=users) | Q(subject="accounts.user", subject_id__in=list(map(str, users)))
    return found


@dataclass
class Names:
    """The names behind the ids of some entries: people, experts, cases by number, calls."""

    users: dict[int, str] = field(default_factory=dict)
    experts: dict[int, str] = field(default_factory=dict)
    cases: dict[int, str] = field(default_factory=dict)
    calls: dict[int, str] = field(default_factory=dict)

    def of(self, subject: str, subject_id: str, case_id: object) -> str:
        """What an entry's thing is known by; the case's number for what belongs to a case; or nothing."""
        own = {"accounts.user": self.users, "accounts.expert": self.experts, "calls.call": self.calls}.get(subject)
        if subject == "cases.case":
            case_id = int(subject_id)
        if own is not None:
            return own.get(int(subject_id), "")
        return self.cases.get(case_id, "") if isinstance(case_id, int) else ""


def names_in(entries: Iterable[AuditEntry]) -> Names:
    """Four queries, however many entries."""
    rows = list(entries)
    users = {row.actor_id for row in rows if row.actor_id} | _ids(rows, "accounts.user")
    experts = _ids(rows, "accounts.expert") | _told(rows, "expert_id")
    cases = _ids(rows, "cases.case") | _told(rows, "case_id")
    people = Expert.objects.filter(pk__in=experts).values_list("pk", "alias", "user__name")
    return Names(
        users=dict(User.objects.filter(pk__in=users).values_list("pk", "name")),
        experts={pk: f"{alias} {name}" for pk, alias, name in people},
        cases=numbers_of(cases),
        calls={call.pk: call.short for call in every_call()},
    )


def numbers_of(case_ids: set[int]) -> dict[int, str]:
    """{case: number}; a draft has none."""
    rows = Case.objects.filter(pk__in=case_ids).values_list("pk", "number")
    return {pk: number or "草稿" for pk, number in rows}


def _ids(rows: list[AuditEntry], subject: str) -> set[int]:
    return {int(row.subject_id) for row in rows if row.subject == subject}


def _told(rows: list[AuditEntry], fact: str) -> set[int]:
    """The ids that entries keep among their facts."""
    return {row.facts[fact] for row in rows if isinstance(row.facts.get(fact), int)}
