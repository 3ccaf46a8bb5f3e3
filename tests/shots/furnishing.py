"""What a tour needs and a demo has not, made by the portal's own actions: a call, a draft and a pile."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models import Expert, User
from calls.actions import save_call
from calls.models import Call
from calls.policy import Phase
from cases.actions.drafting import open_case
from cases.lifecycle import State
from cases.models import Case
from demo.accounts import DOMAIN
from kernel import clock
from kernel.models import Job, JobState
from reviews import rubric
from reviews.actions.scoring import submit_scores
from reviews.actions.sealing import seal_list
from reviews.models import Allowance, Assignment, ListSeal, Vote
from reviews.queries.sealing import administrators
from tests.shots.addresses import LOGINS

FRESH = "nothing-yet"


def account(login: str) -> User | None:
    return User.objects.filter(email=f"{login}@{DOMAIN}").first()


def in_phase(phase: Phase) -> Call | None:
    now = clock.now()
    return next((call for call in Call.objects.order_by("slug") if call.phase(now) == phase), None)


def furnish() -> Call:
    """A call in which nothing has happened, a draft in which nothing stands, an expert with nothing left to do."""
    now, author, centre = clock.now(), account(LOGINS["author"]), account(LOGINS["centre"])
    assert author and centre, "the demo is not filled"
    _open_a_draft(author, now)
    _finish_a_pile(now)
    _fail_a_job(now)
    return Call.objects.filter(slug=FRESH).first() or _announce(centre, now)


def clear_away() -> None:
    """Take the call away again: with every other closed, the portal would speak of it as the next. The job too."""
    Call.objects.filter(slug=FRESH).delete()
    Job.objects.filter(state=JobState.FAILED, args={"file_id": 0}).delete()


def _announce(centre: User, now: datetime) -> Call:
    fields = ("submission_opens_at", "submission_closes_at", "recommendation_opens_at", "recommendation_closes_at")
    fields += ("scoring_closes_at", "results_due_at")
    values: dict[str, Any] = {name: now + timedelta(days=200 + 20 * n) for n, name in enumerate(fields)}
    values |= {"slug": FRESH, "year": now.year + 1, "short": "明年", "title": "明年的教师研修应用案例征集"}
    return save_call(call_id=None, values={**values, "contact_sheet_due_at": now}, actor=centre, now=now)


def _open_a_draft(author: User, now: datetime) -> None:
    opened = in_phase(Phase.SUBMISSION)
    if opened is not None and not untouched(author).filter(call=opened).exists():
        kept = Case.objects.filter(call=opened, submitter=author).exclude(state=State.WITHDRAWN).first()
        open_case(call_id=opened.pk, type=kept.type if kept else "school", actor=author, now=now)


def _fail_a_job(now: datetime) -> None:
    """Work that has failed three times, as a worker leaves it: about a file that is gone, so that it harms nothing."""
    if not Job.objects.filter(state=JobState.FAILED).exists():
        Job.objects.create(
            kind="cases.inspect_supporting", args={"file_id": 0}, queue="inspect", state=JobState.FAILED, attempts=3,
            created_at=now - timedelta(minutes=9), finished_at=now, error="TimeoutError: 120 s",
        )  # fmt: skip


def untouched(author: User) -> QuerySet[Case]:
    return Case.objects.filter(submitter=author, state=State.DRAFT, title="", documents=None, files=None)


def sealed_list() -> ListSeal | None:
    """A list sealed by the only administrator of a province, which waits for the centre; it is sealed where none is."""
    call = in_phase(Phase.RECOMMENDATION)
    seals = ListSeal.objects.filter(allowance__call=call, confirmed_at=None)
    found = seals.select_related("allowance__call", "allowance__province", "sealed_by").first()
    lists = Allowance.objects.filter(call=call, recommendations__isnull=False).annotate(_held=Count("recommendations"))
    for allowance in lists.order_by("_held", "pk") if found is None else ():
        admins = administrators(allowance.province_id)
        if len(admins) == 1:
            where = {"call_id": allowance.call_id, "province_id": allowance.province_id}
            seal_list(**where, count=allowance._held, resolved=True, actor=admins[0].user, now=clock.now())
            return sealed_list()
    return found


def _standing() -> QuerySet[Assignment]:
    """What experts may score now."""
    return Assignment.objects.filter(
        released_at__isnull=False, recused_at=None, case__state=State.IN_REVIEW, case__call=in_phase(Phase.REVIEW)
    )


def piles() -> QuerySet[Expert]:
    """Active experts with how much they have been given and how much is left, who is nearest to done first."""
    given = Q(assignments__in=_standing())
    left = given & Q(assignments__sheet__submitted_at=None)
    return (
        Expert.objects.filter(active=True)
        .annotate(_all=Count("assignments", filter=given), _left=Count("assignments", filter=left))
        .select_related("user")
        .order_by("_left", "pk")
    )


def _finish_a_pile(now: datetime) -> None:
    """Let somebody who is no account of the demo submit what is left, where nobody is done yet."""
    rows = piles().filter(_all__gt=0)
    if rows.filter(_left=0).exists():
        return
    expert = rows.exclude(user__email__endswith=f"@{DOMAIN}").first() or rows.last()
    if expert is None:
        return
    for row in _standing().filter(expert=expert).filter(sheet__submitted_at=None).select_related("case"):
        scores = {head.key: 80 for head in rubric.HEADS[row.case.type]}
        given = rubric.Sheet(row.case.type, scores, dict.fromkeys(scores, ""), vote=Vote.SHOWCASE)
        submit_scores(assignment_id=row.pk, given=given, actor=expert.user, now=now)
