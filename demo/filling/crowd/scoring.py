"""The experts' part of the crowd's cases: their piles scored, in whole or in part (R14, R18, R19)."""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from calls.models import Call
from demo import content
from demo.accounts import ACCOUNTS
from demo.filling.crowd.copying import Table, fresh_ids
from demo.filling.crowd.ledger import Ledger
from demo.filling.reviewing import DOUBT, SHOWCASE_FROM, TYPICAL_FROM
from demo.filling.timeline import Timeline
from reviews import rubric
from reviews.actions import assigning, scoring
from reviews.models import Assignment, ScoreSheet, Vote

SPREAD, HARSHNESS = 4, 2.5
DISPUTED, DISPUTE = 0.05, 27
"""How many cases are seen quite otherwise by one of their experts, and by how many points."""

DOUBTED = 0.02
DRAFTS = 0.06
HALF = 0.5
"""How much of their piles the experts of the demo's accounts have done; the others have done more or less."""

RECUSED, CANNOT_JUDGE = 14, 3
REASONS = (
    "与第一作者曾在同一单位共事。",
    "曾担任该工作室的指导专家。",
    "作者是我指导过的研修班学员。",
    "我与该校有在研的合作课题。",
)
NOT_MY_FIELD = "案例涉及学前教育的专门评价工具，超出我的研究领域，难以作出判断，建议另请专家。"


class Duty(NamedTuple):
    """One assignment, with what a sheet and its audit entry need of it."""

    id: int
    case_id: int
    expert_id: int
    user_id: int
    email: str | None
    kind: str
    code: str


class Scorers:
    """The experts of a call and what they think; `quality` is about the mean of each case's scores."""

    def __init__(self, call: Call, quality: Mapping[int, int], ledger: Ledger, seed: str) -> None:
        self.call = call
        self.quality = quality
        self.ledger = ledger
        self.rng = random.Random(seed)
        self.sheets = Table(
            ScoreSheet,
            "id assignment_id scores comments remark vote doubts_originality doubts_eligibility total saved_at "
            "submitted_at",
        )
        self.means: dict[int, float] = {}
        self.doubted: set[int] = set()
        self._ids = fresh_ids(ScoreSheet)
        self._totals: dict[int, list[float]] = defaultdict(list)
        self._disputed = {case_id for case_id in sorted(quality) if self.rng.random() < DISPUTED}
        self._mood: dict[int, float] = {}

    def score_all(self, now: datetime) -> None:
        """Every sheet is submitted before scoring closes."""
        for pile in self._piles().values():
            self.submit(pile, now, self.call.scoring_closes_at)
        self.finish()

    def submit(self, duties: Sequence[Duty], begin: datetime, end: datetime) -> None:
        """These sheets are submitted one after the other, between two moments."""
        for duty, at in zip(duties, self._moments(len(duties), begin, end), strict=True):
            self._submit(duty, at)

    def score_some(self, time: Timeline, now: datetime) -> None:
        """About half is submitted, some sheets are begun; a few experts step back or cannot judge, by real actions."""
        untouched = []
        for pile in self._piles().values():
            done = round(len(pile) * self._pace(pile[0].email))
            begun = done + round(len(pile) * DRAFTS)
            for duty, at in zip(pile[:begun], self._moments(begun, now, time.now), strict=True):
                act = self._submit if duty in pile[:done] else self._save
                act(duty, at)
            untouched += pile[begun:]
        strangers = [duty for duty in untouched if not _own(duty.email)]
        for number, duty in enumerate(self.rng.sample(strangers, RECUSED + CANNOT_JUDGE)):
            leave = self._recuse if number < RECUSED else self._give_up
            at = now + (time.now - timedelta(days=3) - now) * self.rng.random()
            time.at(at, partial(leave, duty))
        self.finish()

    def finish(self) -> None:
        """Write the sheets; from now on `means` says what each case got."""
        self.sheets.write()
        self.means = {case_id: sum(totals) / len(totals) for case_id, totals in self._totals.items()}

    def _piles(self) -> dict[int, list[Duty]]:
        """The released assignments of the crowd's cases, an expert's own together in an order of their own."""
        rows = Assignment.objects.filter(case_id__in=list(self.quality), released_at__isnull=False).order_by("pk")
        piles: dict[int, list[Duty]] = defaultdict(list)
        for row in rows.values_list(
            "pk", "case_id", "expert_id", "expert__user_id", "expert__user__email", "case__type", "case__province__code"
        ):
            piles[row[2]].append(Duty(*row))
        for pile in piles.values():
            self.rng.shuffle(pile)
        return piles

    def _pace(self, email: str | None) -> float:
        return HALF if _own(email) else self.rng.uniform(0.25, 0.75)

    def _moments(self, count: int, begin: datetime, end: datetime) -> list[datetime]:
        return sorted(begin + (end - begin) * self.rng.uniform(0.01, 0.99) for _ in range(count))

    def _submit(self, duty: Duty, at: datetime) -> None:
        scores = self._scores(duty)
        comments = self._comments(duty, scores)
        total = rubric.total(scores, rubric.weights_of(self.call.weights, duty.kind))
        assert total is not None
        mean = float(total)
        vote = Vote.TYPICAL if mean >= TYPICAL_FROM else Vote.SHOWCASE if mean >= SHOWCASE_FROM else Vote.NOT
        doubts = self.rng.random() < DOUBTED
        if doubts:
            self.doubted.add(duty.case_id)
        pk = next(self._ids)
        remark = DOUBT if doubts else ""
        self.sheets.add(pk, duty.id, scores, comments, remark, str(vote), doubts, False, total, at, at)
        self._totals[duty.case_id].append(mean)
        self._note("score.submit", pk, duty, at, vote=str(vote), total=str(total), doubts=doubts)

    def _save(self, duty: Duty, at: datetime) -> None:
        """A sheet begun: the first heads have scores, nothing else is said."""
        scores = dict(list(self._scores(duty).items())[:2])
        pk = next(self._ids)
        total = rubric.total(scores, rubric.weights_of(self.call.weights, duty.kind))
        self.sheets.add(pk, duty.id, scores, self._comments(duty, scores), "", "", False, False, total, at, None)
        self._note("score.save", pk, duty, at, scored=len(scores))

    def _scores(self, duty: Duty) -> dict[str, int]:
        mood = self._mood.setdefault(duty.expert_id, self.rng.gauss(0, HARSHNESS))
        mean = self.quality[duty.case_id] + mood
        if duty.case_id in self._disputed and duty.case_id not in self._totals:
            mean -= DISPUTE
        return {head.key: min(max(round(self.rng.gauss(mean, SPREAD)), 35), 99) for head in rubric.HEADS[duty.kind]}

    def _comments(self, duty: Duty, scores: Mapping[str, int]) -> dict[str, str]:
        return {
            head.key: content.score_comment(self.rng, head.name, content.level_of(scores[head.key]))
            for head in rubric.HEADS[duty.kind]
            if head.key in scores
        }

    def _note(self, verb: str, pk: int, duty: Duty, at: datetime, **facts: object) -> None:
        self.ledger.note(
            at, verb, ScoreSheet, pk, actor_id=duty.user_id, call_id=self.call.pk, province_code=duty.code,
            case_id=duty.case_id, **facts,
        )  # fmt: skip

    def _recuse(self, duty: Duty, now: datetime) -> None:
        actor = Assignment.objects.select_related("expert__user").get(pk=duty.id).expert.user
        assigning.recuse(assignment_id=duty.id, reason=self.rng.choice(REASONS), actor=actor, now=now)
        assigning.repair(case_id=duty.case_id, now=now + timedelta(seconds=2))

    def _give_up(self, duty: Duty, now: datetime) -> None:
        actor = Assignment.objects.select_related("expert__user").get(pk=duty.id).expert.user
        given = rubric.Sheet(duty.kind, remark=NOT_MY_FIELD, vote=str(Vote.CANNOT))
        scoring.submit_scores(assignment_id=duty.id, given=given, actor=actor, now=now)
        assigning.repair(case_id=duty.case_id, now=now + timedelta(seconds=2))


def _own(email: str | None) -> bool:
    return email in {account.email for account in ACCOUNTS}
