"""Likeness on the three desks: which cases have the same passages, and two texts side by side (docs/decisions/0019)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from cases.marking import Piece, Text, changed, only_passages
from cases.models import Case, CaseDocument
from cases.reading import text_of
from reviews.anonymity import Veil
from reviews.forms.numbers import number
from reviews.queries import centre, experts, likeness, screening
from reviews.queries.likeness import Pair

EXCERPT = 24
Column = list[list[Piece]]


@dataclass(frozen=True)
class Reader:
    """Who looks at a case, and how much of others they learn: `open` is the address of a case they may read whole.

    `veil` hides this case's own authors, where the reader must not know them. `desk` and `here` are the frame's words.
    """

    desk: str
    here: str
    crumbs: list[tuple[str, str]]
    title: str
    open: Callable[[Case], str]
    veil: Veil | None = None

    def called(self, other: Case) -> str:
        """What another case is called: its title where it may be read, else the province, to experts nothing."""
        if self.open(other):
            return f"{other.number} {other.title}"
        return f"{other.call.short}征集的一件案例" if self.veil else f"{other.province.short}的一件案例"


@requires(Role.PROVINCE)
@require_safe
def screening_likeness(request: Request, pk: int) -> HttpResponse:
    """A province reads its own cases whole; of another province's the passages alone, without names."""
    province = request.user.province_admin.province
    case = get_object_or_404(screening.opened(province), pk=pk)

    def address(other: Case) -> str:
        return reverse("screening_case", args=[other.pk]) if other.province_id == province.pk else ""

    crumbs = [("初筛", reverse("screening_cases")), (case.number or "", reverse("screening_case", args=[pk]))]
    return _show(request, case, Reader("province", "初筛", crumbs, case.title, address))


@requires(Role.EXPERT)
@require_safe
def expert_likeness(request: Request, pk: int) -> HttpResponse:
    """An expert reads the passages of both, without names."""
    assignment = get_object_or_404(experts.opened(request.user), pk=pk)
    case, veil = assignment.case, experts.veil_of(assignment.case)
    crumbs = [("待评案例", reverse("expert_pile")), (f"P-{pk:05d}", reverse("expert_score", args=[pk]))]
    reader = Reader("expert", "待评案例", crumbs, veil.text(case.title), lambda _: "", veil)
    return _show(request, case, reader)


@requires(Role.CENTRE)
@require_safe
def centre_likeness(request: Request, pk: int) -> HttpResponse:
    """The centre reads both cases whole."""
    case = get_object_or_404(centre.opened(), pk=pk)
    crumbs = [("全部案例", reverse("centre_cases")), (case.number or "", reverse("centre_case", args=[pk]))]
    address: Callable[[Case], str] = lambda other: reverse("centre_case", args=[other.pk])  # noqa: E731
    return _show(request, case, Reader("centre", "总览", crumbs, case.title, address))


def _show(request: Request, case: Case, reader: Reader) -> HttpResponse:
    pairs = likeness.pairs_of(case)
    wanted = number(request.GET.get("with", ""))
    chosen = next((pair for pair in pairs if wanted is None or pair.pk == wanted), None)
    if wanted is not None and chosen is None:
        raise Http404
    hide = reader.veil.text if reader.veil else str
    context: dict[str, Any] = {
        "desk": reader.desk,
        "here": reader.here,
        "crumbs": [*reader.crumbs, ("相同段落", "")],
        "title": reader.title,
        "pairs": [(pair, reader.called(pair.other), _facts(case, pair.other)) for pair in pairs],
        "files": [
            (hide(same.own.title), reader.called(same.other.case), reader.open(same.other.case))
            for same in likeness.same_files_of(case)
        ],
        "chosen": chosen,
    }
    if chosen is not None:
        context |= _beside(chosen, reader)
    return render(request, "likeness/page.html", context)


def _facts(case: Case, other: Case) -> list[str]:
    """What helps to understand a likeness and names nobody."""
    same = case.submitter_id == other.submitter_id
    return [f"{other.call.short}征集", *(["两件由同一账号报送"] if same else [])]


def _beside(pair: Pair, reader: Reader) -> dict[str, Any]:
    """Both texts with the passages marked, as far as the reader may see them."""
    whole = reader.open(pair.other)
    own, other = _text(pair.document), _text(pair.other_document)
    veils = [reader.veil] if reader.veil else []
    here = _column(own, pair.passages, veils) if own else []
    turned = [passage._replace(start=passage.there, end=passage.there_end) for passage in pair.passages]
    there = _column(other, turned, [] if whole else [*veils, experts.veil_of(pair.other)]) if other else []
    if reader.veil:
        # The case itself is read on the score page, where a confirmed blind copy may stand for the original.
        here = only_passages(here)
    if not whole:
        there = only_passages(there)
    return {
        "own": here,
        "other": there,
        "open": whole,
        "called": reader.called(pair.other),
        "unreadable": own is None or other is None,
        "passages": _listed(pair, here, there),
    }


def _text(document: CaseDocument) -> Text | None:
    page = text_of(document)
    return None if page is None else Text(page)


def _column(text: Text, passages: list[Any], veils: list[Veil]) -> Column:
    """The paragraphs in pieces; names that a veil hides are never cut in two before it hides them."""
    column = text.marked(passages, lambda words: [span for veil in veils for span in veil.spans(words)])
    for veil in veils:
        column = changed(column, veil.closely)
    return column


def _listed(pair: Pair, here: Column, there: Column) -> list[tuple[int, int, str, bool, bool]]:
    """(number, letters, first words, whether it is marked here, and there) of each passage."""
    first = {piece.passage: piece.words for pieces in here for piece in pieces if piece.first}
    marked = {piece.passage for pieces in there for piece in pieces if piece.first}
    return [
        (n, passage.equal, first.get(n, "")[:EXCERPT], n in first, n in marked)
        for n, passage in enumerate(pair.passages, 1)
    ]
