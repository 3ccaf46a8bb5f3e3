"""A visitor registers by mobile or e-mail, confirms with a code, and is logged in (R1)."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from demo.models import OutboxLetter
from tests.factories import make_admin, make_centre, make_expert, make_user, province

pytestmark = pytest.mark.django_db


def form(**fields: str) -> dict[str, str]:
    return {
        "name": "韦秋棠",
        "email": "",
        "phone": "",
        "province": str(province("45").pk),
        "unit": "云岭镇中心小学",
        "institution": "school",
        "post_kind": "teacher",
        "password1": "山里的孩子2024",
        "agreed": "on",
        **fields,
    }


def code_sent(do_jobs: Any) -> str:
    do_jobs()
    found = re.search(r"验证码(?:是：|是 )([A-Z0-9-]+)", OutboxLetter.objects.latest("id").body)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("contact", "confirm"),
    [
        ({"email": "wei@test.example"}, "/accounts/confirm-email/"),
        ({"phone": "１９９ 0000 1234"}, "/accounts/phone/verify/"),
    ],
)
def test_registration_by_either_contact(contact: dict[str, str], confirm: str, client: Client, do_jobs: Any) -> None:
    answer = client.post("/accounts/signup/", form(**contact))
    assert answer["Location"] == confirm
    assert client.get("/my/messages/").status_code != 200
    answer = client.post(confirm, {"code": code_sent(do_jobs), "action": "verify"})
    assert answer["Location"] == "/accounts/desk/"
    assert client.get("/my/messages/").status_code == 200
    user = User.objects.get()
    assert (user.name, user.province.short, user.unit.name) == ("韦秋棠", "广西", "云岭镇中心小学")  # type: ignore[union-attr]
    client.logout()
    login = contact.get("email") or "19900001234"
    answer = client.post("/accounts/login/", {"login": login, "password": "山里的孩子2024"})
    assert answer["Location"] == "/accounts/desk/"


def test_a_wrong_code_does_not_log_in(client: Client, do_jobs: Any) -> None:
    client.post("/accounts/signup/", form(email="wei@test.example"))
    code_sent(do_jobs)
    answer = client.post("/accounts/confirm-email/", {"code": "WRONG1", "action": "verify"})
    assert "验证码不正确" in answer.content.decode()
    assert client.get("/my/messages/").status_code == 302


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "手机号和电子邮箱至少填写一项"),
        ({"phone": "12345"}, "手机号应为 11 位数字"),
        ({"email": "a@test.example", "name": ""}, "请填写姓名"),
        ({"email": "a@test.example", "unit": ""}, "请填写工作单位全称"),
        ({"email": "a@test.example", "province": ""}, "请选择工作单位所在的省"),
        ({"email": "a@test.example", "agreed": ""}, "请先阅读并同意"),
        ({"email": "a@test.example", "password1": "12345678"}, "密码"),
    ],
)
def test_bad_input_gets_a_sentence(fields: dict[str, str], sentence: str, client: Client) -> None:
    body = client.post("/accounts/signup/", form(**fields)).content.decode()
    assert sentence in body
    assert not User.objects.exists()


def test_registering_again_gives_nothing_away(client: Client, do_jobs: Any) -> None:
    make_user(email="wei@test.example")
    answer = client.post("/accounts/signup/", form(email="wei@test.example"))
    assert answer["Location"] == "/accounts/confirm-email/"
    do_jobs()
    assert "已有账号" in OutboxLetter.objects.latest("id").body
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("make", "place"),
    [
        (make_user, "/my/"),
        (make_admin, "/screening/"),
        (make_centre, "/centre/"),
        (lambda: make_expert().user, "/experts/"),
    ],
)
def test_everyone_lands_at_their_desk(make: Any, place: str, client: Client) -> None:
    client.force_login(make())
    assert client.get("/accounts/desk/")["Location"] == place


def test_a_role_taken_away_ends_at_the_next_request(client: Client) -> None:
    user = make_centre()
    client.force_login(user)
    assert client.get("/centre/provinces/").status_code == 200
    user.centre_staff.active = False
    user.centre_staff.save()
    assert client.get("/centre/provinces/").status_code == 403
