"""The centre's desk of publication: two people publish a call's results; what was published is looked after."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from calls.models import Call
from calls.policy import Phase
from calls.queries import every_call
from kernel.errors import Refusal
from publishing import queries
from publishing.actions import publishing
from publishing.actions.certifying import hide_selected, revoke_certificate
from publishing.forms.notices import ReasonForm
from publishing.models import Publication, SelectedCase
from reviews.models import Grade
from reviews.queries.centre import chosen_call

PAGE = 50
DONE = {
    "prepare": "已提请公布。请另一位工作人员登录，核对后确认。",
    "confirm": "已确认。结果正在公布，证书制作中。",
    "withdraw": "已撤销提请，评定结果可以继续修改。",
}
ACTIONS: dict[str, Callable[..., object]] = {
    "prepare": publishing.prepare_publication,
    "confirm": publishing.confirm_publication,
    "withdraw": publishing.withdraw_preparation,
}


@requires(Role.CENTRE)
@require_http_methods(["GET", "HEAD", "POST"])
def centre_publication(request: Request) -> HttpResponse:
    """Where the publication of a call stands; POST of a verb prepares, confirms or withdraws."""
    calls = every_call()
    call = _call(request, calls)
    if call is None:
        return render(request, "centre/publication.html", {"one": None})
    if request.method == "POST":
        return _act(request, call)
    publication = Publication.objects.filter(call=call).select_related("prepared_by", "confirmed_by").first()
    progress = queries.progress_of(publication) if publication and publication.confirmed_at else None
    context: dict[str, Any] = {"one": call, "publication": publication, "progress": progress}
    if "X-Fragment" in request.headers and progress:
        return render(request, "centre/publication_progress.html", context)
    grades = publishing.grades_of(call.pk)
    q = request.GET.get("q", "").strip()[:80]
    rows = queries.published_cases(call, q) if publication and publication.done_at else queries.decided(call)
    context |= {
        "calls": calls[:20],
        "phase": call.phase(request.now),
        "phases": Phase,
        "q": q,
        "undecided": publishing.undecided(call.pk),
        "counts": {grade: list(_final(publication, grades).values()).count(grade) for grade in Grade.values},
        "total": len(_final(publication, grades)),
        "holds": publication is not None and publishing.digest_of(grades) == publication.digest,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "centre/publication.html", context)


def _final(publication: Publication | None, grades: dict[str, str]) -> dict[str, str]:
    """The decisions as confirmed, where they are, otherwise as they stand now."""
    return publication.decisions if publication and publication.confirmed_at else grades


def _call(request: Request, calls: list[Call]) -> Call | None:
    """The call asked for, else one whose results wait to be published, else the desk's usual choice."""
    asked = request.GET.get("call", "")
    if not asked:
        deciding = [call for call in calls if call.phase(request.now) == Phase.DECISION]
        if deciding:
            return deciding[0]
    return chosen_call(asked, request.now, among=calls)


def _act(request: Request, call: Call) -> HttpResponse:
    verb = request.POST.get("verb", "")
    if verb in ACTIONS:
        try:
            # Who confirms vouches for what the page showed, not for what was prepared anew since.
            seen = {"seen": request.POST.get("digest", "")} if verb == "confirm" else {}
            ACTIONS[verb](call_id=call.pk, actor=request.user, now=request.now, **seen)
            messages.success(request, DONE[verb])
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
    return redirect(f"{reverse('centre_publication')}?call={call.slug}")


@requires(Role.CENTRE)
@require_http_methods(["GET", "HEAD", "POST"])
def centre_published(request: Request, case_id: int) -> HttpResponse:
    """One published case: take its contents out of public view, or revoke its certificate."""
    rows = SelectedCase.objects.defer("words").select_related("call", "province", "case", "certificate")
    one = get_object_or_404(rows, case_id=case_id, call__published_at__lte=request.now)
    verb = request.POST.get("verb", "")
    forms = {name: ReasonForm(request.POST if verb == name else None, prefix=name) for name in ("hide", "revoke")}
    actions = {"hide": hide_selected, "revoke": revoke_certificate}
    form = forms.get(verb)
    if form is not None and form.is_valid():
        try:
            actions[verb](case_id=case_id, actor=request.user, now=request.now, **form.cleaned_data)
            messages.success(request, "已不再公开展示。" if verb == "hide" else "证书已撤销，查验页会说明。")
            return redirect("centre_published", case_id)
        except Refusal as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
    status = 422 if any(each.errors for each in forms.values()) else 200
    return render(request, "centre/publication_case.html", {"one": one, **forms}, status=status)
