"""Who works in a call for load: the demo's own people where they are there, others made for it where not."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from accounts.models import CentreStaff, Expert, ProvinceAdmin, User
from demo.filling.people import People, Person, join_centre, join_experts

EXPERTS = 30
EXPERT_CODES = ("11", "31", "44", "32", "61", "51", "37", "50", "21", "35")


class Reviewer(NamedTuple):
    id: int
    user_id: int
    province_id: int | None


class Staff:
    """Centre, experts and administrators."""

    def __init__(self, people: People, now: datetime) -> None:
        self.people = people
        self.now = now
        self.centre, self.second = self._centre()

    def admins(self, code: str) -> list[int]:
        """The accounts that administer a province."""
        active = ProvinceAdmin.objects.filter(province__code=code, active=True).order_by("pk")
        found = list(active.values_list("user_id", flat=True))
        if found:
            return found
        user = self.people.stranger(code, unit=self.people.office(code)).register(self.now)
        ProvinceAdmin.objects.create(user=user, province=self.people.provinces[code], since=self.now)
        return [user.pk]

    def experts(self) -> Sequence[Reviewer]:
        """Experts for all types, from enough provinces for every case to find its own."""
        for number in range(max(0, EXPERTS - Expert.objects.filter(active=True).count())):
            person = self.people.stranger(EXPERT_CODES[number % len(EXPERT_CODES)], "region")
            join_experts(person, self._person(self.centre), self.now)
        rows = Expert.objects.filter(active=True).order_by("pk").values_list("pk", "user_id", "province_id")
        return [Reviewer(*row) for row in rows]

    def _centre(self) -> tuple[User, User]:
        """Two accounts of the centre: results are published by two."""
        for _ in range(max(0, 2 - CentreStaff.objects.filter(active=True).count())):
            join_centre(self.people.stranger("11", unit="项目组织中心办公室"), self.now)
        first, second = CentreStaff.objects.filter(active=True).select_related("user").order_by("pk")[:2]
        return first.user, second.user

    def _person(self, user: User) -> Person:
        person = self.people.accounts["centre"]
        person.user = user
        return person
