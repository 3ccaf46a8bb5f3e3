"""Personal data is found wherever a Word document keeps it, and never printed whole."""

import io
import json
from dataclasses import asdict
from pathlib import Path

import docx
import pillow_heif
import pytest
from PIL import Image

from cases.files.identity import Finder, Known, is_id_number, masked, variants
from cases.files.inspection import inspect_in_child
from cases.files.opening import inspect
from tests.cases.files import word

pillow_heif.register_heif_opener(thumbnails=False)

KNOWN = Known(authors=("韦秋棠", "李娜"), units=("湖北省武汉市洪山区育才小学",))
ID = "420106199003074519"
SECRETS = (ID, "13812345678", "138 1234 5678", "qiutang.wei@163.com", "韦秋棠", "韦 秋 棠", "育才小学", "王建国")


def data(document: docx.document.Document, folder: Path, known: Known = KNOWN) -> set[tuple[str, str, str]]:
    inspection = inspect(word.saved(document, folder / "案例.docx"), name="案例.docx", kind="document", known=known)
    facts = inspection.facts["personal_data"]
    assert all(set(one) == {"kind", "where", "text_masked"} for one in facts)
    printed = json.dumps(facts, ensure_ascii=False)
    assert not any(secret in printed for secret in SECRETS)
    return {(one["kind"], one["where"], one["text_masked"]) for one in facts}


def anonymous() -> docx.document.Document:
    document = word.styled()
    document.core_properties.author = ""
    return document


def test_a_document_that_tells_nothing_has_no_personal_data(tmp_path: Path) -> None:
    assert data(anonymous(), tmp_path) == set()


def test_the_text_is_searched_across_runs_tables_and_notes(tmp_path: Path) -> None:
    document = anonymous()
    paragraph = document.paragraphs[1]
    for piece in ("联系人韦", "秋", "棠，手机138", " 1234 ", "5678"):
        paragraph.add_run(piece)
    document.paragraphs[3].add_run(f"身份证{ID}，邮箱qiutang.wei@163.com")
    document.add_table(rows=1, cols=1).cell(0, 0).text = "单位：武汉市洪山区育才小学"
    assert data(document, tmp_path) == {
        ("author", "“基本情况”部分", "韦**"),
        ("mobile", "“基本情况”部分", "138****5678"),
        ("id_number", "“过程与举措”部分", "4201************19"),
        ("email", "“过程与举措”部分", "q***@163.com"),
        ("unit", "“特色与创新”部分的表格", "武汉******小学"),
    }


def test_headers_footers_comments_and_marks_are_searched(tmp_path: Path) -> None:
    document = anonymous()
    document.sections[0].header.paragraphs[0].text = "育才小学 韦 秋 棠"
    document.sections[0].footer.paragraphs[0].text = "电话 １３８１２３４５６７８"
    document.add_comment(document.paragraphs[1].runs, text="李娜看过", author="王建国", initials="W")
    assert data(document, tmp_path) == {
        ("unit", "页眉", "育***"),
        ("author", "页眉", "韦****"),
        ("mobile", "页脚", "138****5678"),
        ("author", "批注", "李*"),
        ("signature", "批注", "王**"),
    }


def test_properties_are_searched_and_programs_are_nobody(tmp_path: Path) -> None:
    document = anonymous()
    document.core_properties.author = "王建国"
    document.core_properties.last_modified_by = "Administrator"
    assert data(document, tmp_path) == {("signature", "文档属性（作者）", "王**")}
    document.core_properties.author = "李娜"
    assert data(document, tmp_path) == {("author", "文档属性（作者）", "李*")}


@pytest.mark.parametrize("kind", ["JPEG", "HEIF"])
def test_pictures_tell_who_and_where(kind: str, tmp_path: Path) -> None:
    """In a process of its own, as files are inspected; phones and chats give HEIC pictures the name .jpg."""
    exif = Image.Exif()
    exif[0x9C9D] = "王建国".encode("utf-16-le")
    exif.get_ifd(0x8825)[2] = (30.0, 31.0, 0.0)
    photo = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(photo, kind, exif=exif.tobytes())
    document = anonymous()
    plain = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(plain, "JPEG")
    document.add_picture(io.BytesIO(plain.getvalue()))
    path = word.saved(document, tmp_path / "plain.docx")
    path.write_bytes(word.replaced(path, "word/media/image1.jpg", photo.getvalue()))
    inspection = inspect_in_child(path, name="案例.docx", kind="document", known=asdict(KNOWN))
    found = {tuple(one.values()) for one in inspection.facts["personal_data"]}
    assert found == {("signature", "第 1 张图片", "王**"), ("location", "第 1 张图片", "拍摄地点")}


@pytest.mark.parametrize("number", ["420106199003074516", "420106199013074516", "42010619900307451"])
def test_other_long_numbers_are_no_identity_numbers(tmp_path: Path, number: str) -> None:
    document = anonymous()
    document.add_paragraph(f"编号{number}，订单20241001138123456789")
    assert data(document, tmp_path) == set()


def test_the_check_digit_counts() -> None:
    assert is_id_number(ID) and is_id_number("11010519491231002X")
    assert not is_id_number("110105194912310021")


def test_a_unit_is_found_by_what_is_left_without_its_places() -> None:
    assert variants("湖北省武汉市洪山区育才小学") == [
        "湖北省武汉市洪山区育才小学",
        "武汉市洪山区育才小学",
        "洪山区育才小学",
        "育才小学",
    ]
    assert variants("县中") == ["县中"]


def test_longer_names_go_before_those_inside_them() -> None:
    finder = Finder(Known(authors=("李娜",), units=("李娜工作室",)))
    text = "李娜工作室由李娜主持"
    assert [(text[one.start : one.end], one.kind) for one in finder.spans(text)] == [
        ("李娜工作室", "unit"),
        ("李娜", "author"),
    ]


@pytest.mark.parametrize(("text", "kind", "shown"), [("李娜", "author", "李*"), ("一中", "unit", "一*")])
def test_short_names_are_masked_too(text: str, kind: str, shown: str) -> None:
    assert masked(text, kind) == shown
