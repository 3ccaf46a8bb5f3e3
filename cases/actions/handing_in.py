"""Handing a case in and taking it back."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.actions.consenting import require_showing
from accounts.models import ProvinceAdmin, User
from calls.policy import TYPE_NAMES, CaseType, Phase, WindowClosed, require_phase
from cases.actions.asking import ask_coauthors
from cases.actions.consenting import note_hand_in
from cases.actions.drafting import NoMoreCases, lock_author, require_type
from cases.actions.likening import ask_to_liken
from cases.actions.moving import lock, move
from cases.characters import count
from cases.editing import NotYours, in_time
from cases.lifecycle import IllegalMove, State, Verb, can
from cases.models import Case, CaseDocument, Receipt, SupportingFile, Target, Upload, UploadState
from cases.numbers import draw_number
from cases.readiness import GONE, arriving_document, counting_document, readiness
from kernel.errors import Refusal, Stale
from kernel.letters import post_letter, tell
from kernel.models import Channel

NUMBER_TRIES = 5


class NotReady(Refusal):
    code = "not_ready"

    def __init__(self, lacks: int) -> None:
        super().__init__(f"还差 {lacks} 项没有完成，暂时不能报送。请按任务清单补齐后再报送。")


class ReturnOverdue(WindowClosed):
    code = "return_overdue"
    sentence = "退回修改的期限已过，不能再次报送。如有疑问，请联系本省组织单位。"


class RecommendedStays(Refusal):
    """A recommended case leaves only through the province or the centre."""

    code = "recommended_stays"

    def __init__(self, province: str) -> None:
        super().__init__(
            f"这件案例已获{province}推荐，不能自行撤回。如确需撤回，请联系{province}的组织单位或项目组织中心。"
        )


@transaction.atomic(durable=True)
def hand_in(*, case_id: int, actor: User, now: datetime, version: int | None = None) -> Receipt:
    """Hand the case in, judged by the arrival of the request (`now`); the receipt.

    A case that is already handed in gives its receipt again, so a double click is harmless. `version` is that of the
    content the author checked. Locks the account, then the case.
    Refuses: NotYours, WindowClosed, ReturnOverdue, IllegalMove, AnotherType, NoMoreCases, Stale, NotReady
    (R2, R4–R8, R11).
    """
    author = lock_author(actor)
    case = lock(case_id)
    if case.submitter_id != actor.pk:
        raise NotYours
    if case.state == State.HANDED_IN and (receipt := case.receipts.first()) is not None:
        return receipt
    _require_window(case, now)
    require_type(case.call, author, case.type, besides=case.pk)
    _require_one_more(case)
    require_showing(author)
    if version is not None and version != case.version:
        raise Stale("核对之后内容又有改动。请再核对一遍，然后报送。")
    found = readiness(case)
    if not found.ready:
        raise NotReady(len(found.lacks))
    _give_number(case)
    case.handed_in_at = now
    case.completed_at = None if found.pending else now
    case.return_due_at = None
    case.overview_characters, case.overview_limit = count(case.overview), case.call.overview_limit
    case.save(update_fields=["handed_in_at", "completed_at", "return_due_at", "overview_characters", "overview_limit"])
    move(case, Verb.HAND_IN, actor=actor, now=now, number=case.number, inspecting=found.pending)
    note_hand_in(case, author, now)
    ask_to_liken(case)
    ask_coauthors(case, now)
    receipt = _write_receipt(case, now)
    _send_receipt(case, receipt, now)
    return receipt


@transaction.atomic(durable=True)
def withdraw(*, case_id: int, actor: User, now: datetime) -> Case:
    """Take the case back: freely while hand-in is open, then until it is recommended, with the province told.

    A second request finds the case withdrawn and changes nothing. Locks the case.
    Refuses: NotYours, RecommendedStays, WindowClosed, IllegalMove.
    """
    case = lock(case_id)
    if case.submitter_id != actor.pk:
        raise NotYours
    if case.state == State.WITHDRAWN:
        return case
    if case.state in {State.RECOMMENDED, State.IN_REVIEW}:
        raise RecommendedStays(case.province.short)
    allowed = (Phase.SUBMISSION, Phase.SCREENING, Phase.RECOMMENDATION)
    require_phase(
        case.call.dates, now, *allowed, sentence="省级推荐已经结束，不能再撤回。如有疑问，请联系本省组织单位。"
    )
    move(case, Verb.WITHDRAW, actor=actor, now=now, number=case.number)
    if case.call.phase(now) != Phase.SUBMISSION:
        for admin in ProvinceAdmin.objects.filter(province=case.province, active=True).select_related("user"):
            tell(user=admin.user, text=f"作者撤回了案例 {case.number}“{case.title}”。", now=now)
    return case


def may_withdraw(case: Case, now: datetime) -> bool:
    """Whether the author may take the case back now."""
    open_phases = {Phase.SUBMISSION, Phase.SCREENING, Phase.RECOMMENDATION}
    return case.state in {State.HANDED_IN, State.RETURNED, State.ELIGIBLE} and case.call.phase(now) in open_phases


def _require_window(case: Case, now: datetime) -> None:
    """R11: in the submission phase; a returned case until the due date it was given, also after that phase."""
    state, phase = State(case.state), case.call.phase(now)
    if not can(state, Verb.HAND_IN):
        raise IllegalMove(state, Verb.HAND_IN)
    if in_time(state, phase, case.return_due_at, now):
        return
    if state == State.RETURNED:
        raise ReturnOverdue
    if phase == Phase.UPCOMING:
        raise WindowClosed("报送尚未开始。您填写的内容会保留，开始后再报送即可。")
    raise WindowClosed("报送已经截止，不能再报送。您填写的内容会保留，可以随时查看。")


def _require_one_more(case: Case) -> None:
    """Refuse (NoMoreCases) a hand-in beyond the call's limit; a returned case is one of those counted before."""
    limit = case.call.cases_per_author
    if limit is None or case.state == State.RETURNED:
        return
    others = Case.objects.filter(call=case.call, submitter=case.submitter_id).exclude(pk=case.pk)
    if others.exclude(state__in=(State.DRAFT, State.WITHDRAWN)).count() >= limit:
        raise NoMoreCases(limit)


def _give_number(case: Case) -> None:
    """Draw a number at the first hand-in; it stays for life."""
    if case.number is not None:
        return
    for tries_left in reversed(range(NUMBER_TRIES)):
        case.number = draw_number(case.call.year, case.province.code)
        try:
            with transaction.atomic():
                case.save(update_fields=["number"])
        except IntegrityError:
            if not tries_left:
                raise
        else:
            return


def _write_receipt(case: Case, now: datetime) -> Receipt:
    contents = receipt_contents(case)
    return Receipt.objects.create(case=case, at=now, contents=contents, digest=digest_of(contents, now))


def receipt_contents(case: Case) -> dict[str, Any]:
    """What is handed in now: the sheet's heads and a fingerprint of each file that counts."""
    uploads = [one for one in case.uploads.all() if one.awaited]
    document = arriving_document(uploads) or counting_document(list(case.documents.all()))
    files: list[CaseDocument | SupportingFile | Upload] = [one for one in case.files.all() if one.state not in GONE]
    files += [one for one in uploads if one.target == Target.SUPPORTING]
    return {
        "number": case.number,
        "title": case.title,
        "type": case.type,
        "authors": len(case.authors.all()),
        "document": _fingerprint(document) if document else None,
        "files": [_fingerprint(one) for one in files],
    }


def digest_of(contents: dict[str, Any], at: datetime) -> str:
    """SHA-256 over the contents and the moment, in one canonical spelling, so that a printed receipt can be checked."""
    text = json.dumps(
        {**contents, "at": at.astimezone(UTC).isoformat()}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _fingerprint(file: CaseDocument | SupportingFile | Upload) -> dict[str, Any]:
    if isinstance(file, Upload):
        # Its bytes are not joined yet, so it has no fingerprint; `upload` leads to what it becomes.
        return {
            "id": None, "upload": str(file.pk), "name": file.name, "title": file.title, "size": file.size,
            "sha256": "", "state": file.state,
        }  # fmt: skip
    title = file.title if isinstance(file, SupportingFile) else ""
    return {
        "id": file.pk, "name": file.name, "title": title, "size": file.size, "sha256": file.sha256, "state": file.state,
    }  # fmt: skip


def _send_receipt(case: Case, receipt: Receipt, now: datetime) -> None:
    path = reverse("my_receipt", args=[case.pk])
    tell(user=case.submitter, text=f"案例“{case.title}”已报送，编号 {case.number}。", now=now, link=path)
    lines = [
        f"{case.submitter.name}，您好：",
        f"您的案例“{case.title}”（{TYPE_NAMES[CaseType(case.type)]}）已报送。",
        f"案例编号：{case.number}",
        f"文件：{len(receipt.contents['files']) + 1} 个",
        f"回执指纹：{receipt.digest}",
        f"查看回执：{settings.BASE_URL}{path}",
    ]
    if any("upload" in one and one["state"] == UploadState.OPEN for one in receipt.contents["files"]):
        lines.append("有文件还没有传完，请回到支撑材料页传完；没有传完的不计入案例。")
    if case.completed_at is None:
        lines.append("文件仍在检查，检查完成后结果会在回执中显示。")
    if email := case.submitter.email:
        subject = f"报送回执 {case.number}"
        post_letter(channel=Channel.MAIL, recipient=email, purpose="receipt", subject=subject, body="\n".join(lines))
    elif mobile := case.submitter.mobile:
        text = f"您的案例已报送，编号 {case.number}。回执见 {settings.BASE_URL}{path}"
        post_letter(channel=Channel.SMS, recipient=mobile, purpose="receipt", body=text)
