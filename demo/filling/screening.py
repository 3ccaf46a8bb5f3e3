"""What the provinces of the demo do with their cases: reading, the checklist, returns, recommendations (R9, R10)."""

from datetime import datetime, timedelta
from functools import partial

from calls.policy import latest_return_due
from cases.actions import handing_in
from cases.lifecycle import State
from demo import content
from demo.filling.cases import Tale
from demo.filling.people import Person
from demo.filling.timeline import ZONE, Timeline
from reviews import policy
from reviews.actions import recommending, screening

ALL = dict.fromkeys(policy.CHECKLIST, True)
RETURN_DAYS = 6


class Screeners:
    """The administrators of the provinces, by province code; where there are two they take turns."""

    def __init__(self, time: Timeline, admins: dict[str, list[Person]]) -> None:
        self.time = time
        self.admins = admins
        self._turn = 0

    def tell(self, tale: Tale, screened: datetime, recommended: datetime | None = None) -> None:
        """Let the case be read and judged as its goal wants; `recommended` is when a place is spent on it."""
        admin = self._whose_turn(tale)
        if tale.goal == State.HANDED_IN:
            return
        self.time.at(screened, partial(self._read, tale, admin))
        after = min(screened + timedelta(minutes=25), self.time.now)
        if tale.goal == State.RETURNED:
            self.time.at(after, partial(self._return, tale, admin))
        elif tale.goal == State.DECLINED:
            self.time.at(after, partial(self._decline, tale, admin))
        else:
            self.time.at(after, partial(self._mark, tale, admin))
        if recommended is not None:
            self.time.at(recommended, partial(self._recommend, tale, admin))

    def read_only(self, tale: Tale, moment: datetime) -> None:
        """Let the case be read, the checklist begun and nothing decided."""
        admin = self._whose_turn(tale)
        self.time.at(moment, partial(self._read, tale, admin))
        self.time.at(moment, partial(self._begin_checks, tale, admin))

    def return_and_get_back(self, tale: Tale, moment: datetime, again: datetime) -> None:
        """Let the case be returned and handed in once more."""
        admin = self._whose_turn(tale)
        self.time.at(moment, partial(self._read, tale, admin))
        self.time.at(moment, partial(self._return, tale, admin))
        self.time.at(again, partial(self._hand_in_again, tale))

    def _hand_in_again(self, tale: Tale, now: datetime) -> None:
        handing_in.hand_in(case_id=tale.case_id, actor=tale.author.user, now=now)

    def _whose_turn(self, tale: Tale) -> Person:
        team = self.admins[tale.author.province.code]
        self._turn += 1
        return team[self._turn % len(team)]

    def _read(self, tale: Tale, admin: Person, now: datetime) -> None:
        screening.open_for_reading(case_id=tale.case_id, actor=admin.user, now=now)

    def _begin_checks(self, tale: Tale, admin: Person, now: datetime) -> None:
        begun = {item: number < 3 for number, item in enumerate(policy.CHECKLIST)}
        note = content.screening_note(self.time.rng)
        screening.save_screening(case_id=tale.case_id, checks=begun, note=note, actor=admin.user, now=now)

    def _mark(self, tale: Tale, admin: Person, now: datetime) -> None:
        note = content.screening_note(self.time.rng)
        screening.mark_eligible(case_id=tale.case_id, checks=ALL, note=note, actor=admin.user, now=now)

    def _return(self, tale: Tale, admin: Person, now: datetime) -> None:
        latest = latest_return_due(tale.round.call.dates, tale.round.call.return_margin_days)
        reason = content.return_reason(self.time.rng)
        last_day = (now + timedelta(days=RETURN_DAYS)).astimezone(ZONE)
        due_at = min(last_day.replace(hour=0, minute=0, second=0, microsecond=0), latest)
        screening.return_for_changes(case_id=tale.case_id, reason=reason, due_at=due_at, actor=admin.user, now=now)

    def _decline(self, tale: Tale, admin: Person, now: datetime) -> None:
        reason = content.decline_reason(self.time.rng)
        screening.decline(case_id=tale.case_id, reason=reason, actor=admin.user, now=now)

    def _recommend(self, tale: Tale, admin: Person, now: datetime) -> None:
        recommending.recommend(case_id=tale.case_id, actor=admin.user, now=now)
