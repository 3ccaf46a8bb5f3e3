"""Publishing a call's results: prepared by one account of the centre, confirmed by another, carried out by a job."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from django.contrib.postgres.search import SearchVectorField
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Cast
from django.urls import reverse

from accounts.models import CentreStaff, User
from calls.models import Call, Reached
from calls.policy import Phase, require_phase
from cases.actions.moving import lock, move
from cases.lifecycle import SELECTED, State, Verb
from cases.models import Case
from cases.reading import reading_of
from kernel import audit, keeping
from kernel.errors import Refusal
from kernel.jobs import enqueue
from kernel.letters import tell
from publishing import words
from publishing.certificates import verification_code
from publishing.models import Certificate, Publication, SelectedCase
from reviews.actions.deciding import RESULTS_CONFIRMED
from reviews.models import Decision, Grade

BATCH = 50
VERBS = {
    Grade.TYPICAL: Verb.SELECT_TYPICAL,
    Grade.SHOWCASE: Verb.SELECT_SHOWCASE,
    Grade.NOT: Verb.NOT_SELECT,
}
SIGNS = {Grade.TYPICAL: "典", Grade.SHOWCASE: "展"}
TOLD = {
    State.TYPICAL: "入选典型案例，电子证书正在制作",
    State.SHOWCASE: "入选展示案例，电子证书正在制作",
    State.NOT_SELECTED: "没有入选本届推荐案例。感谢您的参加",
}


class NothingToPublish(Refusal):
    code = "nothing_to_publish"
    sentence = "没有已评定的案例可以公布。请先在“结果评定”中评定。"


class DecisionsOpen(Refusal):
    code = "decisions_open"

    def __init__(self, count: int) -> None:
        super().__init__(f"还有 {count} 件案例没有评定，不能公布。请先在“结果评定”中逐件评定。")


class AlreadyPrepared(Refusal):
    code = "already_prepared"
    sentence = "结果已经提请公布，正等待另一位工作人员复核确认。"


class AlreadyConfirmed(Refusal):
    code = "already_confirmed"
    sentence = "这一届的结果已经确认公布，不能再改动。"


class NotPrepared(Refusal):
    code = "not_prepared"
    sentence = "结果还没有提请公布，或已被撤销。请先提请公布，再由另一位工作人员确认。"


class SecondPersonNeeded(Refusal):
    code = "second_person_needed"
    sentence = "公布结果须由两人完成：您已提请公布，请另一位工作人员登录后复核确认。"


class AnotherSeen(Refusal):
    """What the second person read is not what stands prepared now."""

    code = "another_seen"
    sentence = "您打开页面之后，结果已被重新提请。请刷新页面，核对后再确认。"


class DecisionsChanged(Refusal):
    code = "decisions_changed"
    sentence = "提请公布之后评定结果有变动，不能确认。请核对后重新提请公布。"


def grades_of(call_id: int) -> dict[str, str]:
    """{case id: grade} of the call's cases in review that are decided."""
    rows = Decision.objects.filter(case__call_id=call_id, case__state=State.IN_REVIEW).order_by("case_id")
    return {str(case_id): grade for case_id, grade in rows.values_list("case_id", "grade")}


def digest_of(grades: Mapping[str, str]) -> str:
    """The fingerprint that both people vouch for: SHA-256 over the decisions in the order of the cases."""
    ordered = sorted(grades.items(), key=lambda pair: int(pair[0]))
    return hashlib.sha256(json.dumps(ordered, separators=(",", ":")).encode()).hexdigest()


def undecided(call_id: int) -> int:
    """Cases in review, or recommended and still to enter it, that have no decision."""
    states = (State.IN_REVIEW, State.RECOMMENDED)
    return Case.objects.filter(call_id=call_id, state__in=states, decision__isnull=True).count()


def _hold(call_id: int, now: datetime) -> tuple[Call, Publication | None]:
    """The call and its publication, both locked: preparing, withdrawing and confirming come one after the other.

    The call's lock lets rows be written that point to the call: the job that holds the publication writes such rows,
    and with a stronger lock each would wait for the other.
    """
    call = Call.objects.select_for_update(no_key=True).get(pk=call_id)
    publication = Publication.objects.select_for_update().filter(call_id=call_id).first()
    if publication is not None and publication.confirmed_at is not None:
        raise AlreadyConfirmed
    require_phase(
        call.dates, now, Phase.DECISION, sentence="专家评审结束后才能公布结果。请在评审截止时间之后再来办理。"
    )
    return call, publication


@transaction.atomic(durable=True)
def prepare_publication(*, call_id: int, actor: User, now: datetime) -> Publication:
    """Put the decisions before a second person, who is told. A preparation overtaken by changed decisions is replaced.

    Locks the call, then its publication. Refuses: AlreadyConfirmed, WindowClosed, DecisionsOpen, NothingToPublish,
    AlreadyPrepared.
    """
    call, publication = _hold(call_id, now)
    if missing := undecided(call_id):
        raise DecisionsOpen(missing)
    grades = grades_of(call_id)
    if not grades:
        raise NothingToPublish
    digest = digest_of(grades)
    if publication is not None and publication.digest == digest:
        raise AlreadyPrepared
    publication = publication or Publication(call_id=call_id)
    publication.digest, publication.decisions = digest, grades
    publication.prepared_by, publication.prepared_at = actor, now
    publication.save()
    audit.record(
        verb="publication.prepare",
        subject=publication,
        actor=actor,
        now=now,
        call_id=call_id,
        digest=digest,
        counts={grade: list(grades.values()).count(grade) for grade in Grade.values},
    )
    text = f"{actor.name}已提请公布{call.short}的结果，请您核对名单后确认，或撤销提请。"
    for second in CentreStaff.objects.filter(active=True).exclude(user=actor).select_related("user").order_by("pk"):
        tell(user=second.user, text=text, now=now, link=f"{reverse('centre_publication')}?call={call.slug}")
    return publication


@transaction.atomic(durable=True)
def withdraw_preparation(*, call_id: int, actor: User, now: datetime) -> None:
    """Take a preparation back before it is confirmed.

    Locks the call, then its publication. Refuses: AlreadyConfirmed, WindowClosed, NotPrepared.
    """
    _, publication = _hold(call_id, now)
    if publication is None:
        raise NotPrepared
    audit.record(
        verb="publication.withdraw",
        subject=publication,
        actor=actor,
        now=now,
        call_id=call_id,
        digest=publication.digest,
    )
    publication.delete()


@transaction.atomic(durable=True)
def confirm_publication(*, call_id: int, actor: User, now: datetime, seen: str | None = None) -> Publication:
    """Vouch as the second person for what the first prepared, and promise the publishing (R15).

    `seen` is the digest of what that person was shown. From here on no decision changes.
    Locks the call, its publication, then the cases in review. Refuses: AlreadyConfirmed, WindowClosed, NotPrepared,
    SecondPersonNeeded, AnotherSeen, DecisionsChanged.
    """
    _, publication = _hold(call_id, now)
    if publication is None:
        raise NotPrepared
    if publication.prepared_by_id == actor.pk:
        raise SecondPersonNeeded
    if seen is not None and seen != publication.digest:
        raise AnotherSeen
    # A decision being taken at this moment holds its case: it is seen here, or finds the results confirmed.
    list(Case.objects.select_for_update().filter(call_id=call_id, state=State.IN_REVIEW).order_by("pk").values("pk"))
    if undecided(call_id) or digest_of(grades_of(call_id)) != publication.digest:
        raise DecisionsChanged
    publication.confirmed_by, publication.confirmed_at = actor, now
    publication.save(update_fields=["confirmed_by", "confirmed_at"])
    Reached.objects.get_or_create(call_id=call_id, moment=RESULTS_CONFIRMED, defaults={"at": now})
    audit.record(
        verb="publication.confirm",
        subject=publication,
        actor=actor,
        now=now,
        call_id=call_id,
        digest=publication.digest,
    )
    enqueue("publishing.publish", key=f"publish-{call_id}", call_id=call_id)
    return publication


@transaction.atomic(durable=True)
def publish_batch(*, call_id: int, now: datetime) -> bool:
    """Write down the next of the selected cases; whether there may be more.

    No case moves before `finish_publication`: until then not even its author sees a grade. A case disqualified or
    withdrawn since the confirmation stays as it is. Locks the publication, then the cases by id; harmless when run
    twice.
    """
    publication = Publication.objects.select_for_update().get(call_id=call_id)
    if publication.confirmed_at is None or publication.done_at is not None:
        return False
    chosen = [int(pk) for pk, grade in publication.decisions.items() if grade in SIGNS]
    waiting = Case.objects.filter(pk__in=chosen, state=State.IN_REVIEW, selected__isnull=True)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:BATCH])
    for case_id in ids:
        case = lock(case_id)
        if case.state == State.IN_REVIEW:
            _select(case, Grade(publication.decisions[str(case_id)]), now=now)
    return bool(ids)


def _select(case: Case, grade: Grade, *, now: datetime) -> None:
    """The snapshot of a selected case and its certificate, still to be made. Without consent it is not shown."""
    authors = list(case.authors.values("name", "unit", "post"))
    body = reading_of(case, link=lambda kind, pk, variant: "").html
    vector = words.vector(
        title=case.title,
        overview=case.overview,
        names=" ".join(f"{author['name']} {author['unit']}" for author in authors) + f" {case.province.name}",
        body=body.striptags() if body else "",
    )
    selected = SelectedCase.objects.create(
        case=case,
        call_id=case.call_id,
        number=str(case.number),
        grade=grade,
        type=case.type,
        province=case.province,
        title=case.title,
        overview=case.overview,
        authors=authors,
        unit=authors[0]["unit"] if authors else "",
        published_at=now,
        words=Cast(Value(vector), SearchVectorField()),
    )
    # Numbers run through a year. Two calls publishing at one moment can draw the same: the job is then done again.
    series = f"{case.call.year}-{SIGNS[grade]}-"
    number = Certificate.objects.filter(number__startswith=series).count() + 1
    Certificate.objects.create(
        selected=selected, number=f"{series}{number:04d}", code=verification_code(), issued_at=now
    )


@transaction.atomic(durable=True)
def finish_publication(*, call_id: int, now: datetime) -> None:
    """Move every case to its grade and make the results public at one stroke, tell every author, promise the
    certificates. Twice is harmless.

    Locks the call, its publication, then the cases by id.
    """
    call = Call.objects.select_for_update(no_key=True).get(pk=call_id)
    publication = Publication.objects.select_for_update().get(call_id=call_id)
    if publication.confirmed_at is None or publication.done_at is not None:
        return
    call.published_at = now
    call.save(update_fields=["published_at"])
    publication.done_at = now
    publication.save(update_fields=["done_at"])
    keeping.changed()
    cases = Case.objects.filter(pk__in=[int(pk) for pk in publication.decisions], state=State.IN_REVIEW)
    for case in cases.select_for_update(of=("self",)).select_related("submitter", "province").order_by("pk"):
        move(case, VERBS[Grade(publication.decisions[str(case.pk)])], actor=publication.confirmed_by, now=now)
        won = case.state in SELECTED
        tell(
            user=case.submitter,
            text=f"“{case.title}”{TOLD[State(case.state)]}。",
            now=now,
            link=f"/my/{case.pk}/certificate/" if won else f"/my/{case.pk}/",
        )
        if won:
            enqueue("publishing.certificate", key=f"certificate-{case.pk}", case_id=case.pk)
    selected = SelectedCase.objects.filter(call_id=call_id).count()
    audit.record(
        verb="publication.publish", subject=publication, actor=None, now=now, call_id=call_id, selected=selected
    )
