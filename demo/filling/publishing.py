"""What the public sees of the demo: the published call with its certificates, notices and an event (R15, R16)."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from calls.models import Call
from demo import content
from demo.filling.calls import Round, Rounds
from demo.filling.cases import Tale
from demo.filling.people import Person
from demo.filling.timeline import ZONE, Timeline
from publishing.actions import certifying, noticing, publishing
from publishing.models import NoticeKind, SelectedCase

DAYS_BEFORE = (9, 7, 6, 2, 4)
"""How many days ago the notices of the open call appeared, in the order of `content.notices()`."""

EVENT_IN_DAYS, EVENT_HOUR = 16, 14


def tell_of_publication(
    time: Timeline,
    round: Round,
    tales: Sequence[Tale],
    people: tuple[Person, Person],
    moment: datetime,
    certify_others: Callable[[datetime], None] | None,
) -> datetime:
    """Let one account of the centre prepare, the other confirm, and the results with certificates come out; when.

    The certificates of the tales are made by the portal's own action, those of all others by `certify_others`.
    """
    first, second = people
    confirmed = moment + timedelta(hours=5)
    time.at(moment, lambda now: publishing.prepare_publication(call_id=round.call.pk, actor=first.user, now=now))
    time.at(confirmed, lambda now: publishing.confirm_publication(call_id=round.call.pk, actor=second.user, now=now))
    time.at(confirmed + timedelta(minutes=1), lambda now: _publish(round.call, now))
    made = time.at(confirmed + timedelta(minutes=9), lambda now: _certify(tales, now))
    return time.at(made + timedelta(seconds=20), certify_others) if certify_others else made


def _publish(call: Call, now: datetime) -> None:
    while publishing.publish_batch(call_id=call.pk, now=now):
        pass
    publishing.finish_publication(call_id=call.pk, now=now)


def _certify(tales: Sequence[Tale], now: datetime) -> None:
    own = SelectedCase.objects.filter(case_id__in=[tale.case_id for tale in tales])
    for case_id in own.order_by("pk").values_list("case_id", flat=True):
        certifying.make_certificate(case_id=case_id, now=now)


def tell_of_notices(time: Timeline, rounds: Rounds, centre: Person, certificates_since: datetime) -> None:
    """Let the centre post the notices of the open call, the one on certificates, and the event to come."""
    *notices, certificates, event = content.notices()
    for notice, days in zip(notices, DAYS_BEFORE, strict=True):
        time.at(_morning(time.now - timedelta(days=days)), partial(_post, notice, rounds.open, centre))
    time.at(certificates_since, partial(_post, certificates, rounds.published, centre))
    time.at(_morning(time.now - timedelta(days=1)), partial(_post, event, None, centre))
    for phase, round in rounds.by_phase().items():
        for notice in content.notices_of(phase):
            time.at(_posted_at(round, phase, notice, time.now), partial(_post, notice, round, centre))


def _posted_at(round: Round, phase: str, notice: content.Notice, now: datetime) -> datetime:
    """A morning so many days ago, not before the phase began; of the published call, of the month after its results."""
    begun = {
        "submission": round.submission_opens_at,
        "recommendation": round.recommendation_opens_at,
        "review": round.recommendation_closes_at,
        "published": round.results_due_at,
    }[phase]
    last = begun + timedelta(days=31) if phase == "published" else now
    return _morning(max(last - timedelta(days=notice.days_before), begun))


def _morning(moment: datetime) -> datetime:
    return moment.astimezone(ZONE).replace(hour=9, minute=30, second=0, microsecond=0)


def _post(notice: content.Notice, round: Round | None, centre: Person, now: datetime) -> None:
    event_at = _morning(now + timedelta(days=EVENT_IN_DAYS)).replace(hour=EVENT_HOUR) if notice.is_event else None
    noticing.post_notice(
        actor=centre.user,
        now=now,
        kind=NoticeKind.EVENT if notice.is_event else NoticeKind.NOTICE,
        call=round.call if round else None,
        title=notice.title,
        body=notice.body,
        published_at=now,
        event_at=event_at,
        place=notice.place,
    )
