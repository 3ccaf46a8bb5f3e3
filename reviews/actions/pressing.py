"""Pressing on where a call lags: reminders to provinces and experts, and cases taken from one expert (R13, R14)."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Expert, ProvinceAdmin, User
from calls.models import Call
from calls.policy import Phase, require_phase
from cases.actions.moving import lock_many
from cases.lifecycle import State
from kernel import audit
from kernel.errors import Refusal
from kernel.jobs import enqueue
from kernel.letters import post_letter, tell
from kernel.models import Channel
from reviews.actions.assigning import NOT_NOW
from reviews.models import Assignment
from reviews.queries.centre import OWED, owing, reminded_at
from reviews.queries.progress import provinces_reminded_at

PATIENCE = timedelta(hours=20)
"""Nobody is reminded of the same pile twice within a working day."""


class NobodyToRemind(Refusal):
    code = "nobody_to_remind"
    sentence = "所选专家都已评完，或今天已经提醒过。请过一天再提醒。"


class NoProvinceToRemind(Refusal):
    code = "no_province_to_remind"
    sentence = "所选单位还没有管理员，或今天已经提醒过。没有管理员的请先在“联系人与激活码”中发码。"


class NothingToTake(Refusal):
    code = "nothing_to_take"
    sentence = "这位专家没有还没提交的案例，不用改派。"


@transaction.atomic(durable=True)
def remind_experts(*, call_id: int, expert_ids: Collection[int], actor: User, now: datetime) -> int:
    """Write to those of the experts who still owe sheets and were not reminded within PATIENCE; to how many.

    Locks the call, so that two clicks remind once. Refuses: WindowClosed, NobodyToRemind.
    """
    call = Call.objects.select_for_update(no_key=True).get(pk=call_id)
    require_phase(call.dates, now, Phase.REVIEW, sentence=NOT_NOW)
    lately = {pk for pk, at in reminded_at(call).items() if at > now - PATIENCE}
    found = owing(call).filter(pk__in=set(expert_ids) - lately, active=True).order_by("pk")
    for expert in found:
        _remind(expert, call, expert.owed, now)
        audit.record(verb="expert.remind", subject=expert, actor=actor, now=now, call_id=call.pk, count=expert.owed)
    if not found:
        raise NobodyToRemind
    return len(found)


@transaction.atomic(durable=True)
def remind_provinces(*, call_id: int, codes: Collection[str], actor: User, now: datetime) -> int:
    """Write to the administrators of those provinces that were not reminded within PATIENCE; to how many provinces.

    Locks the call. Refuses: WindowClosed, NoProvinceToRemind.
    """
    call = Call.objects.select_for_update(no_key=True).get(pk=call_id)
    phases = (Phase.SUBMISSION, Phase.SCREENING, Phase.RECOMMENDATION)
    require_phase(call.dates, now, *phases, sentence="省级推荐已经截止，不用再提醒。")
    lately = {code for code, at in provinces_reminded_at(call).items() if at > now - PATIENCE}
    admins = ProvinceAdmin.objects.filter(active=True, province__code__in=set(codes) - lately)
    reached = {}
    for admin in admins.select_related("user", "province").order_by("pk"):
        _remind_admin(admin, call, now)
        reached[admin.province.code] = admin.province
    for code, province in reached.items():
        audit.record(
            verb="province.remind", subject=province, actor=actor, now=now, call_id=call.pk, province_code=code
        )
    if not reached:
        raise NoProvinceToRemind
    return len(reached)


def _remind_admin(admin: ProvinceAdmin, call: Call, now: datetime) -> None:
    until = timezone.localtime(call.recommendation_closes_at - timedelta(minutes=1))
    words = f"{admin.province.short}的初筛和推荐请在{until.month}月{until.day}日内完成，截止后不能再推荐。"
    tell(user=admin.user, text=words, now=now, link=reverse("screening_home"))
    if admin.user.email:
        body = f"{admin.user.name}，您好：\n\n“{call.title}”{words}如有不便，请及时与我们联系。\n\n{call.centre}"
        post_letter(
            channel=Channel.MAIL,
            recipient=admin.user.email,
            purpose="province_reminder",
            subject="省级推荐提醒",
            body=body,
        )


def _remind(expert: Expert, call: Call, owed: int, now: datetime) -> None:
    until = timezone.localtime(call.scoring_closes_at - timedelta(minutes=1))
    words = f"您还有 {owed} 件案例没有提交评分，请在{until.month}月{until.day}日内提交。"
    tell(user=expert.user, text=words, now=now, link=reverse("expert_pile"))
    if expert.user.email:
        body = f"{expert.user.name}，您好：\n\n“{call.title}”{words}如有不便，请及时与我们联系。\n\n{call.centre}"
        post_letter(
            channel=Channel.MAIL,
            recipient=expert.user.email,
            purpose="pile_reminder",
            subject="待评案例提醒",
            body=body,
        )


@transaction.atomic(durable=True)
def take_cases_back(*, call_id: int, expert_id: int, actor: User, now: datetime) -> int:
    """Take from an expert every case they have not submitted, and look for others by a job each; how many.

    The expert's place on the case stays on record as given up, so that no draw gives it back. Locks the cases, then
    the assignments. Refuses: WindowClosed, NothingToTake.
    """
    call = Call.objects.get(pk=call_id)
    require_phase(call.dates, now, Phase.REVIEW, sentence=NOT_NOW)
    owed = Assignment.objects.filter(OWED, expert_id=expert_id, case__call_id=call_id)
    cases = lock_many(owed.values_list("case_id", flat=True)).filter(state=State.IN_REVIEW)
    rows = list(owed.filter(case__in=list(cases)).select_for_update(of=("self",)).order_by("pk"))
    if not rows:
        raise NothingToTake
    Assignment.objects.filter(pk__in=[row.pk for row in rows]).update(
        recused_at=now, recusal_reason="中心收回，改派其他专家"
    )
    expert = Expert.objects.select_related("user").get(pk=expert_id)
    if any(row.released_at for row in rows):
        words = f"中心已将您还没有提交的 {len(rows)} 件案例改派给其他专家，不用再评。已提交的评分仍然有效。"
        tell(user=expert.user, text=words, now=now, link=reverse("expert_pile"))
    audit.record(
        verb="expert.relieve",
        subject=expert,
        actor=actor,
        now=now,
        call_id=call_id,
        cases=[row.case_id for row in rows],
    )
    for row in rows:
        enqueue("reviews.repair", case_id=row.case_id)
    return len(rows)
