"""A copy of one's data: made by a job, told of, taken by its owner alone, gone after its days."""

import io
import json
import zipfile
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.actions.consenting import note_registration
from accounts.models import DataCopy, User
from cases.lifecycle import State
from kernel import audit
from kernel.models import Message
from tests.dump import dump
from tests.factories import make_call, make_case, make_centre, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(now: datetime, give_files: Any) -> User:
    user = make_user(mobile="19900001234")
    note_registration(user, now)
    give_files(make_case(call=make_call(now=now), author=user, state=State.HANDED_IN, authors=2))
    make_case(title="别人的案例")
    return user


def asked(client: Client, author: User, do_jobs: Any) -> DataCopy:
    client.force_login(author)
    client.post("/my/privacy/", {"act": "copy"})
    do_jobs()
    return DataCopy.objects.get(user=author)


def test_the_copy_holds_ones_own_and_nothing_of_others(client: Client, author: User, do_jobs: Any) -> None:
    copy = asked(client, author, do_jobs)
    assert Message.objects.get(user=author, link="/my/privacy/").text.startswith("您的个人数据副本已经备好")
    answer = client.get(f"/my/privacy/copy/{copy.pk}/")
    assert answer["Content-Type"] == "application/zip" and answer["Cache-Control"] == "private, no-store"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.namelist() == ["data.json", "files.json"]
    data, files = (json.loads(archive.read(name)) for name in archive.namelist())
    assert (data["account"]["mobile"], data["account"]["name"]) == ("19900001234", author.name)
    assert [one["purpose"] for one in data["consents"]] == ["processing", "showing"]
    (case,) = data["cases"]
    assert len(case["authors"]) == 2 and case["authors"][0]["mobile"].startswith("1990000")
    assert [one["name"] for one in files] == ["定稿.docx", "通知2.pdf"]
    assert "别人的案例" not in archive.read("data.json").decode()
    assert [entry.verb for entry in audit.history(author)] == ["user.ask_copy", "user.take_copy"]


def test_it_is_kept_encrypted(client: Client, author: User, do_jobs: Any) -> None:
    asked(client, author, do_jobs)
    assert [name for name, rows in dump().items() if "19900001234" in rows] == []


def test_nobody_else_takes_it(client: Client, author: User, do_jobs: Any) -> None:
    copy = asked(client, author, do_jobs)
    for other in (make_user(), make_centre()):
        client.force_login(other)
        assert client.get(f"/my/privacy/copy/{copy.pk}/").status_code == 404
    assert audit.history(author).filter(verb="user.take_copy").count() == 0


def test_it_ends(client: Client, author: User, do_jobs: Any, travel: Any, now: datetime) -> None:
    copy = asked(client, author, do_jobs)
    travel(now + timedelta(days=7, minutes=1))
    assert client.get(f"/my/privacy/copy/{copy.pk}/").status_code == 404
    assert "申请数据副本" in client.get("/my/privacy/").content.decode()


def test_asking_twice_gives_one(client: Client, author: User, do_jobs: Any) -> None:
    asked(client, author, do_jobs)
    asked(client, author, do_jobs)
    assert DataCopy.objects.count() == 1
