"""The expert's desk: the pile, the score page, recusal."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from markupsafe import Markup

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from calls.models import Call
from calls.policy import Phase
from cases.models import Case, Category
from cases.reading import Reading, reading_of
from kernel.errors import Refusal
from reviews import rubric
from reviews.actions import assigning, scoring
from reviews.forms.numbers import number
from reviews.forms.scoring import RecusalForm, ScoreForm
from reviews.models import Assignment, ScoreSheet, Vote
from reviews.queries import experts as queries

VOTE_SHORT = {Vote.TYPICAL: "典型", Vote.SHOWCASE: "展示", Vote.NOT: "不推荐", Vote.CANNOT: "无法评判"}


@requires(Role.EXPERT)
@require_safe
def pile(request: Request) -> HttpResponse:
    calls = queries.calls_of(request.user)
    call = queries.call_to_work_on(calls, request.now, request.GET.get("call", ""))
    entries = queries.pile_of(request.user, call) if call else []
    wanted, kind, sort = (request.GET.get(name, "") for name in ("show", "type", "sort"))
    shown = [entry for entry in entries if SHOWN.get(wanted, _all)(entry) and kind in ("", entry.type)]
    if sort == "score":
        shown.sort(key=lambda entry: (entry.total is None, -(entry.total or 0), entry.position))
    waiting = sum(entry.open for entry in entries)
    context = {
        "calls": calls,
        "chosen": call,
        "entries": shown,
        "titles": queries.veiled_titles(request.user, call) if call else {},
        "total": len(entries),
        "done": sum(entry.tone in ("done", "skip") for entry in entries),
        "tones": [entry.tone for entry in entries],
        "kinds": [
            (each, n, *queries.peers(entries, each))
            for each in rubric.HEADS
            if (n := sum(entry.type == each for entry in entries))
        ],
        "kind": kind,
        "sort": sort,
        "shows": [
            (value, words, n)
            for value, words in (("", "全部"), ("open", "未提交"), ("done", "已提交"), ("doubt", "我标出存疑"))
            if (n := sum(map(SHOWN.get(value, _all), entries))) or not value or value == wanted
        ],
        "pace": _pace(waiting, call, request.now) if call else 0,
        "recused": queries.recused_count(request.user, call) if call else 0,
        "next": queries.next_open(entries),
        "open": call is not None and call.phase(request.now) == Phase.REVIEW,
        "show": wanted,
        "vote_names": dict(Vote.choices),
    }
    return render(request, "experts/pile.html", context)


def _all(_: queries.Entry) -> bool:
    return True


SHOWN: dict[str, Callable[[queries.Entry], bool]] = {
    "open": lambda entry: entry.open,
    "done": lambda entry: not entry.open,
    "doubt": lambda entry: entry.doubt,
}
"""What the filter of the pile lets through; another word lets all through."""


def _pace(waiting: int, call: Call, now: datetime) -> int:
    """Cases a day that still end the pile in time, today among the days; 0 once it is done or scoring has closed."""
    days = (call.scoring_closes_at - now) / timedelta(days=1)
    return ceil(waiting / max(ceil(days), 1)) if days > 0 else 0


@requires(Role.EXPERT)
@require_safe
def done(request: Request) -> HttpResponse:
    """What stands when every case of the pile is submitted; before that, the pile."""
    calls = queries.calls_of(request.user)
    call = queries.call_to_work_on(calls, request.now, request.GET.get("call", ""))
    entries = queries.pile_of(request.user, call) if call else []
    if not entries or queries.next_open(entries):
        return redirect("expert_pile")
    return render(
        request, "experts/done.html", {"chosen": call, "total": len(entries), "tones": [e.tone for e in entries]}
    )


@requires(Role.EXPERT)
@require_http_methods(["GET", "HEAD", "POST"])
def score(request: Request, pk: int) -> HttpResponse:
    """The reader without names, the rubric beside it. POST saves, submits or takes back."""
    found = queries.to_score(request.user, pk)
    assignment = found.assignment
    sheet = getattr(assignment, "sheet", None)
    case = assignment.case
    form = ScoreForm(request.POST if request.method == "POST" else None, type=case.type, sheet=sheet)
    if request.method == "POST":
        if request.headers.get("X-Autosave"):
            return _autosave(request, form, pk)
        if request.POST.get("act") == "withdraw":
            return _withdraw(request, pk)
        answer = _submit(request, form, assignment) if request.POST.get("act") != "later" else _later(request, form, pk)
        if answer is not None:
            return answer
    return render(request, "experts/score.html", _page(request, found, form))


def _autosave(request: Request, form: ScoreForm, pk: int) -> HttpResponse:
    form.is_valid()
    problems = {name: " ".join(map(str, errors)) for name, errors in form.errors.items()}
    try:
        sheet = scoring.save_scores(assignment_id=pk, given=form.given(), actor=request.user, now=request.now)
    except Refusal as refusal:
        return JsonResponse({"message": refusal.sentence}, status=409)
    at = timezone.localtime(sheet.saved_at)
    return JsonResponse({"saved_at": f"{at:%H:%M}", "problems": problems, "total": str(sheet.total or "")})


def _withdraw(request: Request, pk: int) -> HttpResponse:
    try:
        scoring.withdraw_submission(assignment_id=pk, actor=request.user, now=request.now)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "评分已撤回，可以修改后再提交。")
    return redirect("expert_score", pk)


def _later(request: Request, form: ScoreForm, pk: int) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        scoring.save_scores(assignment_id=pk, given=form.given(), actor=request.user, now=request.now)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "已暂存，稍后可以接着评。")
    return redirect("expert_pile")


def _submit(request: Request, form: ScoreForm, assignment: Assignment) -> HttpResponse | None:
    """Submit and go to the next case; None when the form has to be shown again with what is missing."""
    if not form.is_valid():
        return None
    given = form.given()
    try:
        scoring.submit_scores(assignment_id=assignment.pk, given=given, actor=request.user, now=request.now)
    except scoring.SheetIncomplete as refusal:
        for name, sentence in refusal.problems.items():
            form.add_error(name, sentence)
        # Nothing typed is lost when the page is left from here.
        with suppress(Refusal):
            scoring.save_scores(assignment_id=assignment.pk, given=given, actor=request.user, now=request.now)
        return None
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return None
    call = assignment.case.call
    following = queries.next_open(queries.pile_of(request.user, call), assignment.pk)
    if following is None:
        return redirect(reverse("expert_done") + f"?call={call.slug}")
    messages.success(request, "已提交，下面是下一件。")
    return redirect("expert_score", following.pk)


@requires(Role.EXPERT)
@require_http_methods(["GET", "HEAD", "POST"])
def recuse(request: Request, pk: int) -> HttpResponse:
    assignment = get_object_or_404(queries.opened(request.user), pk=pk)
    form = RecusalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            assigning.recuse(assignment_id=pk, reason=form.cleaned_data["reason"], actor=request.user, now=request.now)
        except Refusal as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
        else:
            following = queries.next_open(queries.pile_of(request.user, assignment.case.call))
            if following is None:
                messages.success(request, "已回避，这件案例会另请专家。")
                return redirect("expert_pile")
            messages.success(request, "已回避，这件案例会另请专家。下面是下一件。")
            return redirect("expert_score", following.pk)
    title = queries.veil_of(assignment.case).text(assignment.case.title)
    return render(request, "experts/recuse.html", {"assignment": assignment, "title": title, "form": form})


def _blind(reading: Reading, found: queries.ToScore) -> Reading:
    """The reading without names: files under the titles they were given, no originals.

    The text is the blind copy's as its author confirmed it; without one, or where names came later, words are hidden.
    """
    veil = found.veil
    if found.blind is None or found.told:
        reading = replace(
            reading,
            html=Markup(veil.html(str(reading.html))) if reading.html else None,  # nosec B704
            outline=[(anchor, veil.text(words)) for anchor, words in reading.outline],
            pages=[],
        )
    return replace(
        reading,
        document_url="",
        materials=[
            replace(one, title=veil.text(one.title), original_name="", message="", url="") for one in reading.materials
        ],
    )


def _link(kind: str, pk: int, variant: str) -> str:
    return reverse("expert_file", args=[kind, pk, variant])


def _page(request: Request, found: queries.ToScore, form: ScoreForm) -> dict[str, Any]:
    assignment, veil = found.assignment, found.veil
    case, call = assignment.case, assignment.case.call
    sheet: ScoreSheet | None = getattr(assignment, "sheet", None)
    reading = _blind(reading_of(case, link=_link, names=False, blind=found.blind), found)
    names = dict(Category.choices)
    groups = [(names[key], own) for key in names if (own := [one for one in reading.materials if one.category == key])]
    submitted = sheet is not None and sheet.submitted_at is not None
    return {
        "assignment": assignment,
        "chosen": call,
        "type": case.type,
        "title": veil.text(case.title),
        "overview": veil.text(case.overview),
        "sources": veil.text(case.sources),
        "studio": _studio(case),
        "reading": reading,
        "groups": groups,
        "form": form,
        "heads": _heads(form, call),
        "equal": len(set(rubric.weights_of(call.weights, case.type).values())) == 1,
        "sheet": sheet,
        "total": sheet.total if sheet else None,
        "submitted": submitted,
        "open": call.phase(request.now) == Phase.REVIEW,
        "alike": case.alike.words,
        "place": queries.place_of(assignment, request.user),
        "votes": [(str(vote), VOTE_SHORT[vote], str(i)) for i, vote in enumerate(Vote, 1)],
        "bands": rubric.BANDS,
    }


def _studio(case: Case) -> list[tuple[str, str]]:
    """R19: the facts a studio states, in words."""
    if case.type != "studio":
        return []
    pledge = {True: "已签署", False: "未签署", None: "未填写"}[case.pledge_signed]
    return [
        ("年度贡献值", "未填写" if case.contribution is None else str(case.contribution)),
        ("年度直播活动", "未填写" if case.broadcasts is None else f"{case.broadcasts} 次"),
        ("安全承诺书", pledge),
    ]


def _heads(form: ScoreForm, call: Call) -> list[dict[str, Any]]:
    """The rubric's heads with their boxes; `band` is where the score lies, `explain` whether words are needed."""
    weights = rubric.weights_of(call.weights, form.type)
    rows = []
    for head in rubric.HEADS[form.type]:
        box, words = form[f"score_{head.key}"], form[f"comment_{head.key}"]
        points = _points(box.value())
        rows.append(
            {
                "head": head,
                "box": box,
                "words": words,
                "weight": weights[head.key],
                "band": None if points is None else rubric.band(points),
                "explain": bool(words.value())
                or bool(words.errors)
                or (points is not None and rubric.needs_comment(points)),
            }
        )
    return rows


def _points(value: object) -> int | None:
    """What stands in a box as a score, or None when it is none."""
    points = number(str(value if value is not None else ""))
    return points if points is not None and rubric.LOWEST <= points <= rubric.HIGHEST else None
