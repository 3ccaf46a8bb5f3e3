"""What the public sees of the demo: the published call with its certificates, notices and an event (R15, R16)."""

from datetime import datetime, timedelta
from functools import partial

from calls.models import Call
from demo import content
from demo.filling.calls import Round, Rounds
from demo.filling.people import Person
from demo.filling.timeline import ZONE, Timeline
from publishing.actions import certifying, noticing, publishing
from publishing.models import NoticeKind, SelectedCase

DAYS_BEFORE = (9, 7, 6, 2, 4)
"""How many days ago the notices of the open call appeared, in the order of `content.notices()`."""

EVENT_IN_DAYS, EVENT_HOUR = 16, 14


def tell_of_publication(time: Timeline, round: Round, people: tuple[Person, Person], moment: datetime) -> datetime:
    """Let one account of the centre prepare, the other confirm, and the results with certificates come out; when."""
    first, second = people
    confirmed = moment + timedelta(hours=5)
    time.at(moment, lambda now: publishing.prepare_publication(call_id=round.call.pk, actor=first.user, now=now))
    time.at(confirmed, lambda now: publishing.confirm_publication(call_id=round.call.pk, actor=second.user, now=now))
    time.at(confirmed + timedelta(minutes=1), lambda now: _publish(round.call, now))
    return time.at(confirmed + timedelta(minutes=9), lambda now: _certify(round.call, now))


def _publish(call: Call, now: datetime) -> None:
    while publishing.publish_batch(call_id=call.pk, now=now):
        pass
    publishing.finish_publication(call_id=call.pk, now=now)


def _certify(call: Call, now: datetime) -> None:
    for case_id in SelectedCase.objects.filter(call=call).order_by("pk").values_list("case_id", flat=True):
        certifying.make_certificate(case_id=case_id, now=now)


def tell_of_notices(time: Timeline, rounds: Rounds, centre: Person, certificates_since: datetime) -> None:
    """Let the centre post the notices of the open call, the one on certificates, and the event to come."""
    *notices, certificates, event = content.notices()
    for notice, days in zip(notices, DAYS_BEFORE, strict=True):
        time.at(_morning(time.now - timedelta(days=days)), partial(_post, notice, rounds.open, centre))
    time.at(certificates_since, partial(_post, certificates, rounds.published, centre))
    time.at(_morning(time.now - timedelta(days=1)), partial(_post, event, None, centre))


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
