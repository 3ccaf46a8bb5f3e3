"""One case of the crowd on its way: each method leaves the rows and the entries that the portal's action leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from django.db import models
from django.urls import reverse

from calls.models import Call
from calls.policy import CaseType
from cases.actions.handing_in import digest_of
from cases.characters import count
from cases.coauthors import edition
from cases.lifecycle import State, Verb, target
from cases.models import (
    Case,
    CaseAuthor,
    CaseDocument,
    CoauthorAsk,
    ConversionState,
    FileState,
    Receipt,
    SupportingFile,
)
from cases.naming import LONGEST_NAME
from cases.numbers import draw_number
from cases.storing import beside
from demo.filling.crowd.copying import Table, fresh_ids
from demo.filling.crowd.ledger import Ledger
from demo.filling.crowd.people import Author
from demo.filling.crowd.stock import Item, Stock
from demo.filling.timeline import ZONE
from kernel.models import Channel, Letter, Message
from reviews import policy
from reviews.models import Recommendation, Screening

INSPECTED_AFTER = timedelta(seconds=3)
SENT_AFTER = timedelta(seconds=20)
ALL = dict.fromkeys(policy.CHECKLIST, True)
NOTHING: dict[str, bool] = {}

CASE = (
    "id call_id type submitter_id province_id unit_id number state title overview sources contribution broadcasts "
    "pledge_signed declared portraits_cleared consent_publication consent_platform signature signed_on version "
    "created_at saved_at handed_in_at completed_at return_reason return_due_at verdict_reason supporting_bytes "
    "supporting_limit overview_characters overview_limit"
)
UPLOADED = "id case_id name size sha256 key state code message facts uploaded_at uploaded_by_id inspected_at"


class Line(NamedTuple):
    """One author on the information sheet (R5)."""

    name: str
    unit: str
    post: str
    mobile: str
    is_host: bool = False


class Books:
    """The tables that the crowd is written into, with the ids of its rows."""

    def __init__(self, ledger: Ledger, stock: Stock) -> None:
        self.ledger = ledger
        self.stock = stock
        self.cases = Table(Case, CASE)
        self.authors = Table(CaseAuthor, "case_id position name unit post mobile is_host")
        self.documents = Table(CaseDocument, UPLOADED + " html_key fit characters characters_allowed sections_found")
        self.files = Table(SupportingFile, UPLOADED + " category title kind conversion")
        self.asks = Table(CoauthorAsk, "case_id position mobile edition")
        self.receipts = Table(Receipt, "case_id at contents digest")
        self.screenings = Table(Screening, "case_id checks note reason by_id at read_at")
        self.recommendations = Table(Recommendation, "allowance_id case_id place cap rank by_id at")
        self.letters = Table(Letter, "channel subject purpose created_at sent_at")
        self.messages = Table(Message, "user_id text link at")
        self.case_ids = fresh_ids(Case)
        self.document_ids, self.file_ids = fresh_ids(CaseDocument), fresh_ids(SupportingFile)
        self.numbers: set[str] = set()

    def write(self) -> None:
        """Send everything but the audit trail, which waits for its time."""
        for table in vars(self).values():
            if isinstance(table, Table):
                table.write()

    def number(self, year: int, code: str) -> str:
        """A case number that nobody has."""
        while (number := draw_number(year, code)) in self.numbers:
            pass
        self.numbers.add(number)
        return number


@dataclass
class Dossier:
    """A case that is begun when it is made; `close` writes down how far it has come."""

    books: Books
    call: Call
    author: Author
    kind: str
    begun: datetime
    id: int = 0
    number: str | None = None
    state: State = State.DRAFT
    version: int = 0
    sheet: dict[str, Any] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    declaration: dict[str, Any] = field(default_factory=dict)
    saved: datetime = field(init=False)
    handed_in: datetime | None = None
    return_reason: str = ""
    return_due: datetime | None = None
    verdict: str = ""
    bytes: int = 0
    counted: int = 0
    screening: dict[str, Any] | None = None
    paper: Item | None = None
    document: dict[str, Any] | None = None
    files: list[dict[str, Any]] = field(default_factory=list)
    asked: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.id = next(self.books.case_ids)
        self.saved = self.begun
        self.lines = [Line(self.author.name, self.author.unit, "", "")]
        self._note(self.begun, "case.open", self.author.id, type=self.kind)

    # The author's part

    def fill_in(self, at: datetime, values: Mapping[str, Any], lines: Sequence[Line] | None) -> None:
        """Save the information sheet; `values` in the order of the sheet."""
        self.sheet.update(values)
        changed = list(values)
        if lines is not None:
            self.lines = list(lines)
            changed.append("authors")
        self._touch(at)
        self._note(at, "case.save_sheet", self.author.id, fields=changed)

    def bring_document(self, at: datetime, item: Item, name: str) -> None:
        """Upload a version of the document; it is inspected at once."""
        made, inspection = item.made, item.made.inspection
        self.paper = item
        pk, key = next(self.books.document_ids), self._key(item)
        found = inspection.facts
        fit = inspection.accepted and bool(found.get("ready"))
        allowed = self.call.document_limit * (100 + self.call.document_tolerance_percent) // 100
        html = beside(key, "document.html") if "document.html" in made.drawn else ""
        state = self._uploaded(at, "document", CaseDocument, pk, item, {}, {"fit": fit})
        self.books.documents.add(
            pk, self.id, name[:LONGEST_NAME], made.size, made.sha256, key, state, inspection.code,
            inspection.message, item.facts, at, self.author.id, at + INSPECTED_AFTER, html, fit,
            found.get("characters"), allowed, sum(one["found"] for one in found.get("sections", [])),
        )  # fmt: skip
        self.document = {
            "id": pk, "name": name[:LONGEST_NAME], "title": "", "size": made.size, "sha256": made.sha256,
            "state": state,
        }  # fmt: skip

    def bring(self, at: datetime, item: Item, category: str, title: str, extension: str) -> None:
        """Upload a supporting file; it is inspected at once."""
        made, inspection = item.made, item.made.inspection
        pk, key, name = next(self.books.file_ids), self._key(item), f"{title}.{extension}"
        state = self._uploaded(at, "file", SupportingFile, pk, item, {"category": category}, {"category": category})
        kind = inspection.facts.get("kind", "")
        conversion = str(ConversionState.DONE if kind == "mp4" else ConversionState.NONE)
        self.books.files.add(
            pk, self.id, name, made.size, made.sha256, key, state, inspection.code, inspection.message,
            item.facts, at, self.author.id, at + INSPECTED_AFTER, category, title, kind, conversion,
        )  # fmt: skip
        if inspection.accepted:
            self.bytes += made.size
            self.files.append(
                {"id": pk, "name": name, "title": title, "size": made.size, "sha256": made.sha256, "state": state}
            )

    def sign(self, at: datetime, *, publication: bool, platform: bool) -> None:
        """Declare, sign, and say which sharing is agreed to."""
        self.declaration = {
            "declared": True,
            "portraits_cleared": True,
            "consent_publication": publication,
            "consent_platform": platform,
            "signature": self.author.name,
            "signed_on": at.astimezone(ZONE).date(),
        }
        self._touch(at)
        self._note(at, "case.save_declaration", self.author.id, fields=list(self.declaration))

    def hand_in(self, at: datetime) -> None:
        """Hand the case in, again or for the first time; its number stays."""
        self.number = self.number or self.books.number(self.call.year, self.author.province.code)
        self.handed_in, self.return_due = at, None
        self.counted = count(self.sheet["overview"])
        self._move(at, Verb.HAND_IN, self.author.id, number=self.number, inspecting=0)
        self._ask(at)
        contents = {
            "number": self.number,
            "title": self.sheet["title"],
            "type": self.kind,
            "authors": len(self.lines),
            "document": self.document,
            "files": self.files,
        }
        self.books.receipts.add(self.id, at, contents, digest_of(contents, at))
        title = self.sheet["title"]
        self._tell(at, f"案例“{title}”已报送，编号 {self.number}。", "my_receipt")
        self._write(at, "receipt", f"报送回执 {self.number}")

    def _ask(self, at: datetime) -> None:
        """Ask the co-authors about what is handed in; who was asked the same before is not asked again."""
        names, said = [line.name for line in self.lines], self.declaration
        consents = (said["consent_publication"], said["consent_platform"])
        before, self.asked = self.asked, {
            position: edition(self.sheet["title"], names, position, line.mobile, consents)
            for position, line in enumerate(self.lines, 1)
            if position > 1
        }  # fmt: skip
        fresh = [position for position, one in self.asked.items() if before.get(position) != one]
        for _ in fresh:
            self.books.letters.add(str(Channel.SMS), "", "coauthor", at, at + SENT_AFTER)
        if fresh:
            self._note(at, "case.ask_coauthors", self.author.id, positions=fresh)

    def withdraw(self, at: datetime) -> None:
        """Take the case back while hand-in is open: the province is not told."""
        self._move(at, Verb.WITHDRAW, self.author.id, number=self.number)

    # The province's part

    def read(self, at: datetime, by: int) -> None:
        self.screening = {"checks": NOTHING, "note": "", "reason": "", "by": None, "at": None} | (self.screening or {})
        self.screening["read_at"] = at
        self._note(at, "screening.read", by)

    def check(self, at: datetime, by: int, checks: Mapping[str, bool], note: str) -> None:
        """Keep a checklist that is begun."""
        self._screened(at, by, checks=dict(checks), note=note)
        self._note(at, "screening.save", by, open_items=policy.open_items(checks))

    def mark(self, at: datetime, by: int, note: str) -> None:
        self._screened(at, by, checks=ALL, note=note)
        self._move(at, Verb.MARK_ELIGIBLE, by)

    def send_back(self, at: datetime, by: int, reason: str, due: datetime) -> None:
        self._screened(at, by, checks=NOTHING)
        self._move(at, Verb.RETURN, by, due_at=due.isoformat())
        self.return_reason, self.return_due = reason, due
        last = (due - timedelta(seconds=1)).astimezone(ZONE)
        words = f"“{self.sheet['title']}”已退回修改，请在 {last.year}年{last.month}月{last.day}日 24:00 前重新报送。"
        self._tell(at, words, "my_case")
        self._write(at, "case_returned", "您的案例需要修改后重新报送")

    def decline(self, at: datetime, by: int, reason: str) -> None:
        self._screened(at, by, reason=reason)
        self._move(at, Verb.DECLINE, by)
        self.verdict = reason
        self._write(at, "case_declined", "您的案例初筛未通过")
        self._tell(at, f"“{self.sheet['title']}”初筛未通过。理由：{reason}"[:500], "my_case")

    def recommend(self, at: datetime, by: int, *, allowance: int, place: int, cap: int) -> None:
        """Spend a place; the rank is the place's, as when nobody has reordered the list."""
        self._move(at, Verb.RECOMMEND, by, place=place)
        self.books.recommendations.add(allowance, self.id, place, cap, place, by, at)

    # The portal's part, where the actions themselves would take too long

    def move_on(self, at: datetime, verb: Verb, words: str, page: str, by: int | None = None) -> None:
        """One of the moves that the portal makes with every case of a call; its author is told."""
        self._move(at, verb, by)
        self._tell(at, words.format(title=self.sheet["title"]), page)

    # Writing down

    def close(self) -> None:
        """Add the row of the case and those of its authors and its screening."""
        sheet, declared, call = self.sheet, self.declaration, self.call
        signed: date | None = declared.get("signed_on")
        self.books.cases.add(
            self.id, call.pk, self.kind, self.author.id, self.author.province.pk, self.author.unit_id, self.number,
            str(self.state), sheet.get("title", ""), sheet.get("overview", ""), sheet.get("sources", ""),
            sheet.get("contribution"), sheet.get("broadcasts"), sheet.get("pledge_signed"),
            declared.get("declared", False), declared.get("portraits_cleared", False),
            declared.get("consent_publication"), declared.get("consent_platform"), declared.get("signature", ""),
            signed, self.version, self.begun, self.saved, self.handed_in, self.handed_in, self.return_reason,
            self.return_due, self.verdict, self.bytes, max(call.supporting_bytes, self.bytes), self.counted,
            call.overview_limit,
        )  # fmt: skip
        for position, line in enumerate(self.lines, 1):
            self.books.authors.add(self.id, position, *line)
            if position in self.asked:
                self.books.asks.add(self.id, position, line.mobile, self.asked[position])
        if row := self.screening:
            self.books.screenings.add(
                self.id, row["checks"], row["note"], row["reason"], row["by"], row["at"], row["read_at"]
            )

    @property
    def host(self) -> str:
        """The studio's host, whom its author is; of other cases nobody."""
        return self.author.name if self.kind == CaseType.STUDIO else ""

    def _key(self, item: Item) -> str:
        """What is refused keeps no bytes, only the key they had."""
        return self.books.stock.place(item.made) if item.made.inspection.accepted else self.books.stock.empty_key()

    def _uploaded(
        self,
        at: datetime,
        noun: str,
        model: type[models.Model],
        pk: int,
        item: Item,
        brought: dict[str, Any],
        found: dict[str, Any],
    ) -> str:
        """The entries of an upload and of its inspection, and the message where it is refused; the file's state."""
        inspection = item.made.inspection
        self._touch(at)
        self._note_file(at, f"{noun}.upload", model, pk, self.author.id, size=item.made.size, **brought)
        verdict = "accept" if inspection.accepted else "refuse"
        self._note_file(at + INSPECTED_AFTER, f"{noun}.{verdict}", model, pk, None, code=inspection.code, **found)
        if inspection.accepted:
            return str(FileState.ACCEPTED)
        page = "my_document" if noun == "document" else "my_materials"
        self._tell(at + INSPECTED_AFTER, f"有文件没有被接收：{inspection.message}"[:500], page)
        return str(FileState.REFUSED)

    def _screened(self, at: datetime, by: int, **changed: Any) -> None:
        assert self.screening is not None, "the province reads a case before it judges it"
        self.screening |= {"by": by, "at": at, **changed}

    def _touch(self, at: datetime) -> None:
        self.saved = at
        self.version += 1

    def _move(self, at: datetime, verb: Verb, actor_id: int | None, **facts: Any) -> None:
        before, self.state = self.state, target(self.state, verb)
        self.version += 1
        self._note(at, f"case.{verb}", actor_id, before=str(before), after=str(self.state), **facts)

    def _note(self, at: datetime, verb: str, actor_id: int | None, **facts: Any) -> None:
        self.books.ledger.note(
            at, verb, Case, self.id, actor_id=actor_id, call_id=self.call.pk,
            province_code=self.author.province.code, **facts,
        )  # fmt: skip

    def _note_file(
        self, at: datetime, verb: str, model: type[models.Model], pk: int, actor_id: int | None, **facts: Any
    ) -> None:
        self.books.ledger.note(
            at, verb, model, pk, actor_id=actor_id, call_id=self.call.pk,
            province_code=self.author.province.code, case_id=self.id, **facts,
        )  # fmt: skip

    def _tell(self, at: datetime, text: str, page: str) -> None:
        self.books.messages.add(self.author.id, text, _link(page).format(self.id), at)

    def _write(self, at: datetime, purpose: str, subject: str) -> None:
        """A letter that was sent long ago: its text and address are blanked."""
        self.books.letters.add(str(Channel.MAIL), subject, purpose, at, at + SENT_AFTER)


@cache
def _link(page: str) -> str:
    """The address of a page of a case, with a gap for the case."""
    return reverse(page, args=[0]).replace("/0/", "/{}/")
