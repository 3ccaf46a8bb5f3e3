"""The authors of the crowd: accounts nobody can log in to, each with a unit of the directory."""

import random
import secrets
from datetime import datetime
from typing import NamedTuple

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.models import Province, Unit, User
from calls.policy import CaseType
from demo import content
from demo.filling.crowd.copying import Table, fresh_ids
from demo.filling.crowd.ledger import Ledger
from demo.filling.people import People, institution_of, post_kind_of, whereabouts

COMING_BACK = 0.3
"""How many of the authors of a call have taken part in an earlier one."""


class Author(NamedTuple):
    """An account of the crowd, as far as cases need to know it."""

    id: int
    name: str
    email: str
    mobile: str
    post: str
    unit_id: int
    unit: str
    province: Province
    kind: str


class Crowd:
    """Makes up authors and writes their accounts; who took part before may come again."""

    def __init__(self, people: People, rng: random.Random, ledger: Ledger, *, cases_each: int = 1) -> None:
        self.people = people
        self.rng = rng
        self.ledger = ledger
        self.cases_each = cases_each
        self.units = Table(Unit, "id name province_id city county kind")
        self.users = Table(User, "id name email province_id unit_id post_kind password date_joined")
        self.addresses = Table(EmailAddress, "user_id email verified primary")
        self._unit_ids, self._user_ids = fresh_ids(Unit), fresh_ids(User)
        self._known: dict[tuple[int, str], int] = {}
        self._veterans: dict[tuple[str, str], list[Author]] = {}
        self._newcomers: list[Author] = []
        self._at_hand: dict[tuple[str, str], tuple[Author, int]] = {}

    def look_around(self) -> None:
        """Learn which units the directory has; who was new becomes known, for a call that begins."""
        self._known = {(place, name): pk for pk, place, name in Unit.objects.values_list("pk", "province_id", "name")}
        for author in self._newcomers:
            self._veterans.setdefault((author.province.code, author.kind), []).append(author)
        self._newcomers.clear()

    def author(self, code: str, kind: CaseType, joins: datetime, *, unit: str = "", name: str = "") -> Author:
        """Somebody of a province, given out no oftener in a call than `cases_each` says."""
        at_hand, left = self._at_hand.get((code, str(kind)), (None, 0))
        if at_hand and left:
            self._at_hand[code, str(kind)] = at_hand, left - 1
            return at_hand
        author = self._new_author(code, kind, joins, unit=unit, name=name)
        self._at_hand[code, str(kind)] = author, self.cases_each - 1
        return author

    def _new_author(self, code: str, kind: CaseType, joins: datetime, *, unit: str, name: str) -> Author:
        veterans = self._veterans.get((code, str(kind)), [])
        if veterans and not (unit or name) and self.rng.random() < COMING_BACK:
            return veterans.pop(self.rng.randrange(len(veterans)))
        province = self.people.provinces[code]
        unit = unit or content.unit(self.rng, province.short, kind)
        author = Author(
            id=next(self._user_ids),
            name=name or next(self.people.names),
            email=f"{secrets.token_hex(6)}@mail.example",
            mobile=self.people.mobile(),
            post=content.post(self.rng),
            unit_id=self._unit(province, unit),
            unit=unit,
            province=province,
            kind=str(kind),
        )
        self._register(author, joins)
        self._newcomers.append(author)
        return author

    def write(self) -> None:
        for table in (self.units, self.users, self.addresses):
            table.write()

    def _unit(self, province: Province, name: str) -> int:
        if (province.pk, name) not in self._known:
            pk = self._known[province.pk, name] = next(self._unit_ids)
            place = whereabouts(name)
            self.units.add(pk, name, province.pk, place["city"], place["county"], institution_of(name))
        return self._known[province.pk, name]

    def _register(self, author: Author, joins: datetime) -> None:
        kind = institution_of(author.unit)
        province, unit_id = author.province, author.unit_id
        password = make_password(None)
        self.users.add(author.id, author.name, author.email, province.pk, unit_id, post_kind_of(kind), password, joins)
        self.addresses.add(author.id, author.email, True, True)
        self.ledger.note(
            joins, "user.register", User, author.id, actor_id=author.id, call_id=None,
            province_code=province.code,
        )  # fmt: skip
