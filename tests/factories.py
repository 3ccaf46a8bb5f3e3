"""Rows for tests: short ways to a call, people and cases in any state."""

import itertools
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import CentreStaff, Expert, Province, ProvinceAdmin, Unit, User
from calls.models import Call
from cases.lifecycle import State
from cases.models import Case, CaseAuthor

_numbers = itertools.count(1)


def make_call(*, phase: str = "submission", now: datetime | None = None, **fields: Any) -> Call:
    """A call whose dates put `now` in the middle of the given phase."""
    now = now or timezone.now()
    order = ["upcoming", "submission", "recommendation", "review", "decision", "published"]
    begin = now - timedelta(days=10 * order.index(phase) - 5)
    n = next(_numbers)
    defaults: dict[str, Any] = {
        "slug": f"call-{n}",
        "year": 2024,
        "short": f"2024 年第 {n} 次",
        "title": "2024年国家中小学智慧教育平台教师研修应用案例征集",
        "contact_sheet_due_at": begin,
        "submission_opens_at": begin,
        "submission_closes_at": begin + timedelta(days=10),
        "recommendation_opens_at": begin + timedelta(days=10),
        "recommendation_closes_at": begin + timedelta(days=20),
        "scoring_closes_at": begin + timedelta(days=30),
        "results_due_at": begin + timedelta(days=40),
        "published_at": begin + timedelta(days=40) if phase == "published" else None,
    }
    return Call.objects.create(**{**defaults, **fields})


def province(code: str = "42") -> Province:
    return Province.objects.get(code=code)


def make_user(name: str = "韦秋棠", *, province_code: str = "42", **fields: Any) -> User:
    n = next(_numbers)
    home = province(province_code)
    unit, _ = Unit.objects.get_or_create(name="云岭镇中心小学", province=home)
    values = {"email": f"user{n}@test.example", "province": home, "unit": unit, "password": "demo-pass-2024", **fields}
    return User.objects.create_user(name=name, **values)


def make_admin(province_code: str = "42", **fields: Any) -> User:
    user = make_user("罗青禾", province_code=province_code, **fields)
    ProvinceAdmin.objects.create(user=user, province=province(province_code))
    return user


def make_centre(**fields: Any) -> User:
    user = make_user("闻人静", **fields)
    CentreStaff.objects.create(user=user)
    return user


def make_expert(*, types: tuple[str, ...] = ("region", "school", "studio"), province_code: str = "11") -> Expert:
    user = make_user("评审人", province_code=province_code)
    return Expert.objects.create(
        user=user, alias=f"A{next(_numbers)}", types=list(types), province=province(province_code), unit_name="评审院"
    )


def make_case(
    *,
    call: Call | None = None,
    author: User | None = None,
    state: str = State.DRAFT,
    type: str = "school",
    authors: int = 1,
    **fields: Any,
) -> Case:
    """A complete information sheet in any state; files are added by the test that needs them."""
    call = call or make_call()
    author = author or make_user()
    n = next(_numbers)
    values: dict[str, Any] = {
        "title": f"每周三的教研一小时（{n}）",
        "overview": "以平台研修空间为阵地，每周三下午同研一课。",
        "province": author.province,
        "unit": author.unit,
        "declared": True,
        "portraits_cleared": True,
        "signature": author.name,
        "signed_on": timezone.now().date(),
    }
    if state != State.DRAFT:
        assert author.province is not None
        values |= {"number": f"2024-{author.province.code}-{n:06d}", "handed_in_at": timezone.now()}
    case = Case.objects.create(call=call, submitter=author, type=type, state=state, **{**values, **fields})
    for position in range(1, authors + 1):
        CaseAuthor.objects.create(
            case=case,
            position=position,
            name=author.name if position == 1 else f"合作者{position}",
            unit="云岭镇中心小学",
            post="一级教师",
            mobile=f"1990000{n % 10000:04d}",
            is_host=position == 1,
        )
    return case
