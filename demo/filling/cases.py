"""Cases of the demo as their authors make them: information sheet, document, materials, declaration, hand-in."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from calls.policy import CaseType
from cases.actions import drafting, handing_in
from cases.actions.drafting import AuthorLine
from cases.models import Case
from demo import content
from demo.content.facts import facts
from demo.filling.calls import Round
from demo.filling.files import Shelf, choose_materials
from demo.filling.people import People, Person
from demo.filling.timeline import ZONE, Timeline

SOURCES = "文中课例视频来自国家中小学智慧教育平台，使用时已注明；其余内容均为作者原创。"


@dataclass
class Tale:
    """One case's story: who makes it, of which type, how far it comes; `case_id` once it is opened.

    `goal` is the state it ends in. `quality` is about the mean of its scores. `partner` is the second author, if it is
    somebody with an account.
    """

    round: Round
    kind: CaseType
    author: Person
    goal: str
    seed: str
    quality: int = 84
    consents: bool = True
    partner: Person | None = None
    case_id: int = field(init=False)

    def __post_init__(self) -> None:
        rng = random.Random(self.seed)
        host = self.author.name if self.kind == CaseType.STUDIO else ""
        self.title = content.title(rng, self.kind, unit=self.author.unit, host=host)
        known = {"unit": self.author.unit, "host": host}
        self.overview = content.overview(rng, self.kind, self.title, **known)
        self.sections = content.sections(rng, self.kind, self.title, **known)
        self.figures = content.figures(self.kind, self.title, **known)
        self.facts = facts(self.kind, self.title, self.author.unit, host).words

    def borrow(self, words: str) -> None:
        """Let the passage stand among what the document tells of its measures."""
        first, measures, third, fourth = self.sections
        self.sections = (first, measures._replace(paragraphs=(*measures.paragraphs, words)), third, fourth)

    @property
    def case(self) -> Case:
        return Case.objects.select_related("call", "province", "submitter").get(pk=self.case_id)


class Desk:
    """An author's desk: does to a tale's case what its author would do in the browser."""

    def __init__(self, time: Timeline, people: People, shelf: Shelf) -> None:
        self.time = time
        self.people = people
        self.shelf = shelf
        self.handed_in_cases: set[int] = set()

    def tell(self, tale: Tale, handed_in: datetime) -> None:
        """Let the case be begun some days before it is handed in at the given moment."""
        opens = tale.round.submission_opens_at
        begun = self.time.between(max(opens, handed_in - timedelta(days=6)), handed_in - (handed_in - opens) * 0.3)
        self.time.at(begun, partial(self.begin, tale))
        self.time.at(handed_in - (handed_in - begun) * 0.2, partial(self.bring_files, tale))
        self.time.at(handed_in - (handed_in - begun) * 0.1, partial(self.sign, tale))
        self.time.at(handed_in, partial(self.hand_in, tale))

    def begin(self, tale: Tale, now: datetime) -> None:
        """Register, open the case and fill in the information sheet."""
        actor = tale.author.register(now)
        call = tale.round.call
        tale.case_id = drafting.open_case(call_id=call.pk, type=tale.kind, actor=actor, now=now).pk
        values = {"title": tale.title, "overview": tale.overview}
        if self.time.rng.random() < 0.4:
            values["sources"] = SOURCES
        studio = {}
        if tale.kind == CaseType.STUDIO:
            studio = {
                "contribution": int(str(tale.facts["贡献值"])),
                "broadcasts": int(str(tale.facts["直播数"])),
                "pledge_signed": True,
            }
        drafting.save_sheet(
            case_id=tale.case_id,
            values={**values, **studio},
            authors=self._authors(tale),
            actor=actor,
            now=now + timedelta(minutes=12),
        )

    def bring_files(self, tale: Tale, now: datetime, materials: int = 0) -> None:
        """Upload the document and the supporting materials, one by one."""
        rng = random.Random(f"{tale.seed} files")
        data = content.document(rng, tale.title, tale.sections, tale.figures)
        name = f"{tale.title.replace('/', '')[:30]}.docx"
        actor = tale.author.user
        self.shelf.add_document(tale.case_id, name=name, data=data, actor=actor, now=now)
        about = {"subject": str(tale.facts["学科"]), "theme": str(tale.facts["题"])}
        for category, extension, title in choose_materials(rng, materials or rng.randint(3, 6), **about):
            self.shelf.add_supporting(
                tale.case_id, category=category, extension=extension, title=title, actor=actor, now=now
            )

    def sign(self, tale: Tale, now: datetime) -> None:
        """Declare, sign, and say which sharing is agreed to."""
        drafting.save_declaration(
            case_id=tale.case_id,
            values={
                "declared": True,
                "portraits_cleared": True,
                "consent_publication": tale.consents,
                "consent_platform": tale.consents and self.time.rng.random() < 0.8,
                "signature": tale.author.name,
                "signed_on": now.astimezone(ZONE).date(),
            },
            actor=tale.author.user,
            now=now,
        )

    def hand_in(self, tale: Tale, now: datetime) -> None:
        handing_in.hand_in(case_id=tale.case_id, actor=tale.author.user, now=now)
        self.handed_in_cases.add(tale.case_id)

    def withdraw(self, tale: Tale, now: datetime) -> None:
        handing_in.withdraw(case_id=tale.case_id, actor=tale.author.user, now=now)

    def _authors(self, tale: Tale) -> list[AuthorLine]:
        """The submitter first, then none, one or two colleagues."""
        studio, rng = tale.kind == CaseType.STUDIO, self.time.rng
        post = "高级教师/工作室主持人" if studio else tale.author.post
        first = AuthorLine(tale.author.name, tale.author.unit, post, tale.author.mobile, studio)
        others = [
            AuthorLine(next(self.people.names), tale.author.unit, content.post(rng), self.people.mobile())
            for _ in range(rng.choice((0, 0, 1, 1, 2)))
        ]
        if known := tale.partner:
            others = [AuthorLine(known.name, known.unit, known.post, known.mobile)]
        return [first, *others]
