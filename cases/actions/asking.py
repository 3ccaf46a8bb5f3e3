"""Co-authors are asked to confirm name, order and consents; what they say, and what follows from a no."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.actions.consenting import note_consent
from accounts.consents import Purpose
from accounts.letters import write_to
from accounts.models import User
from cases.actions.consenting import FIELDS, change_consent, words_of
from cases.actions.moving import lock
from cases.coauthors import edition_of, others
from cases.lifecycle import State
from cases.models import Case, CoauthorAsk
from kernel import audit
from kernel.errors import Refusal
from kernel.letters import post_letter, tell
from kernel.models import Channel


class NotAsked(Refusal):
    code = "not_asked"
    sentence = "这件案例已经撤回或改动，不用再确认。如再次报送，会重新请您确认。"


class ReasonWanted(Refusal):
    code = "reason_wanted"

    def __init__(self) -> None:
        super().__init__("请写明哪里不对，例如“没有参与这件案例”或“署名次序不对”，报送人会看到。", field="reason")


def ask_coauthors(case: Case, now: datetime) -> None:
    """Ask each co-author of a case that is handed in, in the open transaction; who was asked the same before is not.

    A person with an account under the mobile finds the question at their desk; everybody is written to.
    """
    asked = {ask.position: ask for ask in case.asks.all()}
    fresh = []
    for author in others(case):
        edition, standing = edition_of(case, author), asked.pop(author.position, None)
        if not author.mobile or (standing is not None and standing.edition == edition):
            continue
        if standing is not None:
            standing.delete()
        ask = CoauthorAsk.objects.create(case=case, position=author.position, mobile=author.mobile, edition=edition)
        fresh.append(author.position)
        _write(ask, case, now)
    CoauthorAsk.objects.filter(pk__in=[ask.pk for ask in asked.values()]).delete()
    if fresh:
        _record(case, "case.ask_coauthors", case.submitter, now, positions=fresh)


def _write(ask: CoauthorAsk, case: Case, now: datetime) -> None:
    words = f"{case.submitter.name}报送的案例“{case.title}”把您署为第 {ask.position} 作者，请核对署名和共享意愿。"
    user = User.objects.filter(mobile=ask.mobile, mobile_verified=True).first()
    if user is not None:
        path = reverse("my_coauthor", args=[ask.pk])
        tell(user=user, text=words, now=now, link=path)
        write_to(user, purpose="coauthor", subject="请确认您的署名", body=f"{words}{settings.BASE_URL}{path}")
        return
    body = f"{words}请用本手机号在 {settings.BASE_URL}/my/ 注册或登录后确认。"
    post_letter(channel=Channel.SMS, recipient=ask.mobile, purpose="coauthor", body=body)


@transaction.atomic(durable=True)
def answer(*, ask_id: int, confirmed: bool, reason: str, actor: User, now: datetime) -> CoauthorAsk:
    """Keep what a co-author says; it may be changed later. The one who handed in is told.

    A no takes the case out of public view and keeps it out while it stands: publishing needs all authors. The case
    goes on otherwise; the province and the centre see the answer. Locks the case. Refuses: NotAsked, ReasonWanted.
    """
    case = lock(CoauthorAsk.objects.get(pk=ask_id).case_id)
    ask = case.asks.filter(pk=ask_id).first()
    mine = ask is not None and bool(actor.mobile_verified) and ask.mobile == actor.mobile
    if ask is None or not mine or case.state in (State.DRAFT, State.WITHDRAWN):
        raise NotAsked
    if not confirmed and not reason.strip():
        raise ReasonWanted
    ask.confirmed, ask.reason = confirmed, "" if confirmed else reason.strip()
    ask.answered_at = now
    ask.save()
    verb = "case.coauthor_confirm" if confirmed else "case.coauthor_refuse"
    _record(case, verb, actor, now, position=ask.position)
    if confirmed:
        for purpose, field in FIELDS.items():
            given = bool(getattr(case, field))
            note_consent(
                user=actor, purpose=purpose, given=given, now=now, words=words_of(case)[purpose], case_id=case.pk
            )
    else:
        for purpose, field in FIELDS.items():
            if getattr(case, field):
                change_consent(case, Purpose(purpose), given=False, actor=actor, now=now)
    _tell_submitter(case, ask, now)
    return ask


def _tell_submitter(case: Case, ask: CoauthorAsk, now: datetime) -> None:
    said = "确认了署名和共享意愿" if ask.confirmed else f"没有确认署名：{ask.reason}"
    words = f"案例“{case.title}”的第 {ask.position} 作者{said}。"
    if not ask.confirmed:
        words += "案例仍然有效，但内容不公开展示；请与对方商定，可以改的请撤回修改，或请对方改为确认。"
        write_to(case.submitter, purpose="coauthor", subject="有合作者没有确认署名", body=words)
    tell(user=case.submitter, text=words[:500], now=now, link=reverse("my_case", args=[case.pk]))


def _record(case: Case, verb: str, actor: User, now: datetime, **facts: int | list[int]) -> None:
    audit.record(
        verb=verb, subject=case, actor=actor, now=now, call_id=case.call_id, province_code=case.province.code, **facts
    )
