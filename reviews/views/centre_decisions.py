"""The centre's page of decisions: cases in review with their scores, graded one by one or together (R15)."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from accounts.queries import provinces
from calls.models import Call
from calls.policy import TYPE_SHORT, Phase
from calls.queries import every_call
from kernel.errors import Refusal
from reviews.actions import deciding
from reviews.forms.deciding import DecisionForm
from reviews.forms.numbers import number
from reviews.models import Grade
from reviews.queries import centre as queries
from reviews.queries import drawing, ranking
from reviews.views.centre_cases import TYPE_OPTIONS, wanted_of

PAGE = 50
VERDICTS = tuple(
    (str(grade), "定为不入选" if grade == Grade.NOT else f"评为{grade.label}", grade.label.removesuffix("案例"))
    for grade in Grade
)
"""The buttons of a decision: grade, what one decides, and the same in a row."""

VOTES = {"typical": "典", "showcase": "展", "not": "不", "cannot": "无"}


MANY = 900
"""Cases decided at once; Django takes 1,000 values in a form."""


@requires(Role.CENTRE)
@require_http_methods(["GET", "HEAD", "POST"])
def centre_decisions(request: Request) -> HttpResponse:
    """POST: a grade for one case (`one=ID:GRADE`), a decision taken back (`clear=ID`), or a grade for many.

    The many are those marked, or with `first` and `last` those between two places; they are shown before they are
    decided, and decided when the page that showed them sends `sure`.
    """
    calls = every_call()
    call = queries.chosen_call(request.GET.get("call", ""), request.now, Phase.REVIEW, Phase.DECISION, among=calls)
    if call is None:
        return render(request, "centre/decisions.html", {"chosen": None, "calls": calls})
    problem: dict[int, str] = {}
    if request.method == "POST":
        one, _, grade = request.POST.get("one", "").partition(":")
        pk = number(one or request.POST.get("clear", ""))
        if pk is not None:
            sentence = _decide_one(request, call, pk, grade)
            if not sentence:
                return redirect(_address(request, call) + f"#case-{pk}")
            messages.error(request, sentence)
            problem = {pk: sentence}
        elif answer := _decide_many(request, call):
            return answer
    context = {"chosen": call, "calls": calls, **_page(request, call, problem)}
    return render(request, "centre/decisions.html", context)


def _address(request: Request, call: Call) -> str:
    """The page with the filters that stand."""
    kept = request.GET.copy()
    kept["call"] = call.slug
    return f"{reverse('centre_decisions')}?{kept.urlencode()}"


def _decide_one(request: Request, call: Call, pk: int, grade: str) -> str:
    """Give one case its grade, or take it back; the sentence of a refusal, or nothing."""
    common: dict[str, Any] = {"case_id": pk, "actor": request.user, "now": request.now}
    try:
        if not grade:
            deciding.clear_decision(**common)
            return ""
        # Each row has its own buttons and note: marked boxes and the notes of other rows stay out of it.
        data = {"case": [pk], "grade": grade, "note": request.POST.get(f"note-{pk}", "")}
        form = DecisionForm(data, case_ids=list(drawing.in_review(call).values_list("pk", flat=True)))
        if not form.is_valid():
            return _said(form)
        deciding.decide(**common, grade=Grade(form.cleaned_data["grade"]), note=form.cleaned_data["note"])
    except Refusal as refusal:
        return refusal.sentence
    return ""


def _said(form: DecisionForm) -> str:
    return " ".join(str(sentence) for errors in form.errors.values() for sentence in errors)


def _decide_many(request: Request, call: Call) -> HttpResponse | None:
    """The preview of a decision over many cases, or the decision itself; None when the form said what is wrong."""
    data, wanted = request.POST.copy(), wanted_of(request)
    first, last = number(data.get("first", "")), number(data.get("last", ""))
    if first is not None and last is not None and "sure" not in data:
        data.setlist("case", [str(pk) for pk in ranking.between(call, wanted, first, last)])
        if not data.getlist("case"):
            messages.error(request, "这一段名次里没有案例。请看列表最左边的名次，再填起止。")
            return None
    form = DecisionForm(data, case_ids=list(drawing.in_review(call).values_list("pk", flat=True)))
    if not form.is_valid():
        messages.error(request, _said(form))
        return None
    ids, grade = form.cleaned_data["case"], Grade(form.cleaned_data["grade"])
    if len(ids) > MANY:
        messages.error(request, f"一次最多评定 {MANY} 件，现在选了 {len(ids)} 件。请分几次评定。")
        return None
    if "sure" not in data:
        return render(request, "centre/decisions_preview.html", _preview(request, call, ids, grade))
    done = deciding.decide_many(case_ids=ids, grade=grade, actor=request.user, now=request.now)
    if done.decided:
        messages.success(request, f"已将 {len(done.decided)} 件评定为{grade.label}。")
    if done.refused:
        title, sentence = done.refused[0]
        messages.error(request, f"有 {len(done.refused)} 件没有评定，例如“{title}”：{sentence}")
    return redirect(_address(request, call))


def _preview(request: Request, call: Call, ids: list[int], grade: Grade) -> dict[str, Any]:
    """What deciding these cases together would do to each."""
    phase, wanted = call.phase(request.now), call.experts_per_case
    rows = []
    for one in ranking.marked(call, ids, kind=request.GET.get("type", "")):
        standing = queries.Standing(one.on_duty, one.scored, one.doubted, wanted)
        refusal = deciding.hindrance(standing, grade, one.note, phase)
        rows.append((one, refusal.sentence if refusal else ""))
    rows.sort(key=lambda row: not row[1])  # those that stay behind are what a person has to read
    fit = [one for one, why in rows if not why]
    means = [one.mean for one in fit if one.mean is not None]
    kinds = Counter(one.type for one in fit)
    return {
        "chosen": call,
        "back": _address(request, call),
        "grade": str(grade),
        "verdict": next(words for value, words, _ in VERDICTS if value == grade),
        "rows": rows,
        "fit": fit,
        "changed": sum(one.grade not in ("", grade) for one in fit),
        "by_type": [(words, kinds[str(kind)]) for kind, words in TYPE_SHORT.items() if kinds[str(kind)]],
        "provinces": len({one.province for one in fit}),
        "lowest": min(means, default=None),
        "highest": max(means, default=None),
    }


class Row(NamedTuple):
    """A case of the ranking in the words of its row.

    `missing` says how many scores are in while some are not; `problem` why the decision just asked for was refused.
    """

    case: ranking.Ranked
    rank: int | str
    mean: str
    said: str
    votes: str
    doubts: tuple[str, ...]
    missing: str
    note: str
    problem: str


class Places(Sequence[int]):
    """So many places in the ranking: what a paginator needs to know of it."""

    def __init__(self, count: int) -> None:
        self._places = range(1, count + 1)

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, at: Any) -> Any:
        return self._places[at]


def _page(request: Request, call: Call, problem: dict[int, str]) -> dict[str, Any]:
    wanted, order = wanted_of(request), request.GET.get("sort", "")
    decided = ranking.decided(call)
    whole = sum(decided.totals.values())
    count = whole if wanted == queries.Wanted() else ranking.count_ranked(call, wanted)
    page = Paginator(Places(count), PAGE).get_page(request.GET.get("page"))
    first = page.start_index()
    found = ranking.ranked(call, wanted, order=order, offset=max(first - 1, 0), limit=PAGE)
    units = list(provinces())
    by_province = [(unit.short, decided.by_province[unit.pk]) for unit in units if unit.pk in decided.by_province]
    phase = call.phase(request.now)
    return {
        "wanted": wanted,
        "page": page,
        "sort": order,
        "rows": [_row(one, call, *_typed(request, problem, one)) for one in found],
        "table": [(words, decided.by_type[str(kind)]) for kind, words in TYPE_SHORT.items()],
        "totals": decided.totals,
        "whole": whole,
        "by_province": [(short, own, sum(own.values())) for short, own in by_province],
        "ranking_of": next((words for kind, words in TYPE_SHORT.items() if kind == wanted.type), ""),
        "open": phase in (Phase.REVIEW, Phase.DECISION),
        "scoring_over": phase == Phase.DECISION,
        "verdicts": VERDICTS,
        "verdict_options": [(value, words) for value, words, _ in VERDICTS],
        "grade_options": [("", "全部等次"), ("open", "未评定"), *Grade.choices],
        "mark_options": [("", "全部"), ("complete", "评分交齐"), ("waiting", "评分未齐"), ("doubt", "有存疑")],
        "type_options": TYPE_OPTIONS,
        "province_options": [("", "全部省份"), *((unit.code, unit.short) for unit in units)],
    }


def _typed(request: Request, problem: dict[int, str], one: ranking.Ranked) -> tuple[str, str]:
    """The note of a row and why its decision was refused: what was typed then stays beside the case."""
    if one.pk not in problem:
        return one.note, ""
    return request.POST.get(f"note-{one.pk}", ""), problem[one.pk]


def _row(one: ranking.Ranked, call: Call, note: str, problem: str) -> Row:
    scored, wanted = one.scored, call.experts_per_case
    return Row(
        case=one,
        rank=one.place if one.mean is not None else "—",
        mean="—" if one.mean is None else f"{one.mean:.2f}",
        said="、".join(map(str, one.scores)),
        votes=" ".join(VOTES[vote] for vote in one.votes) or "—",
        doubts=tuple(words for up, words in ((one.originality, "原创性存疑"), (one.eligibility, "资格存疑")) if up),
        missing="" if scored >= wanted and scored == one.on_duty else f"{scored} / {wanted} 位",
        note=note,
        problem=problem,
    )
