"""A visitor registers by mobile or e-mail, confirms with a code, and is logged in (R1)."""

import re
from typing import Any

import pytest
from allauth.account import app_settings
from django.test import Client

from accounts import letters
from accounts.actions.registering import confirm_email
from accounts.adapter import AccountAdapter
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
        "city": "云岭市",
        "county": "青石县",
        "post_kind": "teacher",
        "password1": "山里的孩子2024",
        "agreed": "on",
        "showing": "on",
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
    assert (user.unit.city, user.unit.county, user.unit.kind) == ("云岭市", "青石县", "school")  # type: ignore[union-attr]
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


def test_a_code_lives_as_long_as_its_letter_says() -> None:
    lives = (
        app_settings.LOGIN_BY_CODE_TIMEOUT, app_settings.PASSWORD_RESET_BY_CODE_TIMEOUT,
        app_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT, app_settings.PHONE_VERIFICATION_TIMEOUT,
    )  # fmt: skip
    assert "15 分钟内有效" in letters.CODE
    assert set(lives) == {15 * 60}


def test_whoever_registers_a_mobile_again_is_told_by_sms(client: Client, do_jobs: Any) -> None:
    make_user(mobile="19900001234", mobile_verified=True)
    assert client.post("/accounts/signup/", form(phone="19900001234"))["Location"] == "/accounts/phone/verify/"
    do_jobs()
    (letter,) = OutboxLetter.objects.all()
    assert "已有账号" in letter.body


@pytest.mark.parametrize(("proxies", "forwarded"), [(0, "203.0.113.9"), (1, "198.51.100.1, 203.0.113.9")])
def test_rate_limits_count_the_visitor_and_not_the_proxy(proxies: int, forwarded: str, rf: Any, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = rf.get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="10.0.0.1")
    assert AccountAdapter().get_client_ip(request) == ("203.0.113.9" if proxies else "10.0.0.1")


@pytest.mark.parametrize("contact", [{"email": "wei@test.example"}, {"phone": "19900001234"}], ids=["e-mail", "mobile"])
def test_a_password_set_by_a_stranger_ends_when_the_owner_confirms(contact: dict[str, str], do_jobs: Any) -> None:
    """A stranger registers with somebody's contact and cannot confirm it; the owner logs in by code later."""
    Client().post("/accounts/signup/", form(**contact))
    do_jobs()
    OutboxLetter.objects.all().delete()
    login = next(iter(contact.values()))
    owner = Client()
    assert owner.post("/accounts/login/code/", contact)["Location"] == "/accounts/login/code/confirm/"
    answer = owner.post("/accounts/login/code/confirm/", {"code": code_sent(do_jobs)})
    assert answer["Location"] == "/accounts/desk/"
    stranger = Client().post("/accounts/login/", {"login": login, "password": "山里的孩子2024"})
    assert stranger.status_code == 200  # the form again, not logged in
    assert owner.get("/accounts/password/change/")["Location"] == "/accounts/password/set/"
    assert owner.get("/accounts/password/set/").status_code == 200
    mine = {"password1": "我自己的密码2025", "password2": "我自己的密码2025"}
    assert owner.post("/accounts/password/set/", mine).status_code == 302
    answer = Client().post("/accounts/login/", {"login": login, "password": mine["password1"]})
    assert answer["Location"] == "/accounts/desk/"


def test_a_login_by_code_leaves_a_confirmed_accounts_password_alone(do_jobs: Any) -> None:
    make_user(mobile="19900001234", mobile_verified=True, email=None, password="山里的孩子2024")
    browser = Client()
    browser.post("/accounts/login/code/", {"phone": "19900001234"})
    browser.post("/accounts/login/code/confirm/", {"code": code_sent(do_jobs)})
    answer = Client().post("/accounts/login/", {"login": "19900001234", "password": "山里的孩子2024"})
    assert answer["Location"] == "/accounts/desk/"


def try_to_log_in(login: str, password: str = "wrong", address: str = "203.0.113.1") -> bool:
    answer = Client(REMOTE_ADDR=address).post("/accounts/login/", {"login": login, "password": password})
    return answer.status_code == 302


@pytest.mark.parametrize("login", ["19900001234", "wei@test.example"])
def test_six_wrong_passwords_close_one_account_to_guessing_and_no_other(login: str, do_jobs: Any) -> None:
    """Strangers at many addresses guess at one account, by either of its contacts; its owner still has the code."""
    both = {"mobile": "19900001234", "mobile_verified": True, "email": "wei@test.example"}
    confirm_email(make_user(password="山里的孩子2024", **both))
    make_user(mobile="19900005678", mobile_verified=True, email=None, password="山里的孩子2024")
    for number in range(6):
        assert not try_to_log_in(login, address=f"203.0.113.{number}")
    for contact in ("19900001234", "+86 199 0000 1234", "WEI@test.example"):
        assert not try_to_log_in(contact, "山里的孩子2024", "198.51.100.1")
    assert try_to_log_in("19900005678", "山里的孩子2024")
    owner = Client()
    owner.post("/accounts/login/code/", {"phone": "19900001234"})
    answer = owner.post("/accounts/login/code/confirm/", {"code": code_sent(do_jobs)})
    assert answer["Location"] == "/accounts/desk/"
