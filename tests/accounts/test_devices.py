"""Strangers may guess ten times in a quarter of an hour; a device its owner knows, or a mailed link, still gets in."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import devices
from accounts.actions.registering import confirm_email
from accounts.models import User
from demo.models import OutboxLetter
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "山里的孩子2024"
WEI = "wei@test.example"
IN = "/accounts/desk/"


@pytest.fixture
def owner() -> User:
    user = make_user(email=WEI, mobile="19900001234", mobile_verified=True, password=PASSWORD)
    confirm_email(user)
    return user


def log_in(browser: Client, login: str = WEI, password: str = PASSWORD) -> str:
    """Where a login leads, or what it says."""
    answer = browser.post("/accounts/login/", {"login": login, "password": password})
    return answer.headers.get("Location") or answer.content.decode()


def guess_passwords(count: int = 20) -> int:
    """How many of a stranger's guesses were looked at, from as many addresses."""
    said = [log_in(Client(REMOTE_ADDR=f"203.0.113.{n}"), password=f"guess-{n}-pass") for n in range(count)]
    return sum("密码不正确" in words for words in said)


def ask_for_code(browser: Client, do_jobs: Any, **contact: str) -> str:
    """The newest letter after asking for a code to log in with."""
    browser.post("/accounts/login/code/", contact or {"email": WEI})
    do_jobs()
    return OutboxLetter.objects.latest("id").body


def guess_codes(do_jobs: Any, count: int = 8) -> int:
    """How many of a stranger's guesses at the code were looked at, three for each code that was asked for."""
    looked = 0
    for n in range(count):
        browser = Client(REMOTE_ADDR=f"198.51.100.{n}")
        forget("request_login_code")
        ask_for_code(browser, do_jobs)
        for wrong in ("000001", "000002"):
            answer = browser.post("/accounts/login/code/confirm/", {"code": wrong}, follow=True)
            looked += "验证码不正确" in answer.content.decode()
    return looked


def forget(action: str) -> None:
    """A minute passes for one kind of limit."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_cache WHERE cache_key LIKE %s", [f"%:{action}:%"])


def test_strangers_together_have_ten_tries_at_an_account(owner: User, do_jobs: Any) -> None:
    assert guess_passwords() + guess_codes(do_jobs) == 10


def test_a_device_that_its_owner_has_used_gets_in_while_strangers_guess(owner: User) -> None:
    mine = Client()
    assert log_in(mine) == IN
    mine.post("/accounts/logout/")
    guess_passwords()
    assert "输错次数过多" in log_in(Client())
    assert log_in(mine) == IN


def test_a_known_device_has_no_more_tries_than_strangers(owner: User) -> None:
    """Who steals the cookie gains nothing but the owner's own six tries."""
    thief = Client()
    log_in(thief)
    thief.post("/accounts/logout/")
    said = [log_in(thief, password=f"guess-{n}-pass") for n in range(9)]
    assert sum("密码不正确" in words for words in said) == 6


def test_a_device_of_one_account_is_a_stranger_to_another(owner: User) -> None:
    other = make_user(email="other@test.example", password=PASSWORD)
    confirm_email(other)
    browser = Client()
    assert log_in(browser, "other@test.example") == IN
    browser.post("/accounts/logout/")
    guess_passwords()
    assert "输错次数过多" in log_in(browser)


def test_a_made_up_cookie_is_nobodys(owner: User) -> None:
    mine = Client()
    log_in(mine)
    honest = mine.cookies[devices.cookie_name()].value
    forger = Client()
    forger.cookies[devices.cookie_name()] = honest[:-3] + ("abc" if honest[-3:] != "abc" else "abd")
    guess_passwords()
    assert "输错次数过多" in log_in(forger)


def test_the_cookie_is_kept_for_a_year_and_from_scripts(owner: User) -> None:
    mine = Client()
    log_in(mine)
    cookie = mine.cookies[devices.cookie_name()]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", devices.KEPT)


def test_over_tls_the_cookies_are_bound_to_the_host(owner: User, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = True
    browser = Client()
    browser.post("/accounts/login/", {"login": WEI, "password": PASSWORD}, secure=True)
    cookie = browser.cookies["__Host-device"]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")


def link_in(letter: str) -> str:
    found = re.search(r"https?://[^/]+(/accounts/login/link/\S+)", letter)
    assert found, letter
    return found[1]


def test_a_mailed_link_gets_its_owner_in_from_any_device_while_strangers_guess(owner: User, do_jobs: Any) -> None:
    guess_passwords()
    guess_codes(do_jobs)
    forget("request_login_code")
    mine = Client()
    link = link_in(ask_for_code(mine, do_jobs))
    assert "您将以 韦秋棠 的账号登录" in mine.get(link).content.decode()
    assert mine.get("/my/messages/").status_code == 302  # opening is not yet logging in
    assert mine.post(link)["Location"] == IN
    assert mine.get("/my/messages/").status_code == 200


def test_even_the_letter_that_a_stranger_asked_for_gets_the_owner_in(owner: User, do_jobs: Any) -> None:
    link = link_in(ask_for_code(Client(), do_jobs))
    assert Client().post(link)["Location"] == IN


def test_a_link_works_once_and_not_with_another_password(owner: User, do_jobs: Any) -> None:
    first, second = (link_in(ask_for_code(Client(), do_jobs)) for _ in range(2))
    assert Client().post(first)["Location"] == IN
    for spent in (first, second):
        assert "链接已失效" in Client().post(spent).content.decode()
    third = link_in(ask_for_code(Client(), do_jobs))
    owner.set_password("another-pass-2025")
    owner.save()
    assert "链接已失效" in Client().post(third).content.decode()


@pytest.mark.parametrize("spoil", ["old", "forged", "closed"])
def test_a_dead_link_says_so(spoil: str, owner: User, do_jobs: Any, settings: Any) -> None:
    link = link_in(ask_for_code(Client(), do_jobs))
    if spoil == "old":
        settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT = -1
    elif spoil == "forged":
        link = link[:-6] + "AAAAA/"
    else:
        User.objects.update(is_active=False)
    answer = Client().post(link)
    assert answer.status_code == 200 and "链接已失效" in answer.content.decode()


def test_an_unknown_address_is_answered_alike_and_gets_no_link(owner: User, do_jobs: Any) -> None:
    known, unknown = Client(), Client()
    pages = [
        browser.post("/accounts/login/code/", {"email": email}, follow=True).content.decode()
        for browser, email in ((known, WEI), (unknown, "nobody@test.example"))
    ]
    bare = [re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page) for page in pages]
    assert bare[0] == bare[1]
    do_jobs()
    assert "/link/" not in OutboxLetter.objects.get(recipient="nobody@test.example").body


def test_a_right_code_costs_no_try(owner: User, do_jobs: Any) -> None:
    for _ in range(6):
        forget("request_login_code")
        forget("verify_phone")
        browser = Client()
        letter = ask_for_code(browser, do_jobs, phone="19900001234")
        code = re.search(r"\d{6}", letter)
        assert code
        answer = browser.post("/accounts/login/code/confirm/", {"code": code[0]})
        assert answer["Location"] == IN


def test_the_limits_hold_however_much_else_is_counted(owner: User) -> None:
    """Django's cache in the database keeps 300 entries unless told otherwise, and would throw counters away."""
    assert guess_passwords() == 6
    later = timezone.now() + timedelta(hours=1)
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO kernel_cache (cache_key, value, expires) VALUES (%s, 'gASIAS4=', %s)",
            [(f":1:aa{n}", later) for n in range(2000)],
        )
    cache.set("one-more", 1)
    assert guess_passwords(3) == 0


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge · Windows"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/126 Mobile Safari MicroMessenger/8.0", "微信 · 安卓"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Phone; OpenHarmony 5.0; HarmonyOS) Chrome/114", "Chrome · 鸿蒙"),
        ("", "未知设备"),
    ],
)
def test_a_browser_is_told_in_words_that_its_owner_knows(says: str, words: str) -> None:
    assert devices.described(says) == words


@pytest.mark.parametrize(
    ("address", "network"),
    [("203.0.113.77", "203.0.113.*"), ("2001:db8:1:2::7", "2001:0db8:0001:*"), ("unknown", "")],
)
def test_a_place_is_a_network_and_not_an_address(address: str, network: str) -> None:
    assert devices.place(address) == network
