"""The guide: what each case type asks for, and its forms to download (R2–R8, R18, R19)."""

from collections.abc import Callable
from functools import cache

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import public
from accounts.http import Request
from calls.models import Call
from calls.policy import TYPE_NAMES, TYPE_TRAITS, CaseType, Phase
from calls.queries import current
from cases.papers import blank_information_sheet, document_template
from cases.papers import contact_sheet as blank_contact_sheet
from cases.serving import disposition
from publishing.calendar import slips
from publishing.guide import GUIDES

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@public(reason="who wants to take part reads how, before having an account", cached_for=30)
@require_safe
def guide(request: Request) -> HttpResponse:
    call = current(request.now)
    return render(request, "publishing/guide.html", {"slips": slips(call, request.now) if call else [], **_terms(call)})


@public(reason="who wants to take part reads how, before having an account", cached_for=30)
@require_safe
def guide_type(request: Request, type: str) -> HttpResponse:
    call = current(request.now)
    kind = CaseType(type)
    one = GUIDES[kind]
    terms = call or Call()
    limits = {"contribution": terms.contribution_minimum, "broadcasts": terms.broadcasts_minimum}
    context = {
        "kind": str(kind),
        "name": TYPE_NAMES[kind],
        "traits": TYPE_TRAITS[kind],
        "one": one,
        "facts": [fact.format(**limits) for fact in one.facts],
        "open": call is not None and call.phase(request.now) == Phase.SUBMISSION,
        **_terms(call),
    }
    return render(request, "publishing/guide_type.html", context)


def _terms(call: Call | None) -> dict[str, object]:
    """The limits in force: the current call's, or those a new call begins with."""
    return {"call": call, "terms": call or Call(), "guides": GUIDES, "names": TYPE_NAMES, "traits_of": TYPE_TRAITS}


@cache
def _paper(make: Callable[[CaseType], bytes], kind: CaseType) -> bytes:
    """Six papers in all, each set once a process."""
    return make(kind)


def _download(body: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": disposition(name, inline=False)}
    return HttpResponse(body, content_type=DOCX, headers=headers)


@public(reason="a blank form")
@require_safe
def information_sheet(request: Request, type: str) -> HttpResponse:
    """The blank 附表1 with the type ticked."""
    kind = CaseType(type)
    return _download(_paper(blank_information_sheet, kind), f"案例信息表（{TYPE_NAMES[kind]}）.docx")


@public(reason="a blank form")
@require_safe
def template(request: Request, type: str) -> HttpResponse:
    """A document to write in, with the four headings (R7)."""
    kind = CaseType(type)
    return _download(_paper(document_template, kind), f"案例介绍文档模板（{TYPE_NAMES[kind]}）.docx")


@public(reason="a blank form")
@require_safe
def contact_sheet(request: Request) -> HttpResponse:
    """The blank 附表2, with the current call's date and mailbox below it (R12)."""
    call = current(request.now)
    due = timezone.localdate(call.contact_sheet_due_at) if call else None
    body = blank_contact_sheet(due=due, mailbox=call.help_email if call else "")
    return _download(body, "省级组织单位联系人信息表.docx")
