"""What an expert reads once the author has confirmed a blind copy: that copy, its pictures and pages, nothing else."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from cases.actions import blinding, uploading
from cases.lifecycle import State
from cases.models import BlindCopy, Case, ConversionState
from cases.storing import beside
from reviews.models import Assignment
from tests import factories
from tests.cases.files.test_blinding import SECRETS, telling
from tests.cases.files_for_tests import content

pytestmark = pytest.mark.django_db
LEFT_OUT = "word/media/image2.png"


@pytest.fixture
def case(now: datetime, do_jobs: Any, tmp_path: Path, settings: Any) -> Case:
    """A document with every secret in every place, its blind copy made with one picture left out and one page drawn."""
    settings.SOFFICE = ""
    author = factories.make_user("张三丰", mobile="13800012345")
    made = factories.make_case(call=factories.make_call(phase="submission", now=now), author=author, authors=2)
    made.authors.filter(position=2).update(name="欧阳书瑶")
    data = telling(tmp_path / "a.docx").read_bytes()
    document = uploading.upload_document(
        case_id=made.pk, name="张三丰.docx", content=content(data), actor=author, now=now
    )
    do_jobs()
    given = {"case_id": made.pk, "document_id": document.pk, "actor": author, "now": now}
    blinding.ask(**given, words=["青牛"], left_out=[LEFT_OUT])
    do_jobs()
    copy = BlindCopy.objects.get()
    page = {"role": "page", "name": "page-1.jpg", "width": 800, "height": 1100}
    default_storage.save(beside(copy.key, "page-1.jpg"), ContentFile(b"page"))
    copy.facts = {**copy.facts, "derived": [*copy.facts["derived"], page], "pages": 1}
    copy.conversion = ConversionState.DONE
    copy.save()
    blinding.confirm(**given, blind_id=copy.pk)
    Case.objects.filter(pk=made.pk).update(state=State.IN_REVIEW, number="2024-42-000123")
    return Case.objects.get(pk=made.pk)


@pytest.fixture
def row(case: Case, now: datetime) -> Assignment:
    return Assignment.objects.create(case=case, expert=factories.make_expert(), at=now, released_at=now)


@pytest.fixture
def expert(row: Assignment, client: Client) -> Client:
    client.force_login(row.expert.user)
    return client


def page_of(expert: Client, row: Assignment) -> str:
    return expert.get(reverse("expert_score", args=[row.pk])).content.decode()


def status(expert: Client, kind: str, pk: int, variant: str) -> int:
    return expert.get(reverse("expert_file", args=[kind, pk, variant])).status_code


def test_the_copy_is_read_and_tells_nothing(expert: Client, row: Assignment) -> None:
    page = page_of(expert, row)
    assert "［已隐去］" in page and "［图片已隐去］" in page
    for secret in (*SECRETS, "yunling", "湖北"):
        assert secret not in page, secret
    copy = BlindCopy.objects.get()
    assert reverse("expert_file", args=["blind", copy.pk, "page-1.jpg"]) in page
    assert reverse("expert_file", args=["blind", copy.pk, "picture-1.jpg"]) in page


def test_its_pictures_and_pages_are_all_there_is(expert: Client, row: Assignment, case: Case) -> None:
    copy = BlindCopy.objects.get()
    assert status(expert, "blind", copy.pk, "picture-1.jpg") == 200
    assert status(expert, "blind", copy.pk, "page-1.jpg") == 200
    assert status(expert, "blind", copy.pk, "original") == 404, "its Word file is the author's"
    assert status(expert, "blind", copy.pk, "choice-2.jpg") == 404, "by this one the author chose what to leave out"
    drawn = [one["name"] for one in copy.document.facts["derived"] if one["role"] == "picture"]
    assert len(drawn) == 2
    for name in drawn:
        assert status(expert, "document", copy.document_id, name) == 404, "the document's own pictures are closed"


def test_without_a_confirmed_copy_the_veil_stays(expert: Client, row: Assignment, case: Case) -> None:
    BlindCopy.objects.update(confirmed_at=None)
    copy = BlindCopy.objects.get()
    page = page_of(expert, row)
    assert "［已隐去］" in page and "［图片已隐去］" not in page and "page-1.jpg" not in page
    assert status(expert, "blind", copy.pk, "picture-1.jpg") == 404
    assert status(expert, "document", copy.document_id, "picture-1.jpg") == 200


def test_a_name_that_came_later_is_veiled_in_the_copy_too(expert: Client, row: Assignment, case: Case) -> None:
    case.authors.filter(position=2).update(name="平台")
    copy = BlindCopy.objects.get()
    page = page_of(expert, row)
    assert "国家中小学智慧教育平台" not in page and "［图片已隐去］" in page
    assert "page-1.jpg" not in page and status(expert, "blind", copy.pk, "page-1.jpg") == 404
    assert status(expert, "blind", copy.pk, "picture-1.jpg") == 200


def test_it_is_theirs_alone(expert: Client, row: Assignment, now: datetime) -> None:
    copy = BlindCopy.objects.get()
    other = Client()
    other.force_login(factories.make_expert(province_code="13").user)
    assert status(other, "blind", copy.pk, "picture-1.jpg") == 404
    Assignment.objects.update(recused_at=now)
    assert status(expert, "blind", copy.pk, "picture-1.jpg") == 404


def test_a_newer_version_has_no_copy(expert: Client, row: Assignment, case: Case) -> None:
    old = BlindCopy.objects.get().document
    old.pk, old.key, old.html_key = None, "cases/00/new/original", ""
    old.save()
    copy = BlindCopy.objects.get()
    assert status(expert, "blind", copy.pk, "picture-1.jpg") == 404
    assert "［图片已隐去］" not in page_of(expert, row)
