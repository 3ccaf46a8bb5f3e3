"""Redirects, hosts and origins that a stranger would like to choose: over every address of the resolver."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from accounts.actions.registering import confirm_email
from accounts.models import ContactSheet
from kernel.models import Letter
from tests.access_tables import ROLES
from tests.factories import make_user
from tests.security.walking import addresses, insider
from tests.test_access import House

pytestmark = pytest.mark.django_db

EVIL = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "///evil.example",
    "javascript:alert(1)",
    "/%09/evil.example",
)
NAMES = ("next", "to", "url", "redirect", "return", "back", "continue")


def leads_away(answer: Any) -> bool:
    """Whether the answer sends the browser to another site (or to a script)."""
    target = answer.headers.get("Location", "").replace("\\", "/").strip()
    parts = urlsplit(target)
    return parts.scheme not in ("", "http", "https") or parts.netloc not in ("", "testserver") or target[:2] == "//"


def test_no_address_redirects_off_the_site(house: House) -> None:
    clients = {role: house.client(role) for role in ROLES}
    for name, path in addresses(house):
        for evil in EVIL[:3]:
            asked = dict.fromkeys(NAMES, evil)
            for role in dict.fromkeys(("anonymous", insider(name))):
                assert not leads_away(clients[role].get(path, asked)), (name, role, evil)


@pytest.mark.parametrize("evil", EVIL)
def test_logging_in_and_out_leads_nowhere_else(evil: str) -> None:
    user = make_user()
    confirm_email(user)
    client = Client()
    asked = {"login": user.email, "password": "demo-pass-2024", "next": evil}
    entered = client.post("/accounts/login/", asked)
    assert entered.status_code == 302 and not leads_away(entered), entered.headers["Location"]
    left = client.post("/accounts/logout/", {"next": evil})
    assert left.status_code == 302 and not leads_away(left)


def test_a_login_leads_to_a_page_of_ours() -> None:
    """The control: `next` is heeded where it is harmless."""
    user = make_user()
    confirm_email(user)
    entered = Client().post(
        "/accounts/login/", {"login": user.email, "password": "demo-pass-2024", "next": "/my/messages/"}
    )
    assert entered.headers["Location"] == "/my/messages/"


def test_a_forged_host_is_400_at_every_address(house: House) -> None:
    client = Client(raise_request_exception=False)
    for name, path in addresses(house):
        for way in (client.get, client.post):
            assert way(path, headers={"host": "evil.example"}).status_code == 400, name


def test_a_forged_host_gets_into_no_letter() -> None:
    user = make_user()
    for headers in ({"host": "evil.example"}, {"x-forwarded-host": "evil.example"}, {"forwarded": "host=evil.example"}):
        client = Client(raise_request_exception=False)
        client.post("/accounts/password/reset/", {"email": user.email}, headers=headers)
        client.post("/accounts/login/code/", {"email": user.email}, headers=headers)
    letters = list(Letter.objects.filter(recipient=user.email))
    assert letters, "the headers that are not read do not keep letters from being written"
    assert not [letter for letter in letters if "evil" in letter.subject + letter.body]


def test_a_forged_forwarded_host_changes_no_page() -> None:
    client = Client()
    plain, forged = client.get("/help/"), client.get("/help/", headers={"x-forwarded-host": "evil.example"})
    assert b"evil.example" not in forged.content and plain.status_code == forged.status_code == 200


def test_over_https_a_form_of_another_site_is_refused_everywhere(house: House) -> None:
    """With a good token even: a browser tells where the form stood."""
    client = Client(enforce_csrf_checks=True)
    client.get("/accounts/login/", secure=True)
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    for name, path in addresses(house):
        for headers in ({"origin": "https://evil.example"}, {"referer": "https://evil.example/form"}, {}):
            answer = client.post(path, {"csrfmiddlewaretoken": token}, secure=True, headers=headers)
            assert answer.status_code == 403, (name, headers)


def test_a_form_of_ours_is_taken(house: House) -> None:
    """The control: the same token with our own origin gets as far as the form."""
    client = Client(enforce_csrf_checks=True)
    client.get("/contact-sheet/", secure=True)
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    headers = {"origin": "https://testserver"}
    answer = client.post("/contact-sheet/", {"csrfmiddlewaretoken": token}, secure=True, headers=headers)
    assert answer.status_code == 422 and ContactSheet.objects.count() == 1
