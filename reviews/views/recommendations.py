"""The province's ranked list of recommendations."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from calls.policy import TYPE_SHORT
from cases.lifecycle import STATE_NAMES, State
from kernel.errors import Refusal
from reviews.actions import recommending
from reviews.forms.numbers import number
from reviews.forms.screening import RankForm
from reviews.queries import screening as queries
from reviews.queries.sealing import administrators, seal_of
from reviews.views.desk import desk_of


@requires(Role.PROVINCE)
@require_safe
def screening_recommendations(request: Request) -> HttpResponse:
    """The list by rank, with the places left; while recommending lasts it can be reordered and shortened."""
    desk = desk_of(request)
    if desk.call is None:
        return render(request, "screening/home.html", {"desk_of": desk})
    every = queries.ranked(desk.province, desk.call)
    kind = request.GET.get("type", "")
    context = {
        "desk_of": desk,
        "rows": [row for row in every if not kind or row["case__type"] == kind],
        "total": len(every),
        "kind": kind,
        "kinds": [(str(one), words, desk.places.counts[one]) for one, words in TYPE_SHORT.items()],
        "numbers": queries.numbers(desk.province, desk.call),
        "listseal": seal_of(desk.province, desk.call),
        "second": [one.user.name for one in administrators(desk.province.pk) if one.user_id != request.user.pk],
        "state_names": {str(state): words for state, words in STATE_NAMES.items()},
    }
    return render(request, "screening/recommendations.html", context)


@requires(Role.PROVINCE)
@require_safe
def screening_letter(request: Request) -> HttpResponse:
    """The letter with which the province sends its list, to be printed with it; final once recommending has ended."""
    desk = desk_of(request)
    if desk.call is None:
        return render(request, "screening/home.html", {"desk_of": desk})
    rows = queries.ranked(desk.province, desk.call)
    context = {
        "desk_of": desk,
        "rows": rows,
        "authors": queries.authors_of([row["case_id"] for row in rows]),
        "total": len(rows),
        "listseal": seal_of(desk.province, desk.call),
        "kinds": [(str(one), words, desk.places.counts[one]) for one, words in TYPE_SHORT.items()],
    }
    return render(request, "screening/letter.html", context)


@requires(Role.PROVINCE)
@require_safe
def screening_preview(request: Request) -> HttpResponse:
    """What recommending the marked cases would do, before it is done."""
    desk = desk_of(request)
    if desk.call is None:
        return render(request, "screening/home.html", {"desk_of": desk})
    marked = _marked(request.GET.getlist("case"))
    fields = ("pk", "title", "type", "state", "number", "completed_at", "unit__name")
    rows = list(queries.on_the_desk(desk.province, desk.call).filter(pk__in=marked).values(*fields))
    for row in rows:
        row["problem"] = _problem(row)
    fit = [row for row in rows if not row["problem"]]
    context = {
        "desk_of": desk,
        "rows": rows,
        "fit": fit,
        "after": desk.places.left - len(fit),
        "by_type": [(words, n) for one, words in TYPE_SHORT.items() if (n := sum(r["type"] == one for r in fit))],
    }
    return render(request, "screening/preview.html", context)


def _marked(values: list[str]) -> list[int]:
    return [pk for value in values if (pk := number(value)) is not None][:1000]


def _problem(row: dict[str, object]) -> str:
    """Why a case cannot be recommended; empty when it can."""
    if row["state"] == State.HANDED_IN:
        return "还没有初筛，请先核对并标记合格"
    if row["state"] != State.ELIGIBLE:
        return f"目前是“{STATE_NAMES[State(str(row['state']))]}”"
    return "" if row["completed_at"] else "材料还没有全部检查完"


@requires(Role.PROVINCE)
@require_POST
def screening_recommend_many(request: Request) -> HttpResponse:
    """Recommend the cases of the preview, all or none."""
    desk = desk_of(request)
    wanted = _marked(request.POST.getlist("case"))
    own = set(queries.visible_to_province(desk.province).filter(pk__in=wanted).values_list("pk", flat=True))
    wanted = [pk for pk in wanted if pk in own]
    try:
        made = recommending.recommend_many(case_ids=wanted, actor=request.user, now=request.now)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        again = "&".join(f"case={pk}" for pk in wanted)
        return redirect(f"{reverse('screening_preview')}?{again}" if wanted else "screening_cases")
    messages.success(request, f"已推荐 {len(made)} 件。")
    return redirect("screening_recommendations")


@requires(Role.PROVINCE)
@require_POST
def screening_reorder(request: Request) -> HttpResponse:
    """Move one case up or down (move=up:ID), or from one rank to another (start, to); the answer shows its row."""
    desk = desk_of(request)
    if desk.call is None:
        return redirect("screening_home")
    ids = [row["case_id"] for row in queries.ranked(desk.province, desk.call)]
    way, _, pk = request.POST.get("move", "").partition(":")
    moved = None
    try:
        if (case_id := number(pk)) is not None and case_id in ids:
            step, moved = (-1 if way == "up" else 1), case_id
            recommending.reorder(case_id=case_id, by=step, actor=request.user, now=request.now)
        else:
            form = RankForm(request.POST)
            if not form.is_valid():
                raise Refusal("请用数字填写名次，例如把第 12 名移到第 3 名。")
            start, to = form.cleaned_data["start"], form.cleaned_data["to"]
            if start > len(ids):
                raise Refusal(f"名单里没有第 {start} 名，目前共 {len(ids)} 件。")
            moved = ids[start - 1]
            rank = recommending.reorder(case_id=moved, to=to, actor=request.user, now=request.now)
            messages.success(request, f"原第 {start} 名已移到第 {rank} 名。")
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        moved = None
    return redirect(reverse("screening_recommendations") + (f"#case-{moved}" if moved else ""))
