"""The centre's pages of calls: the list, one call's settings."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from calls.actions import FIXED_AFTER, locked_fields, save_call
from calls.forms import DATES, NUMBERS, SIZES, TEXTS, CallForm
from calls.models import Call
from calls.policy import PHASE_NAMES, TYPE_SHORT, CaseType
from kernel.errors import Refusal
from reviews import rubric
from reviews.queries import centre as queries


@requires(Role.CENTRE)
@require_safe
def centre_calls(request: Request) -> HttpResponse:
    rows = [(call, PHASE_NAMES[call.phase(request.now)]) for call in queries.calls()]
    return render(request, "centre/calls.html", {"rows": rows})


@requires(Role.CENTRE)
@require_http_methods(["GET", "HEAD", "POST"])
def centre_call_new(request: Request) -> HttpResponse:
    """A new call; its limits and wording begin as those of the newest, its dates a year later."""
    newest = queries.calls().first()
    form = CallForm(request.POST or None, call=None, heads=_heads())
    if newest is not None and request.method != "POST":
        form.initial = {name: getattr(newest, name) for name in [*NUMBERS, *TEXTS, "help_email", "city_units"]}
        form.initial |= {name: getattr(newest, name) // 2**20 for name in SIZES}
        form.initial |= {name: _a_year_on(getattr(newest, name)) for name in DATES} | {"year": newest.year + 1}
    return _edit(request, None, form)


@requires(Role.CENTRE)
@require_http_methods(["GET", "HEAD", "POST"])
def centre_call(request: Request, slug: str) -> HttpResponse:
    call = get_object_or_404(Call, slug=slug)
    return _edit(request, call, CallForm(request.POST or None, call=call, heads=_heads()))


def _a_year_on(at: datetime) -> datetime:
    """The same day of the next year; of 29 February, the day before."""
    try:
        return at.replace(year=at.year + 1)
    except ValueError:
        return at.replace(year=at.year + 1, day=28)


def _edit(request: Request, call: Call | None, form: CallForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_call(
                call_id=call.pk if call else None, values=form.values(), actor=request.user, now=request.now
            )
        except Refusal as refusal:
            _tell(form, refusal)
        else:
            messages.success(request, "届次设置已保存。")
            return redirect("centre_call", saved.slug)
    return render(request, "centre/call.html", _page(request, call, form))


def _tell(form: CallForm, refusal: Refusal) -> None:
    """Beside its field where the form has it; the weights are many fields of one setting."""
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field or (form.heads[0] if refusal.field == "weights" else None), refusal.sentence)


def _heads() -> list[tuple[str, str]]:
    """The weight fields of every type: `weight_TYPE_HEAD` and the words beside them."""
    return [(f"weight_{kind}_{head.key}", head.name) for kind, heads in rubric.HEADS.items() for head in heads]


def _page(request: Request, call: Call | None, form: CallForm) -> dict[str, Any]:
    settled = locked_fields(call, request.now) if call else set()
    return {
        "chosen": call,
        "form": form,
        "phase": PHASE_NAMES[call.phase(request.now)] if call else "",
        "published": bool(call and call.published_at and request.now >= call.published_at),
        "dates": list(DATES),
        "numbers": [*NUMBERS, *SIZES, "cases_per_author"],
        "texts": [*TEXTS],
        "weights": [
            (TYPE_SHORT[CaseType(kind)], [f"weight_{kind}_{head.key}" for head in heads])
            for kind, heads in rubric.HEADS.items()
        ],
        "settled": [str(form.fields[name].label) for name in FIXED_AFTER if name in settled and name in form.fields]
        + (["评分权重"] if "weights" in settled else []),
    }
