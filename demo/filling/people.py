"""People of the demo: the ten accounts to log in with, and many others nobody can log in as."""

import random
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.hashers import make_password

from accounts.actions.consenting import note_registration
from accounts.actions.registering import confirm_email
from accounts.models import CentreStaff, Expert, InstitutionKind, PostKind, Province, Unit, User
from accounts.policy import Role
from calls.policy import CaseType
from demo import content
from demo.accounts import ACCOUNTS, PASSWORD, Account
from demo.content.persons import MOBILES
from kernel import audit

KINDS = (
    ("幼儿园", InstitutionKind.KINDERGARTEN),
    ("装备", InstitutionKind.EQUIPMENT),
    ("电化教育", InstitutionKind.EDTECH),
    ("信息化", InstitutionKind.EDTECH),
    ("教学研究", InstitutionKind.RESEARCH),
    ("科学研究", InstitutionKind.RESEARCH),
    ("教师发展", InstitutionKind.TRAINING),
    ("进修", InstitutionKind.TRAINING),
    ("研修", InstitutionKind.TRAINING),
    ("教育局", InstitutionKind.OFFICE),
    ("办公室", InstitutionKind.OFFICE),
)
"""What a unit's name says of its kind; a school says nothing."""


@dataclass
class Person:
    """Somebody of the demo; `user` is there once they have registered."""

    name: str
    email: str
    province: Province
    unit: str
    post: str
    mobile: str
    password: str
    mobile_known: bool = False
    """Whether the account has the mobile too, confirmed."""
    user: User = field(init=False, repr=False)

    @property
    def registered(self) -> bool:
        return hasattr(self, "user")

    def register(self, now: datetime) -> User:
        """Make the account with a confirmed e-mail, as a finished sign-up leaves it; a second time changes nothing."""
        if self.registered:
            return self.user
        kind = institution_of(self.unit)
        places = {**whereabouts(self.unit), "kind": kind}
        unit, _ = Unit.objects.get_or_create(province=self.province, name=self.unit, defaults=places)
        self.user = User.objects.create(
            name=self.name,
            email=self.email,
            province=self.province,
            unit=unit,
            post_kind=post_kind_of(kind),
            password=self.password,
            mobile=self.mobile if self.mobile_known else None,
            mobile_verified=self.mobile_known,
            date_joined=now,
        )
        confirm_email(self.user)
        note_registration(self.user, now)
        audit.record(
            verb="user.register", subject=self.user, actor=self.user, now=now, province_code=self.province.code
        )
        return self.user


class People:
    """Makes up persons; no two share a name, a mobile or an address."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.names = content.people(rng)
        self.provinces = {province.code: province for province in Province.objects.all()}
        self._mobiles = 0
        # Hashing takes its time by design: once is enough, since all accounts share the password.
        shared = make_password(PASSWORD)
        self.accounts = {account.login: self._of_account(account, shared) for account in ACCOUNTS}

    def stranger(self, code: str, case_type: str = "", unit: str = "") -> Person:
        """Somebody of a province whose address cannot be guessed and whose password is none."""
        province = self.provinces[code]
        return Person(
            name=next(self.names),
            email=f"{secrets.token_hex(6)}@mail.example",
            province=province,
            unit=unit or content.unit(self.rng, province.short, case_type),
            post=content.post(self.rng),
            mobile=self.mobile(),
            password=make_password(None),
        )

    def office(self, code: str) -> str:
        """The invented body that organises a province's part."""
        return f"{self.provinces[code].name}云端研修组织办公室"

    def mobile(self) -> str:
        """A mobile nobody has yet; where there are more people than mobiles, they begin anew."""
        self._mobiles += 1
        return content.mobile(self._mobiles % MOBILES)

    def _of_account(self, account: Account, password: str) -> Person:
        province = self.provinces[account.province]
        kind = CaseType.STUDIO if account.login == "teacher2" else CaseType.SCHOOL
        units = {
            "author": content.unit(self.rng, province.short, CaseType.SCHOOL),
            "province": self.office(account.province),
            "expert": content.unit(self.rng, province.short, CaseType.REGION),
            "centre": "项目组织中心办公室",
        }
        return Person(
            name=account.name,
            email=account.email,
            province=province,
            unit=units[account.role],
            post="高级教师/工作室主持人" if kind == CaseType.STUDIO else "一级教师/教研组长",
            mobile=self.mobile(),
            password=password,
            mobile_known=account.role == Role.AUTHOR,
        )


def join_centre(person: Person, now: datetime) -> None:
    """Make the person a member of the centre's staff."""
    staff = CentreStaff.objects.create(user=person.register(now))
    audit.record(verb="staff.add", subject=staff, actor=None, now=now)


def join_experts(person: Person, centre: Person, now: datetime) -> None:
    """Make the person an expert for all three types."""
    user = person.register(now)
    expert = Expert.objects.create(
        user=user,
        alias=f"P{Expert.objects.count() + 1:02d}",
        types=[str(kind) for kind in CaseType],
        province=person.province,
        unit_name=person.unit,
    )
    audit.record(verb="expert.add", subject=expert, actor=centre.user, now=now, types=expert.types)


def whereabouts(unit: str) -> dict[str, str]:
    """The city and county of a unit, by its name."""
    return {"city": content.city_of(unit), "county": content.county_of(unit)}


def institution_of(unit: str) -> str:
    """What a unit's name says of its kind; a school says nothing."""
    return str(next((kind for sign, kind in KINDS if sign in unit), InstitutionKind.SCHOOL))


def post_kind_of(kind: str) -> str:
    if kind in {InstitutionKind.SCHOOL, InstitutionKind.KINDERGARTEN}:
        return str(PostKind.TEACHER)
    technical = kind in {InstitutionKind.EDTECH, InstitutionKind.EQUIPMENT}
    return str(PostKind.TECHNICAL if technical else PostKind.MANAGEMENT)
