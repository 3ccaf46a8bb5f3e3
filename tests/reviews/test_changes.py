"""A screener sees what changed between the version handed in before and the one now, and no draft in between."""

from datetime import datetime
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from cases.models import Case, CaseDocument, FileState, Receipt
from cases.storing import beside, fresh_key

pytestmark = pytest.mark.django_db


def version(case: Case, now: datetime, page: str, *, handed_in: bool = True) -> CaseDocument:
    key = fresh_key()
    default_storage.save(beside(key, "document.html"), ContentFile(page.encode()))
    document = CaseDocument.objects.create(
        case=case, name="案例.docx", size=9, sha256="0" * 64, key=key, state=FileState.ACCEPTED, uploaded_at=now,
        uploaded_by=case.submitter, html_key=beside(key, "document.html"), facts={"characters": 9},
    )  # fmt: skip
    if handed_in:
        Receipt.objects.create(case=case, at=now, contents={"document": {"id": document.pk}}, digest="0" * 64)
    return document


def test_changes_are_marked_against_what_was_handed_in_before(
    client: Any, admin: Any, make: Any, now: datetime
) -> None:
    case = make(return_reason="请补数据")
    version(case, now, "<h2>基本情况</h2><p>教师48人，每周研修。</p>")
    version(case, now, "<p>没有报送过的草稿</p>", handed_in=False)
    version(case, now, "<h2>基本情况</h2><p>教师52人，每周研修。</p><p>新的一段</p>")
    page = reverse("screening_case", args=[case.pk])
    assert ">改动</a>" in client.get(page).content.decode()
    shown = client.get(page, {"tab": "changes"}).content.decode()
    assert '<del><span class="vh">删去：</span>48<span class="vh">。</span></del>' in shown
    assert '<ins><span class="vh">新增：</span>52<span class="vh">。</span></ins>人，每周研修。' in shown
    assert '<ins><span class="vh">新增：</span>新的一段' in shown and "草稿" not in shown
    assert "（1 段没有改动）" in shown


def test_without_another_version_there_is_nothing_to_compare(client: Any, admin: Any, make: Any, now: datetime) -> None:
    case = make()
    version(case, now, "<p>甲</p>")
    page = reverse("screening_case", args=[case.pk])
    assert ">改动</a>" not in client.get(page).content.decode()
    assert "没有可以对照的版本" in client.get(page, {"tab": "changes"}).content.decode()


def test_a_version_whose_words_stayed_says_so(client: Any, admin: Any, make: Any, now: datetime) -> None:
    case = make(return_reason="请换图片")
    for _ in range(2):
        version(case, now, "<p>甲</p>")
    shown = client.get(reverse("screening_case", args=[case.pk]), {"tab": "changes"}).content.decode()
    assert "文字没有改动" in shown
