"""The provinces' part of the crowd's cases: read, returned, declined, recommended (R9, R10)."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import cycle

from calls.policy import latest_return_due
from demo import content
from demo.filling.crowd.cast import Part, Stage
from demo.filling.crowd.composing import Composer
from demo.filling.crowd.dossier import Dossier
from demo.filling.screening import RETURN_DAYS
from demo.filling.timeline import ZONE
from reviews import policy
from reviews.models import Allowance

HALF = {item: number < 3 for number, item in enumerate(policy.CHECKLIST)}
RETURNED_LATELY = timedelta(days=5)


class Judges:
    """The administrators of the provinces, by code; where there are several they take turns."""

    def __init__(self, composer: Composer, admins: Mapping[str, Sequence[int]]) -> None:
        self.composer = composer
        self.call = composer.call
        self.rng = composer.rng
        self.turns = {code: cycle(ids) for code, ids in admins.items()}
        self._spent: Counter[str] = Counter()
        self._chosen: dict[str, list[tuple[datetime, Dossier, int]]] = defaultdict(list)

    def judge(self, case: Dossier, part: Part, begin: datetime, end: datetime) -> None:
        """Bring a case that was handed in to its stage, between two moments."""
        if part.stage == Stage.HANDED_IN:
            return
        if part.stage == Stage.WITHDRAWN:
            assert case.handed_in is not None
            closes = min(self.call.submission_closes_at, self.composer.now)
            case.withdraw(case.handed_in + (closes - case.handed_in) * self.rng.uniform(0.1, 0.9))
            return
        by = next(self.turns[part.code])
        if part.stage in (Stage.RETURNED, Stage.AGAIN):
            self._return(case, part, by, begin, end)
            return
        read = self.composer.moment(begin, end - (end - begin) * 0.25)
        case.read(read, by)
        after = min(read + timedelta(minutes=self.rng.randint(4, 35)), read + (end - read) * 0.5)
        if part.stage == Stage.HALF:
            case.check(after, by, HALF, content.screening_note(self.rng))
        elif part.stage == Stage.DECLINED:
            case.decline(after, by, content.decline_reason(self.rng))
        elif part.stage in (Stage.ELIGIBLE, Stage.RECOMMENDED):
            case.mark(after, by, content.screening_note(self.rng))
            if part.stage == Stage.RECOMMENDED:
                self._chosen[part.code].append((self.composer.moment(after, end), case, by))

    def recommend(self) -> None:
        """Spend the places on those that were chosen, the first choice first."""
        for code, chosen in self._chosen.items():
            province = self.composer.crowd.people.provinces[code]
            allowance, _ = Allowance.objects.get_or_create(
                call=self.call, province=province, defaults={"places": self.call.places}
            )
            chosen.sort(key=lambda one: (one[0], one[1].id))
            for place, (at, case, by) in enumerate(chosen, self._spent[code] + 1):
                case.recommend(at, by, allowance=allowance.pk, place=place, cap=allowance.places)
            self._spent[code] += len(chosen)
        self._chosen.clear()

    def _return(self, case: Dossier, part: Part, by: int, begin: datetime, end: datetime) -> None:
        """Returned with some days to mend it; one that came back was handed in again within them."""
        latest = latest_return_due(self.call.dates, self.call.return_margin_days)
        last = min(end, latest - timedelta(days=1))
        begin = max(begin, last - RETURNED_LATELY)
        read = self.composer.moment(begin, last - (last - begin) * 0.4)
        at = read + (last - read) * 0.1
        day = (at + timedelta(days=RETURN_DAYS)).astimezone(ZONE)
        due = min(day.replace(hour=0, minute=0, second=0, microsecond=0), latest)
        case.read(read, by)
        case.send_back(at, by, content.return_reason(self.rng), due)
        if part.stage == Stage.AGAIN:
            again = self.composer.moment(at + (min(due, end) - at) * 0.2, min(due, end))
            self.composer.bring_materials(case, at + (again - at) * 0.5, at + (again - at) * 0.8, count=1)
            case.hand_in(again)
