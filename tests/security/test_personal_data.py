"""PIPL: planted mobiles and contact details stand nowhere in the database or the logs, whichever way they came in."""

import logging
import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import ContactSheet, Session, User
from accounts.sessions import SessionStore
from cases.models import CaseAuthor
from kernel.models import Job, Letter
from tests.accounts.test_activation_views import sheet_form
from tests.accounts.test_registering import form
from tests.cases.test_author_pages import sheet
from tests.dump import dump
from tests.factories import make_call, make_case

pytestmark = pytest.mark.django_db

PLANTED = ("19900001234", "19900005678", "19900001111", "0871-1234567", "翠湖路", "duan@test.example", "wxid-duan")


def test_planted_contacts_stand_nowhere_in_the_dump_or_the_logs(
    client: Client, now: datetime, settings: Any, caplog: pytest.LogCaptureFixture, do_jobs: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    call = make_call(now=now)
    # Registering, with a gateway that is away: the letter waits, its job has failed.
    settings.SMS_BACKEND = "kernel.sms.NoSms"
    assert client.post("/accounts/signup/", form(phone="19900001234"))["Location"] == "/accounts/phone/verify/"
    do_jobs()
    sessions = [SessionStore().decode(row.session_data) for row in Session.objects.all()]
    assert any("19900001234" in str(one) for one in sessions), "the control: the session does hold it"
    assert Letter.objects.get().recipient == "19900001234" and Job.objects.get().error
    # Guessing at an account there is, and at one there is not.
    stranger = Client()
    for login in ("19900001234", "19900005678"):
        stranger.post("/accounts/login/", {"login": login, "password": "wrong-7-pass"})
        stranger.post("/accounts/login/code/", {"phone": login})
    # The information sheet, and a province's contact sheet.
    author = User.objects.get()
    case = make_case(call=call, author=author)
    client.force_login(author)
    client.post(f"/my/{case.pk}/sheet/", sheet({"mobile": "199 0000 5678"}))
    assert CaseAuthor.objects.get(case=case).mobile == "19900005678"
    assert client.post("/contact-sheet/", sheet_form(wechat="wxid-duan")).status_code == 302
    assert ContactSheet.objects.get().mobile == "19900001111"
    do_jobs()

    tables = dump()
    assert len(tables) > 30 and "韦秋棠" in tables["accounts_user"], "the control: the dump is one"
    for planted in PLANTED:
        assert [name for name, rows in tables.items() if planted in rows] == []
        assert planted not in caplog.text
    assert caplog.text


def test_a_session_is_no_text_that_anyone_can_unpack(client: Client) -> None:
    client.post("/accounts/signup/", form(phone="19900001234"))
    for row in Session.objects.all():
        assert re.fullmatch(r"\$[\w.-]+\$[\w=-]+", row.session_data)
