"""The screening desk: the list, the reader and the decision side by side."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from accounts.access import requires
from accounts.http import Request
from accounts.models import Province
from accounts.policy import Role
from calls.policy import CaseType, latest_return_due
from cases import findings
from cases.history import history_of
from cases.lifecycle import STATE_NAMES, State, Verb, can
from cases.models import Case, FileState
from cases.queries import coauthors_of
from cases.readiness import readiness, studio_warnings
from cases.reading import Reading, reading_of
from cases.versions import changes_of
from kernel.errors import Refusal
from reviews import policy
from reviews.actions import recommending, screening
from reviews.actions.revealing import reveal_contacts
from reviews.forms.numbers import number
from reviews.forms.screening import ORDERS, NotesForm, PileForm, VerdictForm, last_day
from reviews.models import Screening
from reviews.queries import overview
from reviews.queries import screening as queries
from reviews.queries.pile import pile as pile_of
from reviews.queries.pile import words_of_the_desk
from reviews.queries.screening import Wanted
from reviews.views.desk import Desk, desk_of, desk_on

TABS = ("sheet", "document", "changes", "materials", "history")
MARKS = {
    State.HANDED_IN: ("", ""),
    State.RETURNED: ("wait", "undo"),
    State.ELIGIBLE: ("act", "check"),
    State.DECLINED: ("bad", "cross"),
    State.RECOMMENDED: ("done", ""),
    State.NOT_RECOMMENDED: ("", ""),
    State.IN_REVIEW: ("act", "book"),
    State.TYPICAL: ("done", "star"),
    State.SHOWCASE: ("done", "star"),
    State.NOT_SELECTED: ("", ""),
    State.DISQUALIFIED: ("bad", ""),
}
"""Tone and icon of a state in the list."""
TYPE_OPTIONS = [(str(CaseType.REGION), "区域"), (str(CaseType.SCHOOL), "校本"), (str(CaseType.STUDIO), "工作室")]
STATE_OPTIONS = [
    (str(State.HANDED_IN), "待初筛"),
    (queries.UNDECIDED, "看过未定"),
    (queries.AGAIN, "重新报送"),
    (str(State.ELIGIBLE), "合格备选"),
    (str(State.RECOMMENDED), "已推荐"),
    (str(State.RETURNED), "退回修改"),
    (str(State.DECLINED), "不推荐"),
    (str(State.NOT_RECOMMENDED), "未获推荐"),
]
"""The filters stand three in a row of 22 rem: four characters each."""

LATELY = timedelta(minutes=30)
"""So long a case that a colleague opened may still lie open there."""

UNDO = "推荐截止前都可以改回来。"
WAITING = "同事刚改过这件案例的核对或备注，您写的还没有保存。"


def _mark(row: dict[str, Any], opened_id: int | None) -> tuple[str, str, str]:
    """The words, tone and icon at the end of a row."""
    if row["state"] == State.HANDED_IN:
        if row["pk"] == opened_id:
            return "正在看", "act", "pen"
        return ("未看", "", "") if row["fresh"] else ("已看", "", "check")
    tone, sign = MARKS[State(row["state"])]
    return STATE_NAMES[State(row["state"])], tone, sign


def _where(row: dict[str, Any], province: Province) -> str:
    """Place and unit of a row, without saying the province and the place twice."""
    place = row["unit__county"] or row["unit__city"] or ""
    unit = (row["unit__name"] or "").removeprefix(province.name).removeprefix(row["unit__city"] or "")
    return " · ".join(filter(None, (place, unit.removeprefix(place))))


def _findings(case: Case, reading: Reading) -> list[tuple[str, str]]:
    """What the portal itself has checked, as (tone, words) (R5, R7, R8, R19)."""
    found = []
    lacks = readiness(case).lacks
    document = reading.document
    if document is not None and document.state == FileState.INSPECTING:
        found.append(("wait", "案例文档正在检查"))
    elif reading.characters and not any(lack.page == "my_document" for lack in lacks):
        found.append(("done", f"四个部分齐全，{reading.characters:,} 字"))
    found += [("wait", lack.words) for lack in lacks]
    if document is not None:
        found += [("wait", words) for words in findings.notes(document)]
    damaged = [one for one in reading.materials if one.state == FileState.ACCEPTED and one.message]
    waiting = sum(one.state == FileState.INSPECTING for one in reading.materials)
    if waiting:
        found.append(("wait", f"支撑材料 {len(reading.materials)} 个，其中 {waiting} 个正在检查"))
    elif reading.materials:
        size = sum(one.size for one in reading.materials) / 1024**2
        words = f"{size:.1f} MB" if size >= 0.05 else "不到 0.1 MB"
        found.append(("done", f"支撑材料 {len(reading.materials)} 个，{words}" + ("" if damaged else "，均可打开")))
    elif case.completed_at is not None:
        found.append(("bad", "没有支撑材料：报送时列出的都没有传完或没有被接收"))
    found += [("bad", f"材料“{one.title}”有损坏：{one.message}") for one in damaged]
    if late := "、".join(f"“{one.title}”" for one in reading.materials if one.late):
        found.append(("wait", f"在报送截止后的宽限时间内传完：{late}"))
    if case.completed_at is None and case.state in (State.HANDED_IN, State.ELIGIBLE):
        found.append(("wait", "材料待完成，全部传完并检查完才能推荐"))
    if case.declared and (case.signature or case.signature_drawing):
        found.append(("done", "作者声明已签名"))
    found += coauthors_of(case)
    if case.sources:
        found.append(("done", "作者写明了非原创部分的出处"))
    if words := case.alike.words:
        found.append(("wait", format_html('<a href="{}">{}</a>', reverse("screening_likeness", args=[case.pk]), words)))
    return found + [("wait", words) for words in studio_warnings(case, case.call)]


def _link(kind: str, pk: int, variant: str) -> str:
    return reverse("screening_file", args=[kind, pk, variant])


def _latest(case: Case) -> datetime:
    return latest_return_due(case.call.dates, case.call.return_margin_days)


def _beside(case: Case, request: Request) -> tuple[str, datetime] | None:
    """The colleague who may have the case open too; asked only of a case that was opened or noted on a while ago."""
    kept = getattr(case, "screening", None)
    since = request.now - LATELY
    if case.state != State.HANDED_IN or kept is None or max(kept.read_at or since, kept.at or since) <= since:
        return None
    return overview.looking(case.pk, besides=request.user, since=since)


def shorten(reason: str, length: int = 36) -> str:
    """A reason as one line of a list to choose from."""
    words = " ".join(reason.split())
    return words if len(words) <= length else words[: length - 1] + "…"


def _edition(case: Case) -> str:
    """What the notes of a case say now, after something was written."""
    return screening.edition_of(Screening.objects.filter(case_id=case.pk).first())


def _empty_form(case: Case, now: datetime) -> VerdictForm:
    kept = getattr(case, "screening", None)
    # Checks that were made before the case was last handed in are of another version.
    stands = kept is not None and not (kept.at and case.handed_in_at and kept.at < case.handed_in_at)
    latest = _latest(case)
    initial = {
        "checks": [item for item, on in kept.checks.items() if on] if kept and stands else [],
        "note": kept.note if kept else "",
        "reason": kept.reason if kept and case.state in screening.UNDECIDED else "",
        "due_on": last_day(min(latest, now + timedelta(days=4))) if latest > now else None,
    }
    return VerdictForm(initial=initial, latest=latest)


def _kept(request: Request) -> str:
    """The filters of the request as a query string, without what belongs to one page or tab."""
    parameters = request.GET.copy()
    for name in ("page", "tab", "marked", "case"):
        parameters.pop(name, None)
    return f"?{parameters.urlencode()}" if parameters else ""


def _show(
    request: Request, desk: Desk, case: Case | None, form: VerdictForm | None, *, masked: bool = True
) -> HttpResponse:
    """The desk with a case open, or with an empty reader; mobiles are masked unless looking at them was recorded."""
    assert desk.call is not None
    filters = PileForm(request.GET)
    wanted = filters.wanted()
    opened_id = case.pk if case else None
    pile = pile_of(desk.province, desk.call, wanted, page=filters.wanted_page(), opened_id=opened_id)
    places, reasons = words_of_the_desk(desk.province, desk.call)
    context: dict[str, Any] = {
        "desk_of": desk,
        "pile": pile,
        "rows": [(row, _where(row, desk.province), *_mark(row, opened_id)) for row in pile.rows],
        "wanted": wanted,
        "all_marked": request.GET.get("marked") == "page",
        "type_options": [("", "全部类型"), *TYPE_OPTIONS],
        "state_options": [("", "全部状态"), *STATE_OPTIONS],
        "place_options": [("", "全部市州"), *((name, name) for name in places)],
        "order_options": list(ORDERS.items()),
        "case": case,
        "kept": _kept(request),
        "masked": masked,
    }
    if case is not None:
        reading = reading_of(case, link=_link)
        tab = request.GET.get("tab") if masked else "sheet"
        context |= {
            "form": form or _empty_form(case, desk.now),
            "tab": tab if tab in TABS else "document",
            "reading": reading,
            "findings": _findings(case, reading),
            "beside": _beside(case, request),
            "reasons": [(reason, shorten(reason)) for reason in reasons],
            "edition": screening.edition_of(getattr(case, "screening", None)),
            "history": history_of(case) if tab == "history" else [],
            "changes": changes_of(case, reading.document) if tab == "changes" else None,
            "screened": getattr(case, "screening", None),
            "can": {verb.value: desk.may_screen and can(State(case.state), verb) for verb in Verb},
            "latest": _latest(case),
            "state_words": STATE_NAMES[State(case.state)],
        }
    return render(request, "screening/case.html", context)


@requires(Role.PROVINCE)
@require_safe
def screening_cases(request: Request) -> HttpResponse:
    """The list; it opens the first case not yet read, or says that there is none."""
    desk = desk_of(request)
    if desk.call is None:
        return render(request, "screening/home.html", {"desk_of": desk})
    wanted = PileForm(request.GET).wanted()
    cases = queries.choose(queries.on_the_desk(desk.province, desk.call), wanted)
    first = queries.first_to_read(cases, wanted.order)
    if first is not None:
        return redirect(_address(request, first))
    return _show(request, desk, None, None)


@requires(Role.PROVINCE)
@require_safe
def screening_case(request: Request, pk: int) -> HttpResponse:
    """The desk with one case open; while screening lasts, that it was read is remembered."""
    province = request.user.province_admin.province
    case = queries.to_read(province, pk)
    desk = desk_on(request, case.call)
    kept = getattr(case, "screening", None)
    stale = kept is None or kept.read_at is None or (case.handed_in_at and kept.read_at < case.handed_in_at)
    if stale and desk.may_screen and case.state == State.HANDED_IN:
        screening.open_for_reading(case_id=case.pk, actor=request.user, now=request.now)
        case = queries.to_read(province, pk)
    return _show(request, desk, case, None)


@requires(Role.PROVINCE)
@require_POST
def screening_contacts(request: Request, pk: int) -> HttpResponse:
    """The sheet of one case with whole mobiles, this once; that somebody looked is recorded."""
    case = queries.to_read(request.user.province_admin.province, pk)
    reveal_contacts(case=case, actor=request.user, now=request.now, needs_reason=False)
    return _show(request, desk_on(request, case.call), case, None, masked=False)


def _address(request: Request, pk: int) -> str:
    """A case's desk under the filters of the request."""
    return reverse("screening_case", args=[pk]) + _kept(request)


def _judge(case: Case, form: VerdictForm, request: Request) -> str:
    """Carry out the verdict by one action; the sentence for the screener."""
    kept = form.cleaned_data
    said: dict[str, Any] = {"case_id": case.pk, "actor": request.user, "now": request.now}
    said |= {"note": kept["note"], "edition": form.edition_read()}
    match kept["verdict"]:
        case "recommend":
            recommending.mark_and_recommend(**said, checks=form.answers())
            return "已推荐。" + UNDO
        case "eligible":
            screening.mark_eligible(**said, checks=form.answers())
            return "已标记为初筛合格。" + UNDO
        case "decline":
            screening.decline(**said, reason=kept["reason"])
            return "已标记为初筛未通过。" + UNDO
        case _:
            screening.return_for_changes(**said, reason=kept["reason"], due_at=form.due_at())
            return "已退回修改，作者会收到通知。"


@requires(Role.PROVINCE)
@require_POST
def screening_verdict(request: Request, pk: int) -> HttpResponse:
    """Decide on a case, then go to the next one not yet read; where all are, to the next that the filters ask for."""
    province = request.user.province_admin.province
    case = queries.to_read(province, pk)
    form = VerdictForm(request.POST, latest=_latest(case))
    desk = desk_on(request, case.call)
    wanted = PileForm(request.GET).wanted()
    try:
        policy.require_screening(case.call.dates, request.now)
    except Refusal as refusal:
        # Whatever else the form lacks: this is what stopped it.
        form.errors.clear()
        form.add_error(None, refusal.sentence)
    if form.is_valid():
        # Read before the decision: it may take the case out of what the filters ask for.
        beside = pile_of(province, case.call, wanted, page=1, opened_id=case.pk)
        try:
            words = _judge(case, form, request)
        except Refusal as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
        else:
            opened = _address(request, case.pk)
            link = format_html('<a href="{}" data-key="u">打开这一件</a>', opened)
            messages.success(request, format_html("“{}”{}{}", case.title, words, link))
            return redirect(_address(request, beside.next_unread or (wanted != Wanted() and beside.after) or case.pk))
    return _show(request, desk, queries.to_read(province, pk), form)


@requires(Role.PROVINCE)
@require_POST
def screening_notes(request: Request, pk: int) -> HttpResponse:
    """Keep checklist and note; the desk saves them by itself while the screener works."""
    case = queries.to_read(request.user.province_admin.province, pk)
    form = NotesForm(request.POST)
    problems = {name: str(errors[0]) for name, errors in form.errors.items()}
    if not problems:
        try:
            screening.save_screening(
                case_id=case.pk,
                checks=form.answers(),
                note=form.cleaned_data["note"],
                reason=form.cleaned_data["reason"],
                edition=form.edition_read(),
                actor=request.user,
                now=request.now,
            )
        except policy.WrittenByColleague as refusal:
            if request.headers.get("X-Autosave"):
                return JsonResponse({"problems": {}, "message": WAITING, "edition": _edition(case)}, status=409)
            problems["note"] = refusal.sentence
        except Refusal as refusal:
            problems[refusal.field or "note"] = refusal.sentence
    if request.headers.get("X-Autosave"):
        said = {"saved_at": "" if problems else f"{timezone.localtime(request.now):%H:%M}", "problems": problems}
        return JsonResponse(said if problems else said | {"edition": _edition(case)}, status=422 if problems else 200)
    for sentence in problems.values():
        messages.error(request, sentence)
    if not problems:
        messages.success(request, "核对和备注已保存。")
    return redirect(_address(request, case.pk))


def _do(request: Request, pk: int, act: Callable[..., object], words: str) -> HttpResponse:
    """One action on one case without further words, then back to it or to where the button was."""
    case = queries.to_read(request.user.province_admin.province, pk)
    try:
        act(case_id=case.pk, actor=request.user, now=request.now)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"“{case.title}”{words}")
    place, _, beside = request.POST.get("back", "").partition(":")
    if place == "list":
        row = f"#case-{following}" if (following := number(beside)) else ""
        return redirect(reverse("screening_recommendations") + row)
    if queries.opened(request.user.province_admin.province).filter(pk=pk).exists():
        return redirect(_address(request, pk))
    return redirect("screening_cases")


@requires(Role.PROVINCE)
@require_POST
def screening_reopen(request: Request, pk: int) -> HttpResponse:
    return _do(request, pk, screening.reopen, "已恢复初筛。")


@requires(Role.PROVINCE)
@require_POST
def screening_take_back(request: Request, pk: int) -> HttpResponse:
    return _do(request, pk, recommending.take_back, "的推荐已撤回，名额可另用；案例仍是初筛合格。")


@requires(Role.PROVINCE)
@require_POST
def screening_withdraw(request: Request, pk: int) -> HttpResponse:
    return _do(request, pk, recommending.withdraw_for_author, "已按作者意愿撤回，名额可另用。")
