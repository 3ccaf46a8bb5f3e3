"""Expert review in the demo: the close of recommending, the draw, score sheets, decisions (R14, R15, R18, R19)."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from demo import content
from demo.filling.calls import Round
from demo.filling.cases import Tale
from demo.filling.people import Person
from demo.filling.timeline import Timeline
from reviews import rubric
from reviews.actions import assigning, closing, deciding, disqualifying, scoring
from reviews.models import Assignment, Grade, Vote

DOUBT = "“过程与举措”中有两段文字与公开报道相近，请核对是否注明了出处。"
ANSWER = "已核查：相近文字出自作者本人所写的报道，信息表中已补注出处。"
TYPICAL_FROM, SHOWCASE_FROM = 87, 75


class Reviewers:
    """The centre's and the experts' part of a call. `tales` are its cases that were recommended."""

    def __init__(self, time: Timeline, round: Round, tales: Sequence[Tale], centre: Person) -> None:
        self.time = time
        self.round = round
        self.tales = tales
        self.centre = centre
        self.rng = time.rng

    def open(self) -> None:
        """Let recommending be closed and, on the next days, experts be drawn and their piles released."""
        closed = self.round.recommendation_closes_at
        self.time.at(closed + timedelta(minutes=1), self._close)
        self.time.at(closed + timedelta(days=1, hours=9, minutes=30), self._draw)
        self.time.at(self.released_at, self._release)

    @property
    def released_at(self) -> datetime:
        return self.round.recommendation_closes_at + timedelta(days=1, hours=11)

    def score_all(self) -> None:
        """Let every expert submit every sheet before scoring closes."""
        begins = self.released_at + timedelta(minutes=1)
        self.time.at(begins, partial(self._score, habits=(self._submit,), early=self.round.scoring_closes_at))

    def score_some(self, early: datetime) -> None:
        """Let every expert submit some sheets, keep others as drafts and leave the rest untouched.

        Of the first two cases all sheets are in at `early`.
        """
        habits = (self._submit, self._submit, None, self._save, self._submit, None, None)
        self.time.at(self.released_at + timedelta(minutes=1), partial(self._score, habits=habits, early=early))

    def decide(self, grades: Sequence[tuple[Tale, Grade]], moment: datetime) -> None:
        """Let the centre give cases their grades, a few minutes apart."""
        for number, (tale, grade) in enumerate(grades):
            self.time.at(moment + timedelta(minutes=7 * number), partial(self._decide, tale, grade))

    def disqualify(self, tale: Tale, moment: datetime, reason: str) -> None:
        self.time.at(
            moment,
            lambda now: disqualifying.disqualify(case_id=tale.case_id, reason=reason, actor=self.centre.user, now=now),
        )

    def _close(self, now: datetime) -> None:
        call_id = self.round.call.pk
        closing.ask_to_close(call_id=call_id, now=now)
        while closing.close_batch(call_id=call_id, now=now):
            pass

    def _draw(self, now: datetime) -> None:
        draw = assigning.draw_experts(call_id=self.round.call.pk, actor=self.centre.user, now=now)
        assigning.carry_out_draw(draw_id=draw.pk, now=now + timedelta(seconds=2))

    def _release(self, now: datetime) -> None:
        assigning.release_assignments(call_id=self.round.call.pk, actor=self.centre.user, now=now)

    def _score(self, now: datetime, habits: Sequence[Callable[..., None] | None], early: datetime) -> None:
        """Spread the sheets over the time there is; the habits take turns from sheet to sheet."""
        tales = {tale.case_id: tale for tale in self.tales}
        order = {case_id: number for number, case_id in enumerate(tales)}
        rows = Assignment.objects.filter(case_id__in=tales, released_at__isnull=False).select_related("expert__user")
        turns: Counter[int] = Counter()
        for row in sorted(rows, key=lambda row: (order[row.case_id], row.pk)):
            number = order[row.case_id]
            # The lot decides who judges what, not which sheets are in; the first two cases have all of theirs.
            habit = habits[0 if number < 2 else (number + turns[row.case_id]) % len(habits)]
            turns[row.case_id] += 1
            if habit is not None:
                moment = self.time.between(now, early if number < 2 else self.round.scoring_closes_at)
                self.time.at(moment, partial(habit, row, tales[row.case_id]))

    def _submit(self, row: Assignment, tale: Tale, now: datetime) -> None:
        given = self._sheet(tale)
        scoring.submit_scores(assignment_id=row.pk, given=given, actor=row.expert.user, now=now)

    def _save(self, row: Assignment, tale: Tale, now: datetime) -> None:
        """A sheet begun: the first heads have scores, nothing else is said."""
        whole = self._sheet(tale)
        begun = dict(list(whole.scores.items())[:2])
        given = rubric.Sheet(tale.kind, begun, {key: whole.comments.get(key, "") for key in begun})
        scoring.save_scores(assignment_id=row.pk, given=given, actor=row.expert.user, now=now)

    def _sheet(self, tale: Tale) -> rubric.Sheet:
        scores, comments = {}, {}
        for head in rubric.HEADS[tale.kind]:
            score = min(max(round(self.rng.gauss(tale.quality, 4)), 40), 99)
            scores[head.key] = score
            comments[head.key] = content.score_comment(self.rng, head.name, content.level_of(score))
        mean = sum(scores.values()) / len(scores)
        vote = Vote.TYPICAL if mean >= TYPICAL_FROM else Vote.SHOWCASE if mean >= SHOWCASE_FROM else Vote.NOT
        doubts = self.rng.random() < 0.05
        return rubric.Sheet(tale.kind, scores, comments, DOUBT if doubts else "", vote, doubts_originality=doubts)

    def _decide(self, tale: Tale, grade: Grade, now: datetime) -> None:
        doubted = Assignment.objects.filter(case_id=tale.case_id, sheet__doubts_originality=True).exists()
        deciding.decide(
            case_id=tale.case_id, grade=grade, actor=self.centre.user, now=now, note=ANSWER if doubted else ""
        )
