"""The second step: an app's code works once, recovery codes too, and where it is required no password opens a desk."""

import re
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import two_step
from accounts.actions.registering import confirm_email
from accounts.models import Session, User
from demo.models import OutboxLetter
from kernel import audit
from kernel.encryption import current_key
from tests.access_tables import FORBIDDEN, GET, POST
from tests.accounts.test_account_page import code_sent
from tests.accounts.test_activating import accepted
from tests.factories import make_admin, make_centre, make_expert, make_user
from tests.test_access import House, house  # noqa: F401

pytestmark = pytest.mark.django_db

PASSWORD = "山里的孩子2024"
SETUP, AT_LOGIN = "/accounts/two-step/on/", "/accounts/two-step/login/"


class App:
    """The app on somebody's phone, and the moment that it and the portal take for now."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_800_000_000.0
        self.secret = ""
        monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: self.now))

    def code(self, steps: int = 0) -> str:
        return totp.format_hotp_value(totp.hotp_value(self.secret, int(self.now) // 30 + steps))


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> App:
    return App(monkeypatch)


def log_in(user: User, browser: Client | None = None) -> Client:
    confirm_email(user)
    browser = browser or Client()
    browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return browser


def switch_on(browser: Client, app: App) -> list[str]:
    """Set the second step up as a person does; the recovery codes."""
    away = browser.get(SETUP)
    if away.status_code == 302:
        browser.post(away["Location"], {"password": PASSWORD})
    page = browser.get(SETUP).content.decode()
    found = re.search(r'<code class="code">([A-Z2-7 ]+)</code>', page)
    assert found and "data:image/svg+xml;base64," in page
    app.secret = found[1].replace(" ", "")
    assert browser.post(SETUP, {"code": app.code()})["Location"] == "/accounts/two-step/codes/"
    codes = browser.get("/accounts/two-step/codes/").content.decode()
    return [code.replace(" ", "") for code in re.findall(r'<code class="code">(\d{4} \d{4})</code>', codes)]


def inside(browser: Client) -> bool:
    return browser.get("/my/messages/").status_code == 200


def test_after_the_password_the_code_is_asked_for_and_works_once(app: App) -> None:
    user = make_centre(password=PASSWORD)
    switch_on(log_in(user), app)
    app.now += 60
    browser, code = log_in(user), app.code()
    assert not inside(browser)
    assert "动态码不正确" in browser.post(AT_LOGIN, {"code": "000000"}).content.decode()
    assert browser.post(AT_LOGIN, {"code": code})["Location"] == "/accounts/desk/"
    assert inside(browser)
    for _ in range(2):  # in this half minute and in the next, in which the code is still good
        again = log_in(user)
        assert "已经用过" in again.post(AT_LOGIN, {"code": code}).content.decode()
        assert not inside(again)
        app.now += 30
        with connection.cursor() as cursor:  # allauth remembers a code for half a minute
            cursor.execute("DELETE FROM kernel_cache WHERE cache_key LIKE '%allauth.mfa.totp.used%'")


def test_a_spent_code_is_remembered_for_as_long_as_it_could_be_typed_again(app: App) -> None:
    switch_on(log_in(make_user(password=PASSWORD)), app)
    with connection.cursor() as cursor:
        cursor.execute("SELECT expires - now() FROM kernel_cache WHERE cache_key LIKE '%totp-spent%'")
        ((left,),) = cursor.fetchall()
    assert timedelta(seconds=80) < left <= timedelta(seconds=91)


def test_switching_on_is_told_by_mail_and_kept_in_the_record(
    app: App, do_jobs: Any, django_capture_on_commit_callbacks: Any
) -> None:
    user = make_user(password=PASSWORD)
    with django_capture_on_commit_callbacks(execute=True):
        switch_on(log_in(user), app)
    do_jobs()
    assert OutboxLetter.objects.filter(recipient=user.email, subject="两步验证已开启").count() == 1
    assert audit.history(user).filter(verb="two_step.on").count() == 1


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_good_half_a_minute_early_and_late(steps: int, good: bool, app: App) -> None:
    user = make_user(password=PASSWORD)
    switch_on(log_in(user), app)
    app.now += 300
    browser = log_in(user)
    browser.post(AT_LOGIN, {"code": app.code(steps)})
    assert inside(browser) is good


def test_a_recovery_code_stands_in_for_the_phone_once(app: App) -> None:
    user = make_user(password=PASSWORD)
    codes = switch_on(log_in(user), app)
    assert len(set(codes)) == 10
    browser = log_in(user)
    browser.post(AT_LOGIN, {"code": f"{codes[3][:4]} {codes[3][4:]}"})
    assert inside(browser) and "还剩 <b>9</b> 个" in browser.get("/accounts/security/").content.decode()
    again = log_in(user)
    again.post(AT_LOGIN, {"code": codes[3]})
    assert not inside(again)


def test_recovery_codes_are_shown_once_and_new_ones_end_the_old(
    app: App, do_jobs: Any, django_capture_on_commit_callbacks: Any
) -> None:
    user = make_user(password=PASSWORD)
    browser = log_in(user)
    old = switch_on(browser, app)
    assert "恢复码已经显示过" in browser.get("/accounts/two-step/codes/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post("/accounts/two-step/codes/new/")
    page = browser.get(answer["Location"]).content.decode()
    assert "离开这一页就不再显示" in page and f"{old[0][:4]} {old[0][4:]}" not in page
    stranger = log_in(user)
    stranger.post(AT_LOGIN, {"code": old[0]})
    assert not inside(stranger)
    do_jobs()
    assert OutboxLetter.objects.filter(recipient=user.email, subject="恢复码已更换").exists()


def test_guesses_at_the_code_end_after_six(app: App) -> None:
    user = make_user(password=PASSWORD)
    switch_on(log_in(user), app)
    app.now += 300
    browser = log_in(user)
    said = [browser.post(AT_LOGIN, {"code": f"{n:06}"}).content.decode() for n in range(8)]
    assert sum("动态码不正确" in words for words in said) == 6
    browser.post(AT_LOGIN, {"code": app.code()})
    assert not inside(browser)


def test_no_secret_stands_in_the_database_as_it_is(app: App) -> None:
    user = make_user(password=PASSWORD)
    switch_on(log_in(user), app)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert app.secret and app.secret not in stored and f"${current_key()}$" in stored


def test_the_secrets_turn_with_the_keys(app: App, settings: Any) -> None:
    user = make_user(password=PASSWORD)
    switch_on(log_in(user), app)
    settings.PERSONAL_KEYS = {"next": b"n" * 32, **settings.PERSONAL_KEYS}
    assert two_step.rotate() == 2
    settings.PERSONAL_KEYS = {"next": b"n" * 32}
    app.now += 300
    browser = log_in(user)
    browser.post(AT_LOGIN, {"code": app.code()})
    assert inside(browser)


def test_it_is_switched_off_where_nobody_requires_it(app: App) -> None:
    user = make_user(password=PASSWORD)
    browser = log_in(user)
    switch_on(browser, app)
    assert browser.post("/accounts/two-step/off/").status_code == 302
    assert not Authenticator.objects.filter(user=user).exists()
    assert audit.history(user).filter(verb="two_step.off").count() == 1


def test_where_it_is_required_it_stays_on(app: App, settings: Any) -> None:
    user = make_admin(password=PASSWORD)
    browser = log_in(user)
    switch_on(browser, app)
    settings.MFA_REQUIRED = True
    page = browser.post("/accounts/two-step/off/").content.decode()
    assert "您的账号要求两步验证，不能停用" in page and two_step.switched_on(user)


def prove(browser: Client, do_jobs: Any, page: str) -> str:
    """Type the code that was sent to its owner; where that leads."""
    browser.post(page)
    return browser.post(page, {"code": code_sent(do_jobs)})["Location"]


@pytest.mark.parametrize("make", [make_admin, make_centre])
def test_a_password_alone_cannot_take_the_step_first(make: Any, app: App, settings: Any, do_jobs: Any) -> None:
    """Who has stolen a password before its owner set the app up would otherwise set up their own."""
    settings.MFA_REQUIRED = True
    user = make(password=PASSWORD)
    browser = log_in(user)
    desk = browser.get("/accounts/desk/")["Location"]
    away = browser.get(desk)
    assert away["Location"].startswith(SETUP)
    asked = browser.get(away["Location"])["Location"]
    assert asked.startswith("/accounts/prove/")
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert browser.get(SETUP)["Location"].startswith("/accounts/prove/")
    assert "验证码不正确" in (browser.post(asked), browser.post(asked, {"code": "00"}))[1].content.decode()
    assert prove(browser, do_jobs, asked) == SETUP
    switch_on(browser, app)
    assert browser.get(desk).status_code == 200


def test_who_logs_in_by_a_code_or_has_just_activated_goes_straight_on(
    settings: Any, now: datetime, do_jobs: Any
) -> None:
    settings.MFA_REQUIRED = True
    user = make_centre()
    confirm_email(user)
    browser = Client()
    browser.post("/accounts/login/code/", {"email": user.email})
    browser.post("/accounts/login/code/confirm/", {"code": code_sent(do_jobs)})
    assert browser.get(browser.get("/centre/")["Location"])["Location"].startswith("/accounts/reauthenticate/")
    _, code = accepted(now)
    fresh = Client()
    fresh.post("/activate/", {"code": code, "name": "段知微", "password": "一句很长的话2024"})
    away = fresh.get("/screening/")["Location"]
    assert away.startswith(SETUP) and fresh.get(away).status_code == 200


def test_a_session_from_before_the_app_takes_the_step_when_it_is_required(app: App, settings: Any) -> None:
    user = make_centre(password=PASSWORD)
    old = log_in(user)
    switch_on(log_in(user), app)
    settings.MFA_REQUIRED = True
    away = old.get("/centre/")["Location"]
    assert away.startswith("/accounts/two-step/confirm/")
    app.now += 300
    assert old.post(away, {"code": app.code()})["Location"] == "/centre/"
    assert old.get("/centre/").status_code == 200


def test_experts_and_authors_need_none(settings: Any) -> None:
    settings.MFA_REQUIRED = True
    for user, page in ((make_expert().user, "/experts/"), (make_user(), "/my/")):
        browser = Client()
        browser.force_login(user)
        assert browser.get(page).status_code == 200


@pytest.mark.parametrize("role", ["province", "other_province", "centre"])
def test_no_address_of_province_and_centre_opens_by_password_alone(
    role: str,
    house: House,  # noqa: F811
    settings: Any,
) -> None:
    """Before its second step the role gets what any author gets, and everywhere else the way to the step."""
    settings.MFA_REQUIRED = True
    wrong, steps = {}, 0
    for way in ("get", "post"):
        for name, row in (*GET.items(), *POST.items()):
            path = reverse(name, args=house.args(name))
            author = getattr(house.client("other_author"), way)(path)
            answer = getattr(house.client(role), way)(path)
            if author.status_code == FORBIDDEN and row[role] != FORBIDDEN:
                steps += 1
                good = answer.headers.get("Location", "").startswith(SETUP) or name == "account_here"
            else:
                good = answer.status_code == author.status_code
            if not good:
                wrong[way, name] = (author.status_code, answer.status_code, answer.headers.get("Location"))
    assert not wrong and steps > 25, (wrong, steps)


def test_scripts_are_told_of_the_step_in_their_own_way(settings: Any) -> None:
    settings.MFA_REQUIRED = True
    browser = Client()
    browser.force_login(make_centre())
    assert browser.post("/accounts/here/").json()["error"] == "second_step"


def test_the_operator_ends_it_for_who_has_lost_everything(app: App, do_jobs: Any) -> None:
    user = make_centre(password=PASSWORD)
    browser = log_in(user)
    switch_on(browser, app)
    call_command("end_two_step", str(user.email))
    assert not Authenticator.objects.exists() and not Session.objects.filter(user=user).exists()
    assert not inside(browser) and inside(log_in(user))
    do_jobs()
    assert OutboxLetter.objects.filter(recipient=user.email, subject="您的两步验证已按您的请求解除").exists()
    for nobody in (str(user.email), "nobody@test.example"):
        with pytest.raises(CommandError):
            call_command("end_two_step", nobody)


def test_another_way_of_logging_in_is_a_click_away(app: App) -> None:
    """A login that stands at the code does not keep its browser there."""
    user = make_user(password=PASSWORD)
    switch_on(log_in(user), app)
    browser = log_in(user)
    assert browser.get("/accounts/login/")["Location"] == AT_LOGIN
    assert browser.get("/accounts/login/?again").status_code == 200
    assert browser.get(AT_LOGIN)["Location"] == "/accounts/login/"
