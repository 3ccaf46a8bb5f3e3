"""Taking a case out of the call by the centre: disqualified (R9) or withdrawn at its author's wish."""

from datetime import datetime

from django.db import transaction

from accounts.letters import write_to
from accounts.models import ProvinceAdmin, User
from calls.policy import Phase
from cases.actions.moving import give_reason, lock, move
from cases.lifecycle import State, Verb
from cases.models import Case
from kernel.errors import Refusal
from kernel.letters import tell
from reviews.actions.recommending import free_place
from reviews.actions.sealing import break_seal
from reviews.models import Allowance, Disqualification


class ReasonWanted(Refusal):
    code = "reason_wanted"

    def __init__(self) -> None:
        super().__init__("请写明原因，作者和省级管理员会看到它。", field="reason")


class NotThroughCentre(Refusal):
    code = "not_through_centre"
    sentence = "这件案例还没有推荐，请作者在“我的案例”中自行撤回。"


def _hold(case_id: int) -> Case:
    """The case locked, after the allowance whose place it may hold (lock order: Allowance → Case).

    An allowance is not made here: before recommending opens it would fix a number of places that may still change.
    """
    unlocked = Case.objects.get(pk=case_id)
    list(Allowance.objects.select_for_update().filter(call_id=unlocked.call_id, province_id=unlocked.province_id))
    return lock(case_id)


def _free_if_open(case: Case, actor: User, now: datetime) -> bool:
    """Before the province's list is closed a place can be filled again; afterwards it counts as spent (R10).

    A sealed list that loses a case is no longer what two people vouched for: its seal is broken.
    """
    if case.state != State.RECOMMENDED or case.call.phase(now) != Phase.RECOMMENDATION:
        return False
    break_seal(case.recommendation.allowance, actor=actor, now=now)
    free_place(case)
    return True


def _tell_all(case: Case, *, what: str, reason: str, freed: bool, now: datetime) -> None:
    author = case.submitter
    tell(user=author, text=f"“{case.title}”{what}。原因：{reason}"[:500], now=now, link="/my/")
    body = (
        f"{author.name}，您好：\n\n您报送的案例“{case.title}”（编号 {case.number}）{what}。\n\n原因：{reason}\n\n"
        f"如有疑问，请致电 {case.call.hotline} 或写信至 {case.call.help_email}。\n\n{case.call.centre}"
    )
    write_to(author, purpose="case_taken_out", subject=f"您的案例{what}", body=body)
    again = "，空出的名额可以另行推荐，封存过的名单请重新封存" if freed else ""
    admins = ProvinceAdmin.objects.filter(province_id=case.province_id, active=True).select_related("user")
    for admin in admins.order_by("pk"):
        text = f"案例 {case.number} {what}{again}。原因：{reason}"
        tell(user=admin.user, text=text[:500], now=now, link="/screening/")


@transaction.atomic(durable=True)
def disqualify(*, case_id: int, reason: str, actor: User, now: datetime) -> Disqualification:
    """Take a case out of the call at any stage after hand-in (R9); author and province are told.

    Locks the allowance, then the case. Its place is free again while the list is open. Refuses: ReasonWanted,
    IllegalMove.
    """
    case = _hold(case_id)
    words = reason.strip()
    if not words:
        raise ReasonWanted
    before = case.state
    freed = _free_if_open(case, actor, now)
    move(case, Verb.DISQUALIFY, actor=actor, now=now, place_freed=freed)
    give_reason(case, words)
    row = Disqualification.objects.create(case=case, reason=words, from_state=before, by=actor, at=now)
    _tell_all(case, what="已被取消参加资格", reason=words, freed=freed, now=now)
    return row


@transaction.atomic(durable=True)
def withdraw_case(*, case_id: int, reason: str, actor: User, now: datetime, what: str = "已由项目组织中心撤回") -> Case:
    """Withdraw a recommended or reviewed case, at its author's wish: through the centre, unless `what` says otherwise.

    Locks the allowance, then the case. Refuses: ReasonWanted, NotThroughCentre, IllegalMove.
    """
    case = _hold(case_id)
    words = reason.strip()
    if not words:
        raise ReasonWanted
    if case.state in (State.HANDED_IN, State.RETURNED, State.ELIGIBLE):
        raise NotThroughCentre
    freed = _free_if_open(case, actor, now)
    move(case, Verb.WITHDRAW, actor=actor, now=now, place_freed=freed)
    give_reason(case, words)
    _tell_all(case, what=what, reason=words, freed=freed, now=now)
    return case
