"""The centre's page of decisions: cases in review with their scores, graded one by one or together (R15)."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from calls.models import Call
from calls.policy import TYPE_SHORT, Phase
from kernel.errors import Refusal
from reviews.actions import deciding
from reviews.forms.deciding import DecisionForm
from reviews.forms.numbers import number
from reviews.models import Grade
from reviews.queries import centre as queries
from reviews.queries import drawing
from reviews.views.centre_cases import options, wanted_of

PAGE = 50
VOTES = {"typical": "典", "showcase": "展", "not": "不", "cannot": "无"}


@requires(Role.CENTRE)
@require_http_methods(["GET", "HEAD", "POST"])
def centre_decisions(request: Request) -> HttpResponse:
    """POST: a grade for one case (`one=ID:GRADE`), for the marked cases, or a decision taken back (`clear=ID`)."""
    call = queries.chosen_call(request.GET.get("call", ""), request.now, Phase.REVIEW, Phase.DECISION)
    if request.method == "POST" and call is not None:
        _act(request, call)
        kept = request.GET.copy()
        kept["call"] = call.slug
        return redirect(f"{reverse('centre_decisions')}?{kept.urlencode()}")
    context: dict[str, Any] = {"chosen": call, "calls": queries.calls()}
    if call is not None:
        context |= _page(request, call)
    return render(request, "centre/decisions.html", context)


def _act(request: Request, call: Call) -> None:
    ids = list(drawing.in_review(call).values_list("pk", flat=True))
    clear = number(request.POST.get("clear", ""))
    one, _, grade = request.POST.get("one", "").partition(":")
    try:
        if clear in ids:
            deciding.clear_decision(case_id=clear, actor=request.user, now=request.now)
            messages.success(request, "已撤销评定。")
            return
        data = request.POST.copy()
        if one.isdecimal():
            # Each row has its own buttons and note: marked boxes and the notes of other rows stay out of it.
            data.setlist("case", [one])
            data["grade"], data["note"] = grade, data.get(f"note-{one}", "")
        form = DecisionForm(data, case_ids=ids)
        if not form.is_valid():
            messages.error(request, " ".join(str(sentence) for errors in form.errors.values() for sentence in errors))
            return
        _decide(request, form.cleaned_data, alone=one.isdecimal())
    except Refusal as refusal:
        messages.error(request, refusal.sentence)


def _decide(request: Request, clean: dict[str, Any], *, alone: bool) -> None:
    grade = Grade(clean["grade"])
    if alone:
        (case_id,) = clean["case"]
        deciding.decide(case_id=case_id, grade=grade, note=clean["note"], actor=request.user, now=request.now)
        messages.success(request, f"已评定为{grade.label}。")
        return
    done = deciding.decide_many(case_ids=clean["case"], grade=grade, actor=request.user, now=request.now)
    if done.decided:
        messages.success(request, f"已将 {len(done.decided)} 件评定为{grade.label}。")
    if done.refused:
        title, sentence = done.refused[0]
        messages.error(request, f"有 {len(done.refused)} 件没有评定，例如“{title}”：{sentence}")


def _page(request: Request, call: Call) -> dict[str, Any]:
    wanted = wanted_of(request)
    page = Paginator(queries.to_decide(call, wanted), PAGE).get_page(request.GET.get("page"))
    marks = queries.marks_of([case.pk for case in page.object_list])
    first = page.start_index()
    rows = [_row(first + i, case, marks.get(case.pk, []), call) for i, case in enumerate(page.object_list)]
    table = queries.decided(call)
    totals = {key: sum(own.get(key, 0) for own in table.values()) for key in (*Grade.values, "open")}
    return {
        "wanted": wanted,
        "page": page,
        "rows": rows,
        "table": [(kind, words, table.get(str(kind), {})) for kind, words in TYPE_SHORT.items()],
        "totals": totals,
        "whole": sum(totals.values()),
        "by_province": queries.decided_by_province(call),
        "open": call.phase(request.now) in (Phase.REVIEW, Phase.DECISION),
        "scoring_over": call.phase(request.now) == Phase.DECISION,
        "grades": Grade.choices,
        "grade_options": [("", "全部等次"), ("open", "未评定"), *Grade.choices],
        "mark_options": [("", "全部"), ("complete", "评分交齐"), ("waiting", "评分未齐"), ("doubt", "有存疑")],
        **options(),
    }


def _row(rank: int, case: Any, marks: list[queries.Mark], call: Call) -> dict[str, Any]:
    counted = [mark.total for mark in marks if mark.vote != "cannot" and mark.total is not None]
    return {
        "rank": rank if case.mean is not None else "—",
        "case": case,
        "scores": [float(score) for score in counted],
        "votes": " ".join(VOTES[mark.vote] for mark in marks),
        "spread": max(counted) - min(counted) if len(counted) > 1 else None,
        "marks": marks,
        "doubts": sorted({words for mark in marks for words in mark.doubts}),
        "complete": case.scored >= call.experts_per_case and case.scored == case.on_duty,
        "decision": getattr(case, "decision", None),
    }
