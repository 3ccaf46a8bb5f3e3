"""The gallery: searching the shown cases, reading one, its files and its cover (R16)."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import public
from accounts.http import Request
from accounts.queries import provinces
from calls.queries import published
from cases.models import Category, SupportingFile
from cases.readiness import counting_document
from cases.reading import Reading, reading_of
from cases.serving import ORIGINAL, answer, original_tells_more
from publishing import figures, queries
from publishing.art import cover as draw_cover
from publishing.cards import by_line, cards
from publishing.forms.filters import read_filters
from publishing.models import SelectedCase

PAGE = 24
YEAR = 31_536_000


class Counted(Paginator):
    """Pages of rows whose number is known."""

    def __init__(self, rows: Any, per_page: int, count: int) -> None:
        super().__init__(rows, per_page)
        self.count = count


@public(
    reason="recommended cases are shown publicly (R16)",
    cached_for=30,
    cached_by=("type", "grade", "call", "province", "page", "sort"),
)
@require_safe
def gallery(request: Request) -> HttpResponse:
    """One page of the shown cases, searched and sifted; what is counted over all of them is kept a while."""
    now = request.now
    filters = read_filters(request.GET)
    found = queries.gallery(now, filters)
    count = figures.kept(request, ("found", filters), found.order_by().count)
    page = Counted(queries.cards(found), PAGE, count).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "books": cards(page.object_list),
        "facets": figures.kept(request, ("facets", filters), lambda: queries.facets(now, filters)),
        "calls": figures.kept(request, "calls", lambda: list(published(now).order_by("-published_at"))),
        "provinces": figures.kept(request, "provinces", lambda: list(provinces())),
        "chosen": len(filters.types) + len(filters.grades) + len(filters.calls) + bool(filters.province),
        "total": figures.kept(request, "shown", lambda: queries.shown(now).count()),
        "without": lambda name, value: _without(request, name, value),
    }
    return render(request, "publishing/gallery.html", context)


def _without(request: Request, name: str, value: str) -> str:
    """The query string without one value of a choice, on the first page again."""
    asked = request.GET.copy()
    asked.setlist(name, [one for one in asked.getlist(name) if one != value])
    asked.pop("page", None)
    return "?" + asked.urlencode()


@public(reason="recommended cases are shown publicly (R16)", cached_for=30)
@require_safe
def gallery_case(request: Request, number: str) -> HttpResponse:
    """One shown case: its document, its materials, its facts; never an author's mobile."""
    # Whether it may be shown is asked each time; what is read of it then, once a minute.
    one = get_object_or_404(queries.shown(request.now).select_related("province", "call", "certificate"), number=number)
    context = {
        "one": one,
        "reading": figures.kept(request, ("reading", number), lambda: _reading(request, number)),
        "by": by_line([author["name"] for author in one.authors]),
        "neighbours": figures.kept(
            request, ("neighbours", number), lambda: cards(queries.neighbours(one, request.now))
        ),
        "certificate": getattr(one, "certificate", None),
        "address": request.build_absolute_uri(request.path),
    }
    return render(request, "publishing/case.html", context)


def _reading(request: Request, number: str) -> Reading:
    one = _shown(request, number)
    return reading_of(one.case, link=lambda kind, pk, variant: _file_url(one, kind, pk, variant), names=False)


def _shown(request: Request, number: str) -> SelectedCase:
    """The shown case with this number, with its files read along; otherwise 404."""
    cases = queries.shown(request.now).select_related("case").prefetch_related("case__documents", "case__files")
    return get_object_or_404(cases, number=number)


def _file_url(one: SelectedCase, kind: str, pk: int, variant: str) -> str:
    """The public address of a file; empty for originals that say more than what is shown of them."""
    if variant == ORIGINAL and (kind == "document" or original_tells_more(_file(one, pk))):
        return ""
    return reverse("gallery_file", args=[one.number, kind, pk, variant])


def _file(one: SelectedCase, pk: int) -> SupportingFile:
    for file in one.case.files.all():
        if file.pk == pk and file.category != Category.SIGNED:
            return file
    raise Http404


@public(reason="recommended cases are shown publicly (R16)")
@require_safe
def gallery_file(request: Request, number: str, kind: str, pk: int, variant: str) -> HttpResponseBase:
    """A file of a shown case. The Word document, and originals that tell more than what is shown of them, are 404."""
    one = _shown(request, number)
    if kind == "file":
        file = _file(one, pk)
        if variant == ORIGINAL and original_tells_more(file):
            raise Http404
        return answer(request, file=file, variant=variant)
    document = counting_document(list(one.case.documents.all()))
    if kind != "document" or variant == ORIGINAL or document is None or document.pk != pk:
        raise Http404
    return answer(request, file=document, variant=variant)


@public(reason="a drawing made of a type and a number")
@require_safe
def cover(request: Request, type: str, number: str) -> HttpResponse:
    """The cover of a case; the same for ever, so it may be kept for ever."""
    headers = {"Cache-Control": f"public, max-age={YEAR}, immutable", "Content-Security-Policy": "default-src 'none'"}
    return HttpResponse(draw_cover(type, number), content_type="image/svg+xml", headers=headers)
