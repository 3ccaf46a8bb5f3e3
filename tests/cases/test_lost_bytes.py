"""A page about a case stands when the storage has lost the document's text, or does not answer at all."""

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cases import storing
from cases.actions import uploading
from cases.lifecycle import State
from cases.models import Case
from reviews.models import Assignment
from tests import factories
from tests.cases.files_for_tests import content, docx
from tests.test_access import publish

pytestmark = pytest.mark.django_db


def away(key: str, mode: str = "rb") -> Any:
    raise EndpointConnectionError(endpoint_url="http://store")


TROUBLES: dict[str, Callable[[Case, Any], None]] = {
    "the text is gone": lambda case, patch: default_storage.delete(case.documents.get().html_key),
    "the store is away": lambda case, patch: patch.setattr(storing, "default_storage", SimpleNamespace(open=away)),
}


@pytest.fixture
def case(now: datetime, do_jobs: Any) -> Case:
    """A draft whose document has been read."""
    case = factories.make_case()
    uploading.upload_document(case_id=case.pk, name="案例.docx", content=content(docx()), actor=case.submitter, now=now)
    do_jobs()
    return case


def bring(case: Case, *, state: State, phase: str, now: datetime) -> None:
    """The case as if it had gone its way, in a call of another phase."""
    number = "2024-42-7K3M9Q"
    Case.objects.filter(pk=case.pk).update(
        call=factories.make_call(phase=phase), state=state, number=number, handed_in_at=now, consent_publication=True
    )
    case.refresh_from_db()


def page_of(role: str, case: Case, now: datetime) -> tuple[str, User | None]:
    """Where the role reads the case's document, and who they are."""
    if role == "author":
        return reverse("my_document", args=[case.pk]), case.submitter
    if role == "anonymous":
        bring(case, state=State.TYPICAL, phase="published", now=now)
        publish(case, now)
        return reverse("gallery_case", args=[case.number]), None
    bring(case, state=State.IN_REVIEW, phase="review", now=now)
    expert = factories.make_expert()
    given = Assignment.objects.create(case=case, expert=expert, at=now, released_at=now)
    return {
        "province": (reverse("screening_case", args=[case.pk]) + "?tab=document", factories.make_admin()),
        "expert": (reverse("expert_score", args=[given.pk]), expert.user),
        "centre": (reverse("centre_case", args=[case.pk]), factories.make_centre()),
    }[role]


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("role", ["author", "province", "expert", "centre", "anonymous"])
def test_a_page_says_that_the_text_cannot_be_read_and_offers_the_file(
    role: str, trouble: str, case: Case, now: datetime, client: Client, monkeypatch: Any, caplog: Any
) -> None:
    address, user = page_of(role, case, now)
    TROUBLES[trouble](case, monkeypatch)
    if user:
        client.force_login(user)
    answer = client.get(address)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "全文暂时无法显示" in text
    assert ("下载 Word 文档阅读" in text) == (role in ("author", "province", "centre"))
    assert "cannot be read" in caplog.text


def test_a_document_too_large_for_a_page_is_offered_as_a_file(case: Case, client: Client) -> None:
    case.documents.update(html_key="")
    client.force_login(case.submitter)
    text = client.get(reverse("my_document", args=[case.pk])).content.decode()
    assert "这份文档不能在页面里显示" in text
    assert "下载 Word 文档阅读" in text
