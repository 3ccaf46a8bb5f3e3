"""账号与安全: where one is logged in, and how a password, an e-mail and a mobile are changed."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.actions.contacts import REGRET
from accounts.actions.registering import confirm_email
from accounts.models import Session, User
from demo.models import OutboxLetter
from kernel import audit
from tests.factories import make_centre, make_user

pytestmark = pytest.mark.django_db

PASSWORD = "山里的孩子2024"
PHONE = "Mozilla/5.0 (Linux; Android 14) Chrome/126 Mobile Safari MicroMessenger/8.0"
PAGE = "/accounts/security/"


@pytest.fixture
def owner() -> User:
    user = make_user(email="wei@test.example", mobile="19900001234", mobile_verified=True, password=PASSWORD)
    confirm_email(user)
    return user


def logged_in(user: User, **headers: Any) -> Client:
    browser = Client(headers=headers)
    answer = browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return browser


def inside(browser: Client) -> bool:
    return browser.get("/my/messages/").status_code == 200


def test_the_page_tells_where_one_is_logged_in(owner: User) -> None:
    here = logged_in(owner)
    logged_in(owner, **{"user-agent": PHONE})
    page = here.get(PAGE).content.decode()
    assert "微信 · 安卓" in page and "网络 127.0.0.*" in page and page.count("这台设备</span>") == 1
    assert "199****1234" in page and "19900001234" not in page


def test_one_device_is_logged_out_by_another(owner: User) -> None:
    here, lost = logged_in(owner), logged_in(owner, **{"user-agent": PHONE})
    number = re.search(r'name="one" value="(\w+)"', here.get(PAGE).content.decode())
    assert number
    here.post(f"{PAGE}sessions/", {"one": number[1]})
    assert (inside(here), inside(lost)) == (True, False)
    assert [entry.facts for entry in audit.history(owner).filter(verb="session.end")] == [{"sessions": 1}]


def test_all_other_devices_are_logged_out_at_once(owner: User) -> None:
    here, *others = (logged_in(owner) for _ in range(3))
    here.post(f"{PAGE}sessions/", {"others": "1"})
    assert (inside(here), [inside(one) for one in others]) == (True, [False, False])


def test_nobody_ends_anothers_session(owner: User) -> None:
    mine = logged_in(owner)
    stranger = make_user(password=PASSWORD)
    confirm_email(stranger)
    theirs = logged_in(stranger)
    logged_in(owner)
    number = re.search(r'name="one" value="(\w+)"', mine.get(PAGE).content.decode())
    assert number
    theirs.post(f"{PAGE}sessions/", {"one": number[1]})
    theirs.post(f"{PAGE}sessions/", {"others": "1"})
    assert Session.objects.filter(user=owner).count() == 2


def test_the_list_holds_no_key_of_a_session(owner: User) -> None:
    here = logged_in(owner)
    logged_in(owner)
    page = here.get(PAGE).content.decode()
    assert not [key for key in Session.objects.values_list("session_key", flat=True) if key in page]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(count: int, owner: User, django_assert_num_queries: Any) -> None:
    browsers = [logged_in(owner) for _ in range(count)]
    browsers[0].get(PAGE)
    with django_assert_num_queries(5):
        browsers[0].get(PAGE)


def test_a_new_password_ends_the_other_sessions_and_is_told_by_mail(owner: User, do_jobs: Any) -> None:
    here, other = logged_in(owner), logged_in(owner)
    asked = {"oldpassword": PASSWORD, "password1": "另一句长话2025", "password2": "另一句长话2025"}
    assert here.post("/accounts/password/change/", asked)["Location"] == PAGE
    assert (inside(here), inside(other)) == (True, False)
    assert Session.objects.filter(user=owner).count() == 1
    do_jobs()
    assert OutboxLetter.objects.get(recipient=owner.email).subject == "密码已更改"


def test_a_password_that_was_reset_ends_every_session(owner: User, do_jobs: Any) -> None:
    thief, browser = logged_in(owner), Client()
    browser.post("/accounts/password/reset/", {"email": owner.email})
    code = code_sent(do_jobs)
    browser.post("/accounts/password/reset/confirm/", {"code": code})
    browser.post("/accounts/password/reset/complete/", {"password1": "另一句长话2025", "password2": "另一句长话2025"})
    assert not inside(thief)


def code_sent(do_jobs: Any) -> str:
    """The code of the newest letter that holds one."""
    do_jobs()
    bodies = OutboxLetter.objects.order_by("-id").values_list("body", flat=True)
    return next(found[1] for body in bodies if (found := re.search(r"验证码是\D{1,2}(\d{6})", body)))


def confirm_again(browser: Client, page: str) -> None:
    """Show once more who one is, and come back."""
    away = browser.get(page)["Location"]
    assert away.startswith("/accounts/reauthenticate/?next=")
    assert browser.post(away, {"password": PASSWORD})["Location"] == page


def change(browser: Client, do_jobs: Any, kind: str, value: str) -> None:
    page = f"{PAGE}{kind}/"
    confirm_again(browser, page)
    assert browser.post(page, {"value": value})["Location"] == f"{PAGE}confirm/"
    assert browser.post(f"{PAGE}confirm/", {"code": code_sent(do_jobs)})["Location"] == PAGE


def test_a_new_mail_is_confirmed_and_the_old_one_told(owner: User, do_jobs: Any) -> None:
    browser = logged_in(owner)
    change(browser, do_jobs, "email", "New@test.example")
    owner.refresh_from_db()
    assert owner.email == "new@test.example"
    do_jobs()
    told = OutboxLetter.objects.get(subject="电子邮箱已更改")
    assert told.recipient == "wei@test.example" and "new@test.example" in told.body
    assert logged_in(owner) and inside(browser)
    assert [e.facts for e in audit.history(owner).filter(verb="user.change_contact")] == [{"kind": "email"}]


def test_a_new_mobile_is_confirmed_and_the_old_one_told(owner: User, do_jobs: Any) -> None:
    change(logged_in(owner), do_jobs, "mobile", "199 0000 5678")
    owner.refresh_from_db()
    assert (owner.mobile, owner.mobile_verified) == ("19900005678", True)
    do_jobs()
    told = {letter.recipient: letter.body for letter in OutboxLetter.objects.all() if "刚刚改为" in letter.body}
    assert set(told) == {"19900001234", "wei@test.example"}
    assert all("199****5678" in body and "19900005678" not in body for body in told.values())


def test_a_mail_that_is_added_is_told_to_the_mobile(do_jobs: Any) -> None:
    owner = make_user(email=None, mobile="19900001234", mobile_verified=True, password=PASSWORD)
    browser = Client()
    browser.post("/accounts/login/", {"login": owner.mobile, "password": PASSWORD})
    change(browser, do_jobs, "email", "new@test.example")
    do_jobs()
    (told,) = (letter for letter in OutboxLetter.objects.all() if "刚刚改为" in letter.body)
    assert (told.recipient, "new@test.example" in told.body) == ("19900001234", True)


def test_without_the_password_nothing_is_changed(owner: User) -> None:
    browser = logged_in(owner)
    for page in (f"{PAGE}email/", f"{PAGE}mobile/"):
        answer = browser.post(page, {"value": "thief@test.example"})
        assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert "密码不正确" in browser.post("/accounts/reauthenticate/", {"password": "wrong"}).content.decode()
    assert browser.get(f"{PAGE}confirm/")["Location"] == PAGE


def test_a_wrong_code_changes_nothing(owner: User, do_jobs: Any) -> None:
    browser, page = logged_in(owner), f"{PAGE}email/"
    confirm_again(browser, page)
    browser.post(page, {"value": "new@test.example"})
    wrong = "000000" if code_sent(do_jobs) != "000000" else "000001"
    for _ in range(4):
        assert "验证码不正确" in browser.post(f"{PAGE}confirm/", {"code": wrong}).content.decode()
    answer = browser.post(f"{PAGE}confirm/", {"code": code_sent(do_jobs)})
    assert "输错次数过多" in answer.content.decode()
    owner.refresh_from_db()
    assert owner.email == "wei@test.example"


def test_anothers_contact_is_answered_alike_and_its_owner_told(owner: User, do_jobs: Any) -> None:
    make_user(email="taken@test.example")
    browser, page = logged_in(owner), f"{PAGE}email/"
    confirm_again(browser, page)
    assert browser.post(page, {"value": "taken@test.example"})["Location"] == f"{PAGE}confirm/"
    do_jobs()
    assert "已有账号" in OutboxLetter.objects.get(recipient="taken@test.example").body
    assert "验证码已发往 taken@test.example" in browser.get(f"{PAGE}confirm/").content.decode()


def link_in(letter: str) -> str:
    found = re.search(r"/accounts/take-back/\S+", letter)
    assert found
    return found[0]


def test_the_old_mail_takes_the_change_back_and_ends_everything(owner: User, do_jobs: Any) -> None:
    thief = logged_in(owner)
    change(thief, do_jobs, "email", "thief@test.example")
    do_jobs()
    link, mine = link_in(OutboxLetter.objects.get(subject="电子邮箱已更改").body), Client()
    assert "改回原来的电子邮箱" in mine.get(link).content.decode()
    owner.refresh_from_db()
    assert owner.email == "thief@test.example"  # opening is not yet deciding
    assert mine.post(link)["Location"] == "/accounts/login/code/"
    owner.refresh_from_db()
    assert (owner.email, owner.has_usable_password(), inside(thief)) == ("wei@test.example", False, False)
    assert "链接已失效" in mine.post(link).content.decode()


def test_a_link_older_than_a_week_takes_nothing_back(owner: User, do_jobs: Any, monkeypatch: Any) -> None:
    change(logged_in(owner), do_jobs, "mobile", "19900005678")
    do_jobs()
    link = link_in(OutboxLetter.objects.get(recipient=owner.email, subject="手机号已更改").body)
    monkeypatch.setattr("accounts.actions.contacts.REGRET", -REGRET)
    assert "链接已失效" in Client().post(link).content.decode()
    owner.refresh_from_db()
    assert owner.mobile == "19900005678"


def test_staff_tell_that_a_hand_is_on_the_page_and_others_need_not(owner: User) -> None:
    staff = Client()
    staff.force_login(make_centre())
    told = staff.post("/accounts/here/").json()
    assert told["idle"] == 29 * 60 and 8 * 3600 - 60 < told["longest"] <= 8 * 3600
    assert logged_in(owner).post("/accounts/here/").status_code == 403
    assert Client().post("/accounts/here/").status_code == 401
    assert 'data-session="1740"' in staff.get("/centre/").content.decode()
    assert "data-session" not in logged_in(owner).get("/my/").content.decode()
