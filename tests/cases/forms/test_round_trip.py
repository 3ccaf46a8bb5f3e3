"""What is typed comes back exactly: values → .docx → values, for whatever the portal's fields can hold."""

import datetime
import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calls.policy import CaseType
from cases.files.forms.opening import Form, read
from cases.papers import (
    ContactSheetData,
    InformationSheet,
    SheetAuthor,
    contact_sheet,
    contact_sheet_pdf,
    filled_information_sheet,
    information_sheet_pdf,
)
from kernel.typesetting.glyphs import MissingGlyph

UNSEEN = ("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp")
# Letters of all scripts, and what a template engine or XML could stumble over.
HARD = st.sampled_from("<>&\"'{}%#\\/$《》“”：:（）()【】…—·　 \u00a0教研𬭎䶮㛃0９√☑☐\t")
LETTERS = st.one_of(HARD, st.characters(exclude_categories=UNSEEN))


def stripped(text: str) -> bool:
    return bool(text) and text == text.strip()


def line(room: int) -> st.SearchStrategy[str]:
    """One line as a field keeps it."""
    return (
        st.text(LETTERS, min_size=1, max_size=room).map(lambda text: text.strip().replace("\t", " ")).filter(stripped)
    )


def paragraphs(room: int) -> st.SearchStrategy[str]:
    return st.lists(st.text(LETTERS, max_size=room), min_size=1, max_size=5).map("\n".join).filter(stripped)


mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
authors = st.builds(SheetAuthor, name=line(30), unit=line(80), post=line(40), mobile=mobiles)
sheets = st.builds(
    InformationSheet,
    title=line(60),
    authors=st.lists(authors, min_size=1, max_size=3).map(tuple),
    kind=st.sampled_from(CaseType),
    overview=paragraphs(80),
    signature=st.one_of(st.just(""), line(30)),
    date=st.one_of(st.none(), st.dates(datetime.date(1949, 10, 1), datetime.date(2100, 1, 1))),
)
contacts = st.builds(
    ContactSheetData,
    unit=line(80),
    department=line(60),
    contact=line(30),
    post=line(40),
    address=line(120),
    postcode=st.from_regex(r"[0-9]{6}", fullmatch=True),
    telephone=st.from_regex(r"(\(0[0-9]{2,3}\)|（0[0-9]{2,3}）|0[0-9]{2,3}-)?[0-9]{7,8}(-[0-9]{1,4})?", fullmatch=True),
    mobile=mobiles,
    wechat=st.one_of(st.just(""), line(40)),
    qq=st.one_of(st.just(""), st.from_regex(r"[0-9]{5,15}", fullmatch=True)),
    email=st.emails().filter(lambda mail: mail.isascii()),
)


def read_back(content: bytes) -> Form:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "form.docx"
        path.write_bytes(content)
        return read(path, name="form.docx")


@settings(max_examples=150, deadline=None)
@given(sheets)
def test_the_information_sheet_comes_back_exactly(sheet: InformationSheet) -> None:
    form = read_back(filled_information_sheet(sheet))
    assert form.form == "1"
    assert form.fields == {
        "title": sheet.title,
        "authors": [
            {"name": one.name, "unit": one.unit, "post": one.post, "mobile": one.mobile} for one in sheet.authors
        ],
        "type": str(sheet.kind),
        "overview": sheet.overview,
        "signature": sheet.signature,
        "signed_on": sheet.date.isoformat() if sheet.date else "",
    }
    assert {problem["field"] for problem in form.problems} <= {"overview"}  # too long at most


@settings(max_examples=150, deadline=None)
@given(contacts)
def test_the_contact_sheet_comes_back_exactly(data: ContactSheetData) -> None:
    form = read_back(contact_sheet(data, due=datetime.date(2024, 10, 1), mailbox="call@example.com"))
    assert form.form == "2"
    assert form.fields == {name: getattr(data, name) for name in data.__slots__}


@pytest.mark.parametrize("kind", CaseType)
def test_the_blank_sheet_reads_as_blank(kind: CaseType) -> None:
    blank = InformationSheet(title="", authors=(), kind=kind, overview="")
    fields = read_back(filled_information_sheet(blank)).fields
    assert fields == {
        "title": "", "authors": [], "type": str(kind), "overview": "", "signature": "", "signed_on": "",
    }  # fmt: skip


def test_the_blank_contact_sheet_reads_as_blank() -> None:
    form = read_back(contact_sheet())
    assert form.form == "2" and not any(form.fields.values())


def words_of(pdf: bytes) -> str:
    """The text of every page, without what a typesetter may do to it: breaks, blanks, composed forms."""
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    return unicodedata.normalize("NFKC", "".join(text.split()))


SHEET = InformationSheet(
    title="每周三的教研一小时", authors=(SheetAuthor("韦秋棠", "云岭镇中心小学", "校长", "13800000001"),),
    kind=CaseType.SCHOOL, overview="三年来每周一次。\n#panic() *粗* $x$", signature="韦秋棠",
    date=datetime.date(2024, 10, 8),
)  # fmt: skip


def test_the_pdf_says_what_the_word_file_says() -> None:
    text = words_of(information_sheet_pdf(SHEET))
    for words in (SHEET.title, "韦秋棠", "云岭镇中心小学", "13800000001", "三年来每周一次。#panic()*粗*$x$",
                  "日期:2024年10月8日", "共享提示", "2.校本教师研修应用案例"):  # fmt: skip
        assert unicodedata.normalize("NFKC", words) in text
    data = ContactSheetData(unit="湖北省电化教育馆", email="zhong@example.com", telephone="（027）-87000000")
    text = words_of(contact_sheet_pdf(data, due=datetime.date(2024, 10, 1), mailbox="call@example.com"))
    assert "湖北省电化教育馆" in text and "zhong@example.com" in text and "2024年10月1日前" in text


def test_the_longest_sheet_loses_nothing_on_paper() -> None:
    longest = SheetAuthor("买" * 30, "校" * 80, "级" * 40, "13800000001")
    full = InformationSheet("题" * 60, (longest,) * 3, CaseType.STUDIO, "永" * 300, "签" * 30)
    text = words_of(information_sheet_pdf(full))
    assert [text.count(letter) for letter in "买校级永"] == [90, 240 + 2, 120, 300]  # 校 stands in the types too


def test_a_character_that_no_font_has_is_refused_by_name() -> None:
    with pytest.raises(MissingGlyph) as refusal:
        information_sheet_pdf(InformationSheet("案例\ue123", (), CaseType.REGION, ""))
    assert "U+E123" in refusal.value.sentence
