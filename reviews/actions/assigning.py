"""Giving cases to experts: the draw, its release, single assignments, recusal (R14)."""

import hashlib
import secrets
from collections import Counter
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts.models import Expert, User
from calls.models import Call
from calls.policy import Phase, require_phase
from cases.actions.moving import lock
from cases.lifecycle import State
from cases.models import Case
from kernel import audit
from kernel.errors import Refusal
from kernel.jobs import enqueue
from kernel.letters import post_letter, tell
from kernel.models import Channel
from reviews import assigning
from reviews.models import Assignment, Decision, Draw
from reviews.queries import drawing

NOT_NOW = "专家分配只在专家评审阶段进行。请先查看届次的时间安排。"


class NothingToDraw(Refusal):
    code = "nothing_to_draw"
    sentence = "还没有进入专家评审的案例。省级推荐结束后，推荐的案例会自动进入评审。"


class NoExperts(Refusal):
    code = "no_experts"
    sentence = "还没有可用的评审专家。请先登记专家，再分配。"


class DrawRunning(Refusal):
    code = "draw_running"
    sentence = "上一次分配还在进行。请等它完成后再操作。"


class NothingHidden(Refusal):
    code = "nothing_hidden"
    sentence = "没有待发放的分配。"


class Excluded(Refusal):
    """The expert must not review the case: same province, same unit, other type, or recused."""

    code = "excluded"


class NotReviewed(Refusal):
    code = "not_reviewed"
    sentence = "这件案例不在专家评审中。请刷新页面查看最新状态。"


class AlreadyDecided(Refusal):
    """A further sheet would change what a grade was taken from."""

    code = "already_decided"
    sentence = "这件案例已经评定。如需补派专家，请先在“结果评定”中撤销评定。"


class RecusalRefused(Refusal):
    code = "recusal_refused"


@transaction.atomic(durable=True)
def draw_experts(*, call_id: int, actor: User, now: datetime) -> Draw:
    """Ask for a draw that fills what is missing: the snapshot and the seed's SHA-256 are on record before it runs.

    Locks the call. Refuses: WindowClosed, DrawRunning, NothingToDraw, NoExperts.
    """
    call = Call.objects.select_for_update().get(pk=call_id)
    require_phase(call.dates, now, Phase.REVIEW, sentence=NOT_NOW)
    if call.draws.filter(done_at__isnull=True).exists():
        raise DrawRunning
    snapshot = drawing.snapshot_of(call)
    if not snapshot.cases:
        raise NothingToDraw
    if not snapshot.experts:
        raise NoExperts
    seed = secrets.token_hex(32)
    draw = Draw.objects.create(
        call=call,
        seed=seed,
        seed_hash=hashlib.sha256(seed.encode()).hexdigest(),
        snapshot=assigning.to_json(snapshot),
        asked_by=actor,
        asked_at=now,
    )
    audit.record(
        verb="draw.ask",
        subject=draw,
        actor=actor,
        now=now,
        call_id=call.pk,
        seed_hash=draw.seed_hash,
        cases=len(snapshot.cases),
        experts=len(snapshot.experts),
    )
    enqueue("reviews.draw", key=f"draw:{draw.pk}", draw_id=draw.pk)
    return draw


@transaction.atomic(durable=True)
def carry_out_draw(*, draw_id: int, now: datetime) -> None:
    """Run a draw that was asked for and keep its pairs, hidden from the experts. A second time does nothing.

    Pairs follow from snapshot and seed alone; cases that left the review and experts who left the panel since the
    snapshot are passed over and counted.
    """
    draw = Draw.objects.select_for_update(of=("self",)).select_related("call").get(pk=draw_id)
    if draw.done_at is not None:
        return
    found = assigning.plan(assigning.from_json(draw.snapshot), draw.seed)
    # The lock order puts cases before assignments, and a case that is withdrawn meanwhile waits or is seen as gone.
    locked = drawing.in_review(draw.call).select_for_update(of=("self",)).order_by("pk")
    still = set(locked.values_list("pk", flat=True))
    able = set(drawing.active_experts().values_list("pk", flat=True))
    rows, gaps = [], Counter({case_id: lacking for case_id, lacking in found.gaps.items() if case_id in still})
    for case_id, expert_id in found.pairs:
        if case_id in still and expert_id in able:
            rows.append(Assignment(case_id=case_id, expert_id=expert_id, draw=draw, at=now))
        elif case_id in still:
            gaps[case_id] += 1
    Assignment.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
    draw.done_at = now
    draw.problem = f"{len(gaps)} 件案例的专家不够，还差 {sum(gaps.values())} 人次。" if gaps else ""
    draw.save(update_fields=["done_at", "problem"])
    listed = ";".join(f"{case_id}:{expert_id}" for case_id, expert_id in found.pairs)
    audit.record(
        verb="draw.done",
        subject=draw,
        actor=None,
        now=now,
        call_id=draw.call_id,
        seed=draw.seed,
        pairs=len(rows),
        passed_over=len(found.pairs) - len(rows),
        gaps=len(gaps),
        digest=hashlib.sha256(listed.encode()).hexdigest(),
    )


@transaction.atomic(durable=True)
def release_assignments(*, call_id: int, actor: User, now: datetime) -> int:
    """Show the hidden assignments of a call to their experts and write to each; how many.

    Locks the call. Refuses: WindowClosed, DrawRunning, NothingHidden.
    """
    call = Call.objects.select_for_update().get(pk=call_id)
    require_phase(call.dates, now, Phase.REVIEW, sentence=NOT_NOW)
    if call.draws.filter(done_at__isnull=True).exists():
        raise DrawRunning
    hidden = Assignment.objects.filter(case__call_id=call.pk, released_at__isnull=True, recused_at__isnull=True)
    expert_ids = set(hidden.values_list("expert_id", flat=True))
    count = hidden.update(released_at=now)
    if not count:
        raise NothingHidden
    for expert in Expert.objects.filter(pk__in=expert_ids).select_related("user").order_by("pk"):
        _tell_of_pile(expert, call, now)
    audit.record(
        verb="assignment.release",
        subject=call,
        actor=actor,
        now=now,
        call_id=call.pk,
        assignments=count,
        experts=len(expert_ids),
    )
    return count


def _tell_of_pile(expert: Expert, call: Call, now: datetime) -> None:
    tell(user=expert.user, text="您有新的待评案例。", now=now, link=reverse("expert_pile"))
    if expert.user.email:
        body = (
            f"{expert.user.name}，您好：\n\n“{call.title}”的待评案例已发放给您。请登录平台，在“专家评议”中查看并评分；"
            f"与您有关联的案例请申请回避。\n\n{call.centre}"
        )
        post_letter(
            channel=Channel.MAIL,
            recipient=expert.user.email,
            purpose="pile_released",
            subject="您有新的待评案例",
            body=body,
        )


@transaction.atomic(durable=True)
def assign_by_hand(*, case_id: int, expert_id: int, actor: User, now: datetime) -> Assignment:
    """Give one case to one expert, shown at once when the call's assignments are already released.

    Locks the case. Refuses: NotReviewed, WindowClosed, AlreadyDecided, Excluded (the exclusions of the draw hold here
    too).
    """
    case = lock(case_id)
    if case.state != State.IN_REVIEW:
        raise NotReviewed
    require_phase(case.call.dates, now, Phase.REVIEW, sentence=NOT_NOW)
    if Decision.objects.filter(case_id=case.pk).exists():
        raise AlreadyDecided
    snapshot = drawing.snapshot_of(case.call, only=[case.pk])
    row = next((row for row in snapshot.experts if row.id == expert_id), None)
    if row is None:
        raise NoExperts
    if why := assigning.excluded(snapshot.cases[0], row):
        raise Excluded(f"{why}，不能评这件案例。请换一位专家。")
    if (case.pk, expert_id) in snapshot.kept:
        raise Excluded("这位专家已经分到这件案例。请换一位专家。")
    return _give(case, expert_id, actor=actor, now=now)


def _give(case: Case, expert_id: int, *, actor: User | None, now: datetime) -> Assignment:
    released = Assignment.objects.filter(case__call_id=case.call_id, released_at__isnull=False).exists()
    row = Assignment.objects.create(case=case, expert_id=expert_id, at=now, released_at=now if released else None)
    audit.record(
        verb="assignment.give",
        subject=row,
        actor=actor,
        now=now,
        call_id=case.call_id,
        province_code=case.province.code,
        case_id=case.pk,
        expert_id=expert_id,
        released=released,
    )
    if released:
        expert = Expert.objects.select_related("user").get(pk=expert_id)
        tell(user=expert.user, text="您有一件新的待评案例。", now=now, link=reverse("expert_pile"))
    return row


@transaction.atomic(durable=True)
def recuse(*, assignment_id: int, reason: str, actor: User, now: datetime) -> Assignment:
    """The expert steps back from a case; another one is looked for by a job.

    Locks the case, then the assignment. Refuses: WindowClosed, RecusalRefused (no reason, already submitted, done).
    """
    unlocked = Assignment.objects.get(pk=assignment_id, expert__user_id=actor.pk)
    case = lock(unlocked.case_id)
    row = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment_id)
    require_phase(case.call.dates, now, Phase.REVIEW, sentence="评分已经截止，不能再申请回避。")
    if row.recused_at is not None or row.released_at is None:
        raise RecusalRefused("这件案例已不在您的待评列表中。请刷新页面。")
    if not reason.strip():
        raise RecusalRefused("请写明回避的原因，例如与作者同单位共事。", field="reason")
    sheet = getattr(row, "sheet", None)
    if sheet is not None and sheet.submitted_at is not None:
        raise RecusalRefused("您已提交这件案例的评分。请先撤回评分，再申请回避。")
    row.recused_at, row.recusal_reason = now, reason.strip()
    row.save(update_fields=["recused_at", "recusal_reason"])
    audit.record(
        verb="assignment.recuse",
        subject=row,
        actor=actor,
        now=now,
        call_id=case.call_id,
        province_code=case.province.code,
        case_id=case.pk,
    )
    enqueue("reviews.repair", case_id=case.pk)
    return row


@transaction.atomic(durable=True)
def repair(*, case_id: int, now: datetime) -> list[Assignment]:
    """Find the experts a case lacks, with the fewest changes: nobody else's pile is touched.

    Locks the case. Does nothing once the case left the review or scoring has closed; a gap stays for the centre to see.
    """
    case = lock(case_id)
    if case.state != State.IN_REVIEW or case.call.phase(now) != Phase.REVIEW:
        return []
    snapshot = drawing.snapshot_of(case.call, only=[case.pk])
    # The seed is the moment of the draw's last change: one gap, one answer, also when the job runs twice.
    found = assigning.plan(snapshot, f"repair:{case.pk}:{len(snapshot.kept)}")
    return [_give(case, expert_id, actor=None, now=now) for _, expert_id in found.pairs]
