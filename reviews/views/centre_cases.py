"""The centre's pages of cases: all of them, and one read whole."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import requires
from accounts.http import Request
from accounts.models import Expert
from accounts.policy import Role
from accounts.queries import provinces
from calls.models import Call
from calls.policy import TYPE_SHORT
from cases.alike import alike
from cases.history import history_of
from cases.lifecycle import STATE_NAMES, State, Verb, can
from cases.models import Case
from cases.queries import coauthors_of
from cases.reading import reading_of
from cases.serving import answer
from kernel.errors import Refusal
from reviews import policy, rubric
from reviews.actions import assigning, disqualifying
from reviews.actions.revealing import reveal_contacts
from reviews.forms.deciding import ReasonForm, RevealForm
from reviews.forms.numbers import number
from reviews.models import Assignment
from reviews.queries import centre as queries
from reviews.queries import drawing

PAGE = 50


def wanted_of(request: Request) -> queries.Wanted:
    names = ("q", "type", "province", "state", "grade", "mark")
    return queries.Wanted(**{name: request.GET.get(name, "").strip()[:80] for name in names})


TYPE_OPTIONS = [("", "全部类型"), *((str(kind), words) for kind, words in TYPE_SHORT.items())]


def options() -> dict[str, list[tuple[str, str]]]:
    """The choices of the filters over a list of cases."""
    return {
        "type_options": TYPE_OPTIONS,
        "province_options": [("", "全部省份"), *provinces().values_list("code", "short")],
    }


@requires(Role.CENTRE)
@require_safe
def centre_cases(request: Request) -> HttpResponse:
    wanted = wanted_of(request)
    slug = request.GET.get("call", "")
    call = Call.objects.filter(slug=slug).first() if slug else None
    page = Paginator(queries.listed(call, wanted), PAGE).get_page(request.GET.get("page"))
    shown = [state for state in STATE_NAMES if state != State.DRAFT]
    context = {
        "page": page,
        "wanted": wanted,
        "chosen": call,
        "call_options": [("", "全部届次"), *((each.slug, each.short) for each in queries.calls())],
        "state_options": [("", "全部状态"), *((str(state), STATE_NAMES[state]) for state in shown)],
        "state_names": {str(state): words for state, words in STATE_NAMES.items()},
        **options(),
    }
    return render(request, "centre/cases.html", context)


@requires(Role.CENTRE)
@require_http_methods(["GET", "HEAD", "POST"])
def centre_case(request: Request, pk: int) -> HttpResponse:
    """One case read whole. POST: disqualify, withdraw, give it to another expert, or show the authors' mobiles."""
    case = get_object_or_404(queries.opened(), pk=pk)
    act = request.POST.get("act", "")
    form = ReasonForm(request.POST if act in ("disqualify", "withdraw") else None, prefix=act or None)
    if act == "give":
        return _give(request, case)
    if act == "contacts":
        return _reveal(request, case)
    if act in ("disqualify", "withdraw") and form.is_valid() and _take_out(request, case, act, form):
        return redirect("centre_case", pk)
    return render(request, "centre/case.html", _page(request, case, act, form))


def _take_out(request: Request, case: Case, act: str, form: ReasonForm) -> bool:
    acts: dict[str, tuple[Callable[..., Any], str]] = {
        "disqualify": (disqualifying.disqualify, "已取消参加资格，作者和省级管理员都会收到通知。"),
        "withdraw": (disqualifying.withdraw_case, "案例已撤回，作者和省级管理员都会收到通知。"),
    }
    run, words = acts[act]
    try:
        run(case_id=case.pk, reason=form.cleaned_data["reason"], actor=request.user, now=request.now)
    except Refusal as refusal:
        form.add_error(refusal.field or None, refusal.sentence)
        return False
    messages.success(request, words)
    return True


def _give(request: Request, case: Case) -> HttpResponse:
    chosen = number(request.POST.get("expert", ""))
    try:
        if chosen is None:
            raise assigning.Excluded("请先选择一位专家。")
        assigning.assign_by_hand(case_id=case.pk, expert_id=chosen, actor=request.user, now=request.now)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "已补派专家。")
    return redirect(reverse("centre_case", args=[case.pk]) + "#experts")


def _reveal(request: Request, case: Case) -> HttpResponse:
    form = RevealForm(request.POST)
    if form.is_valid():
        reveal_contacts(case=case, actor=request.user, now=request.now, why=form.cleaned_data["why"])
    page = _page(request, case, "", ReasonForm())
    return render(request, "centre/case.html", page | {"masked": bool(form.errors), "reveal": form})


def _link(kind: str, pk: int, variant: str) -> str:
    return reverse("centre_file", args=[kind, pk, variant])


def _page(request: Request, case: Case, act: str, form: ReasonForm) -> dict[str, Any]:
    state = State(case.state)
    assignments = list(queries.assignments_of(case))
    through_centre = state in (State.RECOMMENDED, State.IN_REVIEW)
    return {
        "case": case,
        "authors": list(case.authors.all()),
        "coauthors": coauthors_of(case),
        "masked": True,
        "reveal": RevealForm(),
        "state_name": STATE_NAMES[state],
        "reading": reading_of(case, link=_link),
        "alike": alike(case.pk).words,
        "history": history_of(case),
        "screening": getattr(case, "screening", None),
        "checklist": policy.CHECKLIST,
        "recommendation": getattr(case, "recommendation", None),
        "assignments": [(row, _scores(case, row)) for row in assignments],
        "decision": getattr(case, "decision", None),
        "disqualification": getattr(case, "disqualification", None),
        "state_names": {str(each): words for each, words in STATE_NAMES.items()},
        "candidates": _candidates(case, assignments),
        "disqualify": (form if act == "disqualify" else ReasonForm(prefix="disqualify"))
        if can(state, Verb.DISQUALIFY)
        else None,
        "withdraw": (form if act == "withdraw" else ReasonForm(prefix="withdraw")) if through_centre else None,
        "failed": form if act and form.errors else None,
    }


def _scores(case: Case, row: Assignment) -> list[tuple[str, Any, str]]:
    """(head, points, comment) of a submitted sheet."""
    sheet = getattr(row, "sheet", None)
    if sheet is None or sheet.submitted_at is None:
        return []
    return [
        (head.name, sheet.scores.get(head.key, "—"), sheet.comments.get(head.key, ""))
        for head in rubric.HEADS[case.type]
    ]


def _candidates(case: Case, assignments: list[Assignment]) -> list[Expert]:
    """Experts the case may still be given to; none outside the review."""
    if case.state != State.IN_REVIEW:
        return []
    has = {row.expert_id for row in assignments}
    fit = drawing.active_experts().filter(types__contains=[case.type]).exclude(pk__in=has)
    return list(fit.exclude(province_id=case.province_id).order_by("alias"))


@requires(Role.CENTRE)
@require_safe
def centre_file(request: Request, kind: str, pk: int, variant: str) -> HttpResponseBase:
    return answer(request, file=queries.file_for_centre(kind, pk), variant=variant)
