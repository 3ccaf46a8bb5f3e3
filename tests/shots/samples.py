"""`python -m tests.shots.samples`: which object of a filled demo each page is shown with, as JSON on stdout.

Runs in the environment of the house whose pages are shown; the only file here that looks into its database.
"""

import json
import sys
from typing import Any

import django
from django.db import models

django.setup()

from django.conf import settings  # noqa: E402
from django.db.models import Count, F, Func, QuerySet  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from accounts.models import ContactSheet, User  # noqa: E402
from calls.models import Call  # noqa: E402
from calls.policy import Phase  # noqa: E402
from cases.lifecycle import State  # noqa: E402
from cases.models import Case, CaseDocument, FileState, SupportingFile  # noqa: E402
from cases.queries import asks_of  # noqa: E402
from kernel import clock  # noqa: E402
from publishing.models import Certificate, Notice, SelectedCase  # noqa: E402
from reviews.models import Assignment  # noqa: E402
from tests.shots.addresses import ANYONE, LOGINS, NOBODYS, PAGES  # noqa: E402
from tests.shots.furnishing import (  # noqa: E402
    account,
    clear_away,
    furnish,
    in_phase,
    piles,
    sealed_list,
    untouched,
)  # fmt: skip


class Album:
    """The views of pages, as they are gathered; `lacking` names those for which the demo has nothing."""

    def __init__(self) -> None:
        self.views: list[dict[str, Any]] = []
        self.lacking: list[str] = []
        self.sessions: dict[str, str] = {}

    def add(
        self, name: str, state: str = "page", thing: Any = (), *, query: str = "", login: str = "", status: int = 200
    ) -> None:
        """One view: the address of this name, with the arguments `thing` (one, or several); None is a lack.

        `login` is an account of the demo; without it the one that plays the page's role.
        """
        role = PAGES[name]
        args = thing if isinstance(thing, tuple | list) else (thing,)
        if None in args or login is None:
            self.lacking.append(f"{role}-{name}-{state}")
            return
        path = reverse(name, args=args) + query
        as_whom = login or LOGINS.get(role, "")
        self.views.append(
            {"role": role, "name": name, "state": state, "path": path, "login": as_whom, "status": status}
        )

    def as_owner(self, name: str, state: str, case: Case | None, *more: Any) -> None:
        """A page of an author's case, seen by that author."""
        if case is None:
            self.lacking.append(f"{PAGES[name]}-{name}-{state}")
        else:
            self.add(name, state, (case.pk, *more), login=self.session_of(case.submitter))

    def session_of(self, user: User) -> str:
        """A session of somebody who is no account of the demo, under the name that views give as their login."""
        label = f"#{user.pk}"
        if label not in self.sessions:
            client = Client()
            client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
            self.sessions[label] = client.cookies[settings.SESSION_COOKIE_NAME].value
        return label


def longest(rows: QuerySet[Any], field: str = "title") -> Any:
    """The row whose text is longest: what does not break with it breaks with none."""
    length = Func(F(field), function="length", output_field=models.IntegerField())
    return rows.annotate(_long=length).order_by("-_long", "pk").first()


def fullest(cases: QuerySet[Case]) -> Case | None:
    """The case with the most supporting files, then the most authors."""
    counted = cases.annotate(_files=Count("files", distinct=True), _authors=Count("authors", distinct=True))
    return counted.order_by("-_files", "-_authors", "pk").first()


def entry(album: Album) -> None:
    """What anybody may open."""
    for name, role in PAGES.items():
        if role == ANYONE and name not in (
            "guide_type", "gallery_case", "results_call", "certificate", "notice", "account_logout",
        ):  # fmt: skip
            album.add(name)
    for kind in ("region", "school", "studio"):
        album.add("guide_type", kind, kind)
    album.add("demo_outbox", "empty", query="?to=nobody@nowhere.example")
    album.add("gallery", "full", query="?page=2")
    album.add("gallery", "filtered", query="?type=school&type=region&grade=typical&province=42&q=教研")
    album.add("gallery", "empty", query="?q=没有这样的案例")
    album.add("certificates", "error", query="?code=12")
    album.add("certificates", "empty", query="?code=AAAA-BBBB-CCCC")
    selected = SelectedCase.objects.filter(shown=True)
    album.add("gallery_case", "page", getattr(longest(selected), "number", None))
    album.add("gallery", "one", query="?q=" + getattr(longest(selected), "title", ""))
    full = fullest(Case.objects.filter(selected__shown=True))
    album.add("gallery_case", "full", full and full.number)
    bare = Case.objects.filter(selected__shown=True, files=None).first()
    if bare is not None:
        album.add("gallery_case", "no-files", bare.number)
    call = Call.objects.filter(published_at__lte=clock.now()).order_by("-published_at").first()
    album.add("results_call", "full", call and call.slug)
    album.add("results_call", "empty", call and call.slug, query="?q=没有这样的案例")
    certificates = Certificate.objects.filter(made_at__isnull=False)
    valid = longest(
        certificates.filter(revoked_at=None, selected__case__state__in=("typical", "showcase")), "selected__title"
    )
    album.add("certificate", "page", valid and valid.code)
    album.add("certificate", "unknown", "AAAA-BBBB-CCCC", status=404)
    revoked = Certificate.objects.filter(revoked_at__isnull=False).first()
    if revoked is not None:
        album.add("certificate", "revoked", revoked.code)
    notice = longest(Notice.objects.filter(published_at__lte=clock.now()), "body")
    album.add("notice", "page", notice and notice.pk)


def author(album: Album) -> None:
    """An author's pages: those of the demo's account, and those of whoever has the fullest case."""
    me, nobody = account(LOGINS["author"]), NOBODYS["author"]
    lost = "" if account(nobody) else None
    for name in (
        "account", "account_reauthenticate", "account_prove", "account_logout", "account_change_password", "my_cases",
        "my_new", "my_messages", "my_privacy",
    ):  # fmt: skip
        album.add(name)
    for name in ("my_cases", "my_messages"):
        album.add(name, "empty", login=nobody if lost == "" else None)  # type: ignore[arg-type]
    busy = User.objects.annotate(_cases=Count("cases")).order_by("-_cases").first()
    told = User.objects.annotate(_told=Count("inbox")).order_by("-_told").first()
    album.add("my_cases", "full", login=album.session_of(busy) if busy else "")
    album.add("my_messages", "full", login=album.session_of(told) if told else "")
    opened = in_phase(Phase.SUBMISSION)
    drafts = Case.objects.filter(state=State.DRAFT, call=opened).select_related("submitter")
    mine = drafts.filter(submitter=me).exclude(title="").order_by("pk").first()
    empty = untouched(me).filter(call=opened).first() if me else None
    signed = drafts.exclude(signature="", signature_drawing="").filter(declared=True)
    done = signed.filter(documents__fit=True).exclude(consent_publication=None)
    full = fullest(done) or fullest(drafts)
    tasks = ("my_case", "my_type", "my_sheet", "my_form", "my_document", "my_materials", "my_declaration", "my_check")
    for state, case in (("page", mine), ("empty", empty), ("full", full)):
        for name in tasks:
            if name not in ("my_type", "my_form") or state == "page":
                most = state == "full" and name == "my_materials"
                album.as_owner(name, state, fullest(drafts) if most else case)
    _materials(album, drafts)
    album.as_owner("my_blind", "page", done.filter(documents__blind=None).order_by("pk").first())
    asked = asks_of(me).first() if me else None
    album.add("my_coauthor", "page", asked and asked.pk)
    for state in State:
        case = longest(Case.objects.filter(state=state).select_related("submitter"))
        if case is not None:
            album.as_owner("my_case", state.replace("_", "-"), case)
    locked = fullest(Case.objects.filter(state__in=(State.HANDED_IN, State.IN_REVIEW)).select_related("submitter"))
    for name in ("my_document", "my_materials"):
        album.as_owner(name, "locked", locked)
    handed = Case.objects.exclude(receipts=None).select_related("submitter")
    album.as_owner("my_receipt", "page", handed.filter(submitter=me).first())
    album.as_owner("my_receipt", "full", fullest(handed))
    valid = Case.objects.filter(selected__certificate__made_at__isnull=False, submitter=me).select_related("submitter")
    album.as_owner("my_certificate", "page", valid.first())
    album.as_owner("my_certificate", "empty", empty)


def _materials(album: Album, drafts: QuerySet[Case]) -> None:
    """Files in their states: accepted, refused, a document that is too long or lacks a section."""
    files = SupportingFile.objects.filter(case__in=drafts).select_related("case__submitter")
    one = files.filter(state=FileState.ACCEPTED).first()
    album.as_owner("my_material", "page", one and one.case, one and one.pk)
    for state, rows in (
        ("refused", CaseDocument.objects.filter(state=FileState.REFUSED)),
        ("unfit", CaseDocument.objects.filter(state=FileState.ACCEPTED, fit=False)),
    ):
        found = rows.filter(case__in=drafts).select_related("case__submitter").first()
        if found is not None:
            album.as_owner("my_document", state, found.case)
    refused = files.filter(state=FileState.REFUSED).first()
    if refused is not None:
        album.as_owner("my_materials", "refused", refused.case)


def province(album: Album) -> None:
    """The desk of a province in the middle of its work, and that of one with nothing to do."""
    home, nobody = account(LOGINS["province"]), account(NOBODYS["province"])
    idle = NOBODYS["province"] if nobody else None
    for name in ("screening_home", "screening_colleagues", "screening_cases"):
        album.add(name)
    for name in ("screening_home", "screening_cases", "screening_recommendations", "screening_preview"):
        album.add(name, "empty", login=idle)  # type: ignore[arg-type]
    album.add("screening_cases", "no-match", query="?q=没有这样的案例")
    call = in_phase(Phase.RECOMMENDATION)
    on_desk = Case.objects.filter(province=home.province, call=call) if home else Case.objects.none()
    full = fullest(on_desk.filter(state__in=(State.HANDED_IN, State.ELIGIBLE)))
    album.add("screening_case", "page", getattr(longest(on_desk.filter(state=State.HANDED_IN)), "pk", None))
    for tab in ("document", "sheet", "materials", "history"):
        album.add("screening_case", "full" if tab == "document" else tab, full and full.pk, query=f"?tab={tab}")
    for state in (State.RETURNED, State.ELIGIBLE, State.DECLINED, State.RECOMMENDED):
        case = longest(on_desk.filter(state=state))
        album.add("screening_case", str(state), case and case.pk)
    alike = Case.objects.filter(province=home.province, call=call, compared__likenesses__isnull=False) if home else None
    album.add("screening_likeness", "page", alike and getattr(alike.order_by("pk").first(), "pk", None))
    over = Case.objects.filter(province=home.province, state=State.IN_REVIEW).first() if home else None
    album.add("screening_case", "over", over and over.pk)
    for address in ("screening_recommendations", "screening_letter"):
        album.add(address, "full", query=f"?call={call.slug}" if call else "")
    seal = sealed_list()
    as_whom = album.session_of(seal.sealed_by) if seal else None
    album.add("screening_recommendations", "sealed", login=as_whom)  # type: ignore[arg-type]
    closed = in_phase(Phase.REVIEW)
    for address in ("screening_recommendations", "screening_letter"):
        album.add(address, "over", query=f"?call={closed.slug}" if closed else "")
    eligible = list(on_desk.filter(state=State.ELIGIBLE).values_list("pk", flat=True)[:30])
    marked = "&".join(f"case={pk}" for pk in eligible)
    album.add("screening_preview", "full", query=f"?call={call.slug if call else ''}&{marked}")


def expert(album: Album) -> None:
    """An expert's pile and score sheets in each state."""
    me, nobody = account(LOGINS["expert"]), account(NOBODYS["expert"])
    album.add("expert_pile", "full")
    album.add("expert_pile", "open", query="?show=open")
    album.add("expert_pile", "empty", login=NOBODYS["expert"] if nobody else None)  # type: ignore[arg-type]
    album.add("expert_declaration")
    review = in_phase(Phase.REVIEW)
    own = Assignment.objects.filter(
        expert__user=me, released_at__isnull=False, recused_at=None, case__state=State.IN_REVIEW, case__call=review
    )
    blank = longest(own.filter(sheet=None), "case__title")
    begun = own.filter(sheet__submitted_at=None, sheet__isnull=False).first()
    submitted = fullest_of(own.filter(sheet__submitted_at__isnull=False))
    album.add("expert_score", "empty", blank and blank.pk)
    album.add("expert_score", "page", (begun or blank) and (begun or blank).pk)
    album.add("expert_score", "full", submitted and submitted.pk)
    # Most piles have no case that is alike to another: then the page says so.
    alike = own.filter(case__compared__likenesses__isnull=False).first()
    album.add("expert_likeness", "page", (alike or blank) and (alike or blank).pk)
    album.add("expert_recuse", "page", blank and blank.pk)
    album.add("expert_done", "page", login=_expert_who_is_done(album))  # type: ignore[arg-type]


def fullest_of(rows: QuerySet[Assignment]) -> Assignment | None:
    return rows.annotate(_files=Count("case__files")).order_by("-_files", "pk").first()


def _expert_who_is_done(album: Album) -> str | None:
    """A session of an expert all of whose sheets are in; None when everyone has something left."""
    done = piles().filter(_all__gt=0, _left=0).first()
    return album.session_of(done.user) if done else None


def centre(album: Album, fresh: Call) -> None:
    """The centre's pages: each call's where they differ, the fresh call's as the empty ones."""
    for name in ("centre_calls", "centre_call_new", "centre_notices", "centre_notice_new", "help_operator"):
        album.add(name)
    of_a_call = ("centre_home", "centre_assignment", "centre_decisions", "centre_publication", "centre_cases")
    for name in of_a_call:
        album.add(name, "empty", query=f"?call={fresh.slug}")
        for phase in (Phase.SUBMISSION, Phase.RECOMMENDATION, Phase.REVIEW, Phase.PUBLISHED):
            call = in_phase(phase)
            if call is not None:
                full = phase == (Phase.PUBLISHED if name == "centre_publication" else Phase.REVIEW)
                album.add(name, "full" if full else phase.value, query=f"?call={call.slug}")
    recommending = in_phase(Phase.RECOMMENDATION)
    album.add("centre_progress", "page", query=f"?call={recommending.slug}" if recommending else "")
    album.add("centre_progress", "empty", query=f"?call={fresh.slug}")
    seal = sealed_list()
    home = account(LOGINS["province"])
    own = (recommending.slug, home.province.code) if recommending and home and home.province else (None,)
    album.add("centre_list", "page", (seal.allowance.call.slug, seal.allowance.province.code) if seal else None)
    album.add("centre_list", "full", own)
    album.add("centre_list", "empty", (fresh.slug, own[-1]))
    review, published = in_phase(Phase.REVIEW), in_phase(Phase.PUBLISHED)
    album.add("centre_call", "page", review and review.slug)
    album.add("centre_call", "over", published and published.slug)
    for state in State:
        case = longest(Case.objects.filter(state=state))
        if state != State.DRAFT and case is not None:
            album.add("centre_case", state.replace("_", "-"), case.pk)
    scored = Case.objects.filter(call=review).annotate(_sheets=Count("assignments__sheet")).order_by("-_sheets").first()
    album.add("centre_case", "full", scored and scored.pk)
    alike = Case.objects.filter(compared__likenesses__isnull=False).order_by("-pk").first()
    album.add("centre_likeness", "page", alike and alike.pk)
    album.add("centre_jobs", "full")
    album.add("centre_audit", "full")
    album.add("centre_audit", "empty", query="?q=没有这样的记录&subject=nobody&case=2000-00-XXXXXX")
    shown = longest(SelectedCase.objects.all())
    album.add("centre_published", "page", shown and shown.case_id)
    notice = longest(Notice.objects.all(), "body")
    album.add("centre_notice_edit", "page", notice and notice.pk)
    album.add("centre_provinces", "full")
    album.add("centre_forms")
    album.add("centre_experts", "full")
    album.add("centre_experts_import")
    sheets = ContactSheet.objects.order_by("-sent_at")
    album.add("centre_sheet", "page", getattr(sheets.filter(state="new").first(), "pk", None))
    album.add("centre_sheet_correct", "page", getattr(sheets.filter(state="new").first(), "pk", None))
    album.add("centre_sheet", "decided", getattr(sheets.exclude(state="new").first(), "pk", None))


def gather() -> dict[str, Any]:
    album = Album()
    fresh = furnish()
    entry(album)
    author(album)
    province(album)
    expert(album)
    centre(album, fresh)
    unseen = set(PAGES) - {view["name"] for view in album.views}
    lacking = [*album.lacking, *(f"{PAGES[name]}-{name}" for name in sorted(unseen))]
    return {
        "cookie": settings.SESSION_COOKIE_NAME,
        "views": album.views,
        "lacking": sorted(set(lacking)),
        "sessions": album.sessions,
    }


if __name__ == "__main__":
    if sys.argv[1:] == ["--clear-away"]:
        clear_away()
    else:
        print(json.dumps(gather(), ensure_ascii=False))
