"""The four calls told: which cases of which provinces come how far, and when."""

from datetime import timedelta
from functools import partial

from calls.policy import CaseType
from cases.lifecycle import State
from demo import content
from demo.filling.calls import Round, Rounds
from demo.filling.cases import Desk, Tale
from demo.filling.crowd.telling import Chorus
from demo.filling.people import People, Person
from demo.filling.publishing import tell_of_publication
from demo.filling.reviewing import Reviewers
from demo.filling.screening import Screeners
from demo.filling.timeline import Timeline
from reviews.models import Grade

REGION, SCHOOL, STUDIO = CaseType.REGION, CaseType.SCHOOL, CaseType.STUDIO
Cast = tuple[tuple[str, CaseType, State], ...]

PUBLISHED: Cast = (
    ("42", SCHOOL, State.TYPICAL),
    ("51", REGION, State.TYPICAL),
    ("33", SCHOOL, State.TYPICAL),
    ("61", STUDIO, State.TYPICAL),
    ("45", REGION, State.TYPICAL),
    ("42", REGION, State.SHOWCASE),
    ("42", STUDIO, State.SHOWCASE),
    ("51", STUDIO, State.SHOWCASE),
    ("51", SCHOOL, State.SHOWCASE),
    ("41", REGION, State.SHOWCASE),
    ("43", SCHOOL, State.SHOWCASE),
    ("43", STUDIO, State.SHOWCASE),
    ("62", REGION, State.SHOWCASE),
    ("32", SCHOOL, State.SHOWCASE),
    ("37", SCHOOL, State.SHOWCASE),
    ("41", SCHOOL, State.NOT_SELECTED),
    ("62", STUDIO, State.NOT_SELECTED),
    ("32", REGION, State.NOT_SELECTED),
    ("42", SCHOOL, State.NOT_RECOMMENDED),
    ("51", REGION, State.NOT_RECOMMENDED),
    ("42", REGION, State.DECLINED),
)
"""The first is teacher@'s; the author of the one from 37 does not agree to publication."""

IN_REVIEW: Cast = (
    ("51", STUDIO, State.IN_REVIEW),
    ("42", SCHOOL, State.IN_REVIEW),
    ("42", REGION, State.IN_REVIEW),
    ("42", STUDIO, State.IN_REVIEW),
    ("51", REGION, State.IN_REVIEW),
    ("33", STUDIO, State.IN_REVIEW),
    ("41", SCHOOL, State.IN_REVIEW),
    ("61", REGION, State.IN_REVIEW),
    ("62", SCHOOL, State.IN_REVIEW),
    ("45", STUDIO, State.IN_REVIEW),
    ("43", REGION, State.DISQUALIFIED),
    ("42", SCHOOL, State.NOT_RECOMMENDED),
    ("51", REGION, State.NOT_RECOMMENDED),
    ("33", SCHOOL, State.DECLINED),
)
"""The first is teacher2@'s."""

SCREENED: Cast = (
    ("42", SCHOOL, State.RECOMMENDED),
    ("42", REGION, State.RECOMMENDED),
    ("42", STUDIO, State.RECOMMENDED),
    ("42", SCHOOL, State.ELIGIBLE),
    ("42", REGION, State.ELIGIBLE),
    ("42", STUDIO, State.ELIGIBLE),
    ("42", SCHOOL, State.RETURNED),
    ("42", REGION, State.DECLINED),
    ("42", SCHOOL, State.HANDED_IN),
    ("42", REGION, State.HANDED_IN),
    ("42", SCHOOL, State.HANDED_IN),
    ("42", STUDIO, State.HANDED_IN),
    ("51", SCHOOL, State.RECOMMENDED),
    ("51", REGION, State.RECOMMENDED),
    ("51", STUDIO, State.ELIGIBLE),
    ("51", SCHOOL, State.HANDED_IN),
)
HALF_READ, HANDED_IN_AGAIN = 8, 9
BORROWED = {
    ("2024", 2): content.BORROWED[0][0], ("2026-spring", 8): content.BORROWED[0][1],
    ("2025", 1): content.BORROWED[1][0], ("2025", 6): content.BORROWED[1][1],
    ("2026-spring", 4): content.BORROWED[2][0], ("2026-spring", 9): content.BORROWED[2][1],
}  # fmt: skip
"""Which of the casts have a passage in common: of two calls and provinces, before the experts, on one desk."""
"""Of SCREENED: the case whose checklist is begun, and the one that was returned and came back."""

OPEN: Cast = (
    ("51", STUDIO, State.HANDED_IN),
    ("42", REGION, State.HANDED_IN),
    ("51", SCHOOL, State.HANDED_IN),
    ("33", SCHOOL, State.HANDED_IN),
    ("41", REGION, State.HANDED_IN),
    ("45", STUDIO, State.HANDED_IN),
    ("61", SCHOOL, State.HANDED_IN),
    ("62", REGION, State.WITHDRAWN),
)
"""The first is teacher2@'s; teacher@ has a draft besides."""

WITH_TEACHER, JUST_NOW = 1, 3
"""Of OPEN: the case that has teacher@ for its second author, and the one that came in last."""

PASSED_ON = {State.TYPICAL, State.SHOWCASE, State.NOT_SELECTED, State.IN_REVIEW, State.DISQUALIFIED, State.RECOMMENDED}
GRADES = {State.TYPICAL: Grade.TYPICAL, State.SHOWCASE: Grade.SHOWCASE, State.NOT_SELECTED: Grade.NOT}
QUALITY = {State.TYPICAL: 91, State.SHOWCASE: 82, State.NOT_SELECTED: 68}
FRAUD = "支撑材料中的两份活动记录与原单位存档不符，经作者所在单位核实，内容不实。"


class Teller:
    """Puts the stories of the four calls on the timeline, with a chorus those of the crowd around them."""

    def __init__(
        self, time: Timeline, people: People, rounds: Rounds, desk: Desk, screeners: Screeners, chorus: Chorus | None
    ) -> None:
        self.time = time
        self.people = people
        self.rounds = rounds
        self.desk = desk
        self.screeners = screeners
        self.chorus = chorus
        self.centre = people.accounts["centre"]

    def tell_published(self) -> None:
        """The call of 2024, from hand-in to certificates; when the certificates were made."""
        round = self.rounds.published
        tales = self._tales(round, PUBLISHED, self.people.accounts["teacher"])
        for tale in tales:
            tale.consents = tale.author.province.code != "37"
            tale.quality = QUALITY.get(State(tale.goal), tale.quality)
        self._hand_in_and_screen(round, tales)
        reviewed = [tale for tale in tales if tale.goal in PASSED_ON]
        review = Reviewers(self.time, round, reviewed, self.centre)
        review.open()
        review.score_all()
        decided = round.scoring_closes_at + timedelta(days=2, hours=9)
        review.decide([(tale, GRADES[State(tale.goal)]) for tale in reviewed], decided)
        pair = (self.centre, self.people.accounts["centre-b"])
        certify = None
        if self.chorus:
            self.chorus.tell_published(round, review.released_at, decided)
            certify = partial(self.chorus.certify, round)
        published = decided + timedelta(days=4)
        self.certified_at = tell_of_publication(self.time, round, tales, pair, published, certify)

    def tell_in_review(self) -> None:
        """The call whose recommended cases lie with the experts: some scored, one decided, one disqualified."""
        round = self.rounds.review
        tales = self._tales(round, IN_REVIEW, self.people.accounts["teacher2"])
        for number, tale in enumerate(tales):
            tale.quality = 91 if number == 0 else 70 + number * 5 % 22
        self._hand_in_and_screen(round, tales)
        reviewed = [tale for tale in tales if tale.goal in PASSED_ON]
        kept = [tale for tale in reviewed if tale.goal == State.IN_REVIEW]
        review = Reviewers(self.time, round, kept, self.centre)
        review.open()
        decided = self.time.now - timedelta(hours=3)
        review.score_some(decided)
        review.decide([(kept[1], Grade.SHOWCASE)], decided)
        (fraud,) = [tale for tale in reviewed if tale.goal == State.DISQUALIFIED]
        review.disqualify(fraud, self.time.now - timedelta(days=4, hours=2), FRAUD)
        if self.chorus:
            self.chorus.tell_in_review(round, review.released_at)

    def tell_in_recommendation(self) -> None:
        """The call on the provinces' desks, with cases in every state a desk knows."""
        round, time = self.rounds.recommendation, self.time
        begun = round.recommendation_opens_at
        for number, tale in enumerate(self._tales(round, SCREENED)):
            self.desk.tell(
                tale, time.between(round.submission_opens_at + timedelta(days=1), round.submission_closes_at)
            )
            screened = time.between(begun, time.now - timedelta(days=1))
            if number == HALF_READ:
                self.screeners.read_only(tale, screened)
            elif number == HANDED_IN_AGAIN:
                self.screeners.return_and_get_back(
                    tale, time.now - timedelta(days=6, hours=3), time.now - timedelta(days=2, hours=5)
                )
            elif tale.goal == State.RETURNED:
                self.screeners.tell(tale, time.now - timedelta(days=1, hours=6))
            else:
                later = time.between(screened + timedelta(hours=1), time.now)
                self.screeners.tell(tale, screened, later if tale.goal == State.RECOMMENDED else None)
        if self.chorus:
            self.chorus.tell_in_recommendation(round)

    def tell_open(self) -> None:
        """The call open for hand-in: a draft half done, and the first cases."""
        round, time = self.rounds.open, self.time
        for number, tale in enumerate(self._tales(round, OPEN, self.people.accounts["teacher2"])):
            last = time.now - timedelta(hours=5)
            handed_in = time.between(round.submission_opens_at + timedelta(days=1), last)
            if number == WITH_TEACHER:
                tale.partner = self.people.accounts["teacher"]
            if number == JUST_NOW:
                handed_in = time.now - timedelta(minutes=35)
            self.desk.tell(tale, handed_in)
            if tale.goal == State.WITHDRAWN:
                time.at(time.now - timedelta(hours=4), partial(self.desk.withdraw, tale))
        draft = Tale(round, SCHOOL, self.people.accounts["teacher"], State.DRAFT, f"{round.slug} draft")
        time.at(time.now - timedelta(days=3, hours=4), partial(self.desk.begin, draft))
        time.at(time.now - timedelta(days=1, hours=2), lambda now: self.desk.bring_files(draft, now, materials=2))
        if self.chorus:
            self.chorus.tell_open(round)

    def _tales(self, round: Round, cast: Cast, first: Person | None = None) -> list[Tale]:
        """A tale for each of the cast; the first one's author is the given account."""
        tales = []
        for number, (code, kind, goal) in enumerate(cast):
            author = first if first and number == 0 else self.people.stranger(code, kind)
            tales.append(Tale(round, kind, author, goal, f"{round.slug} {number}"))
            if words := BORROWED.get((round.slug, number)):
                tales[-1].borrow(words)
        return tales

    def _hand_in_and_screen(self, round: Round, tales: list[Tale]) -> None:
        """A call whose recommending has ended: all cases handed in and judged, places spent on those that go on."""
        time = self.time
        begun, ended = round.submission_closes_at, round.recommendation_closes_at
        for tale in tales:
            self.desk.tell(tale, time.between(round.submission_opens_at + timedelta(days=1), begun))
            screened = time.between(begun, begun + (ended - begun) / 2)
            later = time.between(screened + timedelta(hours=1), ended)
            self.screeners.tell(tale, screened, later if tale.goal in PASSED_ON else None)
