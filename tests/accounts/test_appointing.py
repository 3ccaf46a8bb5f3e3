"""Experts are registered by the centre, the centre's staff by the operator (R14)."""

from datetime import datetime

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.actions import appointing
from accounts.models import CentreStaff, Expert
from kernel import audit
from kernel.models import Letter
from tests.factories import make_centre, make_user, province

pytestmark = pytest.mark.django_db


def appoint(now: datetime, email: str = "lin@test.example") -> Expert:
    return appointing.appoint_expert(
        name="林知遥",
        email=email,
        province=province("11"),
        unit="京华师训中心",
        types=["school"],
        actor=make_centre(),
        now=now,
    )


def test_an_expert_is_registered_and_invited(now: datetime) -> None:
    expert = appoint(now)
    assert (expert.alias, expert.types, expert.user.email, expert.active) == (
        "P01",
        ["school"],
        "lin@test.example",
        True,
    )
    assert "/accounts/login/code/" in Letter.objects.get(purpose="invitation").body
    assert [(entry.verb, entry.facts) for entry in audit.history(expert)] == [
        ("expert.add", {"alias": "P01", "types": ["school"]})
    ]


def test_an_account_with_the_address_becomes_the_expert(now: datetime) -> None:
    user = make_user(email="lin@test.example")
    assert appoint(now, "Lin@test.example").user == user


def test_nobody_is_registered_twice(now: datetime) -> None:
    appoint(now)
    with pytest.raises(appointing.AlreadyAppointed):
        appoint(now)


def test_aliases_go_up(now: datetime) -> None:
    assert [appoint(now, f"e{n}@test.example").alias for n in range(3)] == ["P01", "P02", "P03"]


def test_an_expert_switched_off_has_no_desk_from_the_next_request(client: Client, now: datetime) -> None:
    expert = appoint(now)
    client.force_login(expert.user)
    assert client.get("/experts/").status_code == 200
    appointing.set_expert_active(expert_id=expert.pk, active=False, actor=make_centre(), now=now)
    assert client.get("/experts/").status_code == 403
    assert [entry.verb for entry in audit.history(expert)] == ["expert.add", "expert.close"]


def test_the_centre_registers_and_switches_on_its_page(client: Client) -> None:
    client.force_login(make_centre())
    fields = {"name": "林知遥", "email": "lin@test.example", "unit": "京华师训中心", "types": ["school", "region"]}
    assert "请选择所在省" in client.post("/centre/experts/", fields).content.decode()
    answer = client.post("/centre/experts/", {**fields, "province": province("11").pk})
    assert answer["Location"] == "/centre/experts/"
    expert = Expert.objects.get()
    client.post(f"/centre/experts/{expert.pk}/switch/", {"active": "0"})
    expert.refresh_from_db()
    assert not expert.active
    assert "停用" in client.get("/centre/experts/").content.decode()


def test_the_operator_appoints_the_first_staff_of_the_centre() -> None:
    call_command("appoint_centre", "闻人静", "wen@test.example")
    assert CentreStaff.objects.get().user.email == "wen@test.example"
    with pytest.raises(CommandError, match="已经登记过"):
        call_command("appoint_centre", "闻人静", "wen@test.example")
