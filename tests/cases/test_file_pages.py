"""The author's pages of document and materials, as a browser asks for them."""

from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cases.actions import uploading
from cases.lifecycle import State
from cases.models import Case, CaseDocument, FileState, SupportingFile
from tests.cases.files_for_tests import content, docx, png
from tests.factories import make_call, make_case, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture
def author(client: Client, case: Case) -> Client:
    client.force_login(case.submitter)
    return client


def page(client: Client, name: str, *args: int, **more: Any) -> str:
    answer = client.get(reverse(name, args=args), **more)
    assert answer.status_code == 200
    return answer.content.decode()


def send(client: Client, name: str, *args: int, data: dict[str, Any]) -> Any:
    return client.post(reverse(name, args=args), data)


def named(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def add(case: Case, now: datetime, *, title: str = "集体备课", data: bytes | None = None) -> SupportingFile:
    return uploading.upload_supporting(
        case_id=case.pk,
        title=title,
        category="exchange",
        name="照片.png",
        content=content(data or png()),
        actor=case.submitter,
        now=now,
    )


def test_a_document_is_uploaded_inspected_and_its_findings_are_shown(author: Client, case: Case, do_jobs: Any) -> None:
    here = reverse("my_document", args=[case.pk])
    assert "选择案例文档" in page(author, "my_document", case.pk)

    answer = author.post(here, {"file": named("案例（终稿）.docx", docx("基本情况", "过程与举措"))}, follow=True)
    waiting = answer.content.decode()
    assert answer.redirect_chain == [(here, 302)]
    assert f'data-poll="{here}"' in waiting
    assert "检查中" in waiting
    assert "案例（终稿）.docx" in waiting

    fragment = page(author, "my_document", case.pk, headers={"X-Fragment": "1"})
    assert fragment.lstrip().startswith("<div")
    assert "<html" not in fragment

    do_jobs()
    done = page(author, "my_document", case.pk, headers={"X-Fragment": "1"})
    assert "data-poll" not in done
    assert "有 2 处必须修改" in done
    assert done.count("没有找到</span>") == 2
    assert "/ 3000 字" in done


def test_a_good_document_says_so(author: Client, case: Case, now: datetime, do_jobs: Any) -> None:
    uploading.upload_document(case_id=case.pk, name="a.docx", content=content(docx()), actor=case.submitter, now=now)
    do_jobs()
    assert "四个部分齐全，字数合格" in page(author, "my_document", case.pk)


def test_a_refused_document_shows_why(author: Client, case: Case, now: datetime, do_jobs: Any) -> None:
    uploading.upload_document(
        case_id=case.pk, name="案例.docx", content=content(b"nothing"), actor=case.submitter, now=now
    )
    do_jobs()
    document = CaseDocument.objects.get()
    assert document.message in page(author, "my_document", case.pk)


def test_a_form_without_a_file_says_what_to_do(author: Client, case: Case) -> None:
    answer = send(author, "my_document", case.pk, data={})
    assert answer.status_code == 200
    assert "请选择案例介绍文档（.docx 文件）。" in answer.content.decode()


def test_a_file_over_the_limit_gets_a_sentence_with_limit_and_size(client: Client) -> None:
    case = make_case(call=make_call(document_bytes=1024 * 1024, supporting_bytes=1024 * 1024))
    client.force_login(case.submitter)
    big = b"x" * (1024 * 1024 + 200_000)
    answer = send(client, "my_document", case.pk, data={"file": named("a.docx", big)})
    assert "这个文件有 1.2 MB，超过案例文档 1 MB 的上限" in answer.content.decode()
    answer = send(
        client, "my_materials", case.pk, data={"category": "notice", "title": "通知", "file": named("a.pdf", big)}
    )
    text = answer.content.decode()
    assert "这个文件有 1.2 MB，超过支撑材料合计 1 MB 的上限" in text
    assert 'value="通知"' in text
    assert not CaseDocument.objects.exists()
    assert not SupportingFile.objects.exists()


def test_a_version_can_be_removed(author: Client, case: Case, now: datetime) -> None:
    document = uploading.upload_document(
        case_id=case.pk, name="a.docx", content=content(docx()), actor=case.submitter, now=now
    )
    send(author, "my_document", case.pk, data={"remove": document.pk})
    assert not CaseDocument.objects.exists()
    answer = author.post(reverse("my_document", args=[case.pk]), {"remove": "x"}, follow=True)
    assert "已经不在列表里" in answer.content.decode()


def test_a_material_is_added_with_category_and_name(author: Client, case: Case, do_jobs: Any) -> None:
    here = reverse("my_materials", args=[case.pk])
    assert "还没有材料" in page(author, "my_materials", case.pk)
    data = {"category": "exchange", "title": "集体备课照片", "file": named("IMG_1.png", png())}
    waiting = author.post(here, data, follow=True).content.decode()
    assert f'data-poll="{here}"' in waiting
    assert "研究交流 · IMG_1.png" in waiting
    do_jobs()
    done = page(author, "my_materials", case.pk)
    assert "data-poll" not in done
    assert "已接收" in done


def test_what_is_missing_is_said_beside_its_field(author: Client, case: Case) -> None:
    text = send(author, "my_materials", case.pk, data={}).content.decode()
    for sentence in ("请选择材料的类别。", "请填写材料名称", "请选择要上传的文件。"):
        assert sentence in text


def test_the_quota_is_said_beside_the_file(client: Client, now: datetime) -> None:
    case = make_case(call=make_call(supporting_bytes=1000))
    client.force_login(case.submitter)
    add(case, now, title="课堂实录", data=b"x" * 700)
    data = {"category": "other", "title": "另一个", "file": named("b.pdf", b"y" * 400)}
    text = send(client, "my_materials", case.pk, data=data).content.decode()
    assert "空间不够" in text
    assert "“课堂实录”" in text


def test_a_refused_material_stands_on_top_with_its_sentence(
    author: Client, case: Case, now: datetime, do_jobs: Any
) -> None:
    file = add(case, now, data=b"not a picture")
    do_jobs()
    file.refresh_from_db()
    text = page(author, "my_materials", case.pk)
    assert f'<a href="#f{file.pk}">{file.message}</a>' in text
    assert "文件没有占用您的空间" in text


def test_a_material_is_renamed_replaced_and_removed(author: Client, case: Case, now: datetime, do_jobs: Any) -> None:
    file = add(case, now)
    do_jobs()
    here = (case.pk, file.pk)
    assert "集体备课" in page(author, "my_material", *here)
    send(author, "my_material", *here, data={"act": "rename", "title": "研修现场", "category": "publicity"})
    file.refresh_from_db()
    assert (file.title, file.category) == ("研修现场", "publicity")

    send(author, "my_material", *here, data={"act": "replace", "file": named("新.png", png(90, 90))})
    assert "正在替换" in page(author, "my_materials", case.pk)
    do_jobs()
    new = case.files.get()
    assert (new.name, new.title) == ("新.png", "研修现场")

    send(author, "my_material", case.pk, new.pk, data={"act": "remove"})
    assert not case.files.exists()


def test_a_wrong_name_is_shown_with_what_was_typed(author: Client, case: Case, now: datetime) -> None:
    file = add(case, now)
    answer = send(author, "my_material", case.pk, file.pk, data={"act": "rename", "title": "", "category": "other"})
    assert "请填写材料名称" in answer.content.decode()


@pytest.mark.parametrize("name", ["my_document", "my_materials"])
def test_a_case_handed_in_can_only_be_read(name: str, client: Client) -> None:
    case = make_case(state=State.HANDED_IN)
    client.force_login(case.submitter)
    text = page(client, name, case.pk)
    assert "现在只能查看" in text
    assert 'type="file"' not in text
    data = {"category": "other", "title": "晚了", "file": named("a.docx", docx())}
    assert "不能修改" in send(client, name, case.pk, data=data).content.decode()


def test_other_authors_pages_are_404(client: Client, now: datetime) -> None:
    case = make_case()
    file = add(case, now)
    client.force_login(make_user("另一位"))
    for name, args in (
        ("my_document", [case.pk]),
        ("my_materials", [case.pk]),
        ("my_material", [case.pk, file.pk]),
    ):
        assert client.get(reverse(name, args=args)).status_code == 404
    mine = make_case(author=make_user("又一位"))
    client.force_login(mine.submitter)
    assert client.get(reverse("my_material", args=[mine.pk, file.pk])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", ["my_materials", "my_document"])
def test_pages_ask_the_database_the_same_for_one_file_and_for_three(
    name: str, count: int, author: Client, case: Case, now: datetime, do_jobs: Any, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        add(case, now, title=f"照片{number}")
        uploading.upload_document(
            case_id=case.pk, name=f"{number}.docx", content=content(docx()), actor=case.submitter, now=now
        )
    SupportingFile.objects.update(state=FileState.ACCEPTED, kind="pdf")
    CaseDocument.objects.update(state=FileState.ACCEPTED)
    page(author, name, case.pk)
    with django_assert_num_queries(8):
        page(author, name, case.pk)
