"""Short ways to a call whose results are decided, confirmed or published."""

from datetime import datetime
from typing import Any

from accounts.models import User
from calls.models import Call
from cases.lifecycle import State
from cases.models import Case
from kernel import clock, jobs
from kernel.models import Job
from publishing.actions.publishing import confirm_publication, prepare_publication
from reviews.models import Decision
from tests.factories import make_call, make_case, make_centre


def decided_case(call: Call, grade: str, **fields: Any) -> Case:
    """A case in review with its decision; its author lets it be shown unless the fields say otherwise."""
    case = make_case(call=call, state=State.IN_REVIEW, **{"consent_publication": True, **fields})
    Decision.objects.create(case=case, grade=grade, by=case.submitter, at=clock.now())
    return case


def confirm(call: Call, now: datetime) -> tuple[User, User]:
    """Prepared by one account of the centre and confirmed by another; the job waits."""
    first, second = make_centre(), make_centre()
    prepare_publication(call_id=call.pk, actor=first, now=now)
    confirm_publication(call_id=call.pk, actor=second, now=now)
    return first, second


def publish(
    *grades: str, certificates: bool = False, call: Call | None = None, **fields: Any
) -> tuple[Call, list[Case]]:
    """A published call with a case for each grade; the certificates stay promised unless asked for."""
    call = call or make_call(phase="decision")
    cases = [decided_case(call, grade, **fields) for grade in grades]
    confirm(call, clock.now())
    run("publishing.publish")
    if certificates:
        run("publishing.certificate")
    call.refresh_from_db()
    for case in cases:
        case.refresh_from_db()
    return call, cases


def run(kind: str) -> int:
    """Do the waiting jobs of one kind, as a worker would."""
    rows = list(Job.objects.filter(kind=kind, state="waiting").order_by("pk"))
    for row in rows:
        jobs.run(row.pk)
    assert not Job.objects.filter(kind=kind).exclude(state="done").values_list("error", flat=True)
    return len(rows)
