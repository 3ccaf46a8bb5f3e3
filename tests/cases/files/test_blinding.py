"""A blind copy tells nothing: every part of a document full of names is searched for them, byte by byte."""

import io
import zipfile
from html import unescape
from pathlib import Path

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from PIL import Image

from cases.files.blindcopy import COPY, Blinded, blind_in_child
from cases.files.blinding import stages
from cases.files.identity import HIDDEN, Known
from cases.files.opening import inspect
from tests.cases.files import word
from tests.cases.files.test_corpus import DATA, REAL

SECRETS = ("张三丰", "欧阳书瑶", "云岭镇中心小学", "13800012345", "11010519491231002X", "zhang@yunling.example", "青牛")
KNOWN = Known(("张三丰", "欧阳书瑶"), ("湖北省云岭镇中心小学",), ("湖北", "青牛"))
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
PART = '<?xml version="1.0" encoding="UTF-8"?>'
PEOPLE = (
    f'{PART}<w15:people xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml">'
    '<w15:person w15:author="张三丰">'
    '<w15:presenceInfo w15:providerId="AD" w15:userId="zhang@yunling.example"/></w15:person></w15:people>'
)


def runs(*pieces: str) -> str:
    return "".join(f"<w:r><w:t>{piece}</w:t></w:r>" for piece in pieces)


def photo() -> io.BytesIO:
    picture, out = Image.new("RGB", (60, 40), "seagreen"), io.BytesIO()
    exif = Image.Exif()
    exif[0x013B] = "Zhang San"
    picture.save(out, "JPEG", exif=exif)
    out.seek(0)
    return out


def telling(path: Path) -> Path:
    """A document with every secret in every place there is."""
    document = word.styled()
    body = document.paragraphs[1]._p
    body.append(parse_xml(f"<w:r {W}><w:t>我校张</w:t></w:r>"))
    body.append(parse_xml(f"<w:r {W}><w:rPr><w:b/></w:rPr><w:t>三</w:t></w:r>"))
    body.append(parse_xml(f"<w:r {W}><w:rPr><w:vanish/></w:rPr><w:t>青牛</w:t></w:r>"))
    body.append(parse_xml(f"<w:r {W}><w:t>丰，手机138</w:t><w:noBreakHyphen/><w:t>0001</w:t></w:r>"))
    body.append(parse_xml(f"<w:r {W}><w:t>2345，身份证11010519491231002X，zhang@yunling.example</w:t></w:r>"))
    body.append(
        parse_xml(f'<w:del {W} w:id="1" w:author="张三丰"><w:r><w:delText>云岭镇中心小学</w:delText></w:r></w:del>')
    )
    document.paragraphs[1]._p.addnext(parse_xml(f"<w:p {W}>{runs('主持人张三', '丰')}</w:p>"))
    table = document.add_table(1, 2)
    table.cell(0, 0).text = "湖北省云岭镇中心小学"
    nested = table.cell(0, 1).add_table(1, 1)
    nested.cell(0, 0).text = "欧阳\n书瑶"
    box = (
        f'<w:r {W} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape alt="张三丰"><v:textbox><w:txbxContent>'
        f"<w:p>{runs('欧阳', '书瑶')}</w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )
    document.add_paragraph()._p.append(parse_xml(box))
    section = document.sections[0]
    section.header.paragraphs[0].text = "云岭镇中心小学"
    section.footer.paragraphs[0].text = "张三丰 13800012345"
    link = document.part.relate_to("http://yunling.example/张三丰", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    document.add_paragraph()._p.append(
        parse_xml(
            f'<w:hyperlink {W} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
            f'r:id="{link}" w:tooltip="张三丰">{runs("学校主页")}</w:hyperlink>'
        )
    )
    field = ' HYPERLINK "mailto:zhang@yunling.example" '
    document.add_paragraph()._p.append(
        parse_xml(f"<w:r {W}><w:fldChar w:fldCharType='begin'/><w:instrText>{field}</w:instrText></w:r>")
    )
    document.add_picture(photo())
    document.inline_shapes[0]._inline.docPr.set("descr", "C:\\Users\\张三丰\\1.jpg")
    other = io.BytesIO()
    Image.new("RGB", (30, 30), "tomato").save(other, "PNG")
    document.add_picture(other)
    properties = document.core_properties
    properties.author, properties.last_modified_by, properties.title = "张三丰", "欧阳书瑶", "云岭镇中心小学案例"
    word.saved(document, path)
    plain = path.read_bytes()
    notes = (
        f"{PART}<w:footnotes {W}><w:footnote w:id='2'><w:p>{runs('见张三', '丰文')}</w:p></w:footnote></w:footnotes>"
    )
    said = f"<w:comment w:id='0' w:author='张三丰' w:initials='ZS'><w:p>{runs('问欧阳书瑶')}</w:p></w:comment>"
    comments = f"{PART}<w:comments {W}>{said}</w:comments>"
    chart = f"{PART}<c:chart xmlns:c='urn:c'><c:v>云岭镇中心小学</c:v></c:chart>"
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(path, "w") as new:
        for member in old.infolist():
            new.writestr(member.filename, old.read(member))
        new.writestr("word/footnotes.xml", notes)
        new.writestr("word/comments.xml", comments)
        new.writestr("word/people.xml", PEOPLE)
        new.writestr("word/charts/chart1.xml", chart)
        new.writestr("word/embeddings/sheet.bin", "张三丰".encode())
        new.writestr("docProps/custom.xml", f"{PART}<Properties><property name='张三丰'/></Properties>")
        new.writestr("word/media/image9.emf", "张三丰".encode("utf-16-le"))
    return path


def made(path: Path, folder: Path, left_out: tuple[str, ...] = (), known: Known = KNOWN) -> Blinded:
    return list(stages(path, folder, known=known, left_out=list(left_out)))[-1]


def contents(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {one.filename: unescape(archive.read(one).decode("utf-8", "replace")) for one in archive.infolist()}


def test_no_secret_is_left_in_any_part(tmp_path: Path) -> None:
    source = telling(tmp_path / "a.docx")
    before = "".join(contents(source).values())
    assert all(secret in before for secret in SECRETS if secret not in ("张三丰", "13800012345")) and "张三丰" in before
    report = made(source, tmp_path / "out")
    assert report.code == "" and report.left == []
    for name, text in contents(tmp_path / "out" / COPY).items():
        for secret in SECRETS:
            assert secret not in text, (name, secret)
        assert "yunling" not in text, name
    page = (tmp_path / "out/document.html").read_text("utf-8")
    assert HIDDEN in page and not any(secret in page for secret in SECRETS)
    assert "我校" in page and "三" not in page.split("我校")[1][:12], "a name split over runs goes whole"
    names = contents(tmp_path / "out" / COPY)
    assert not any("embeddings" in name or name.endswith(".emf") for name in names)


def test_the_author_is_told_what_was_replaced_and_where(tmp_path: Path) -> None:
    report = made(telling(tmp_path / "a.docx"), tmp_path / "out")
    places = {(one["kind"], one["where"]) for one in report.replaced}
    assert {
        ("author", "“基本情况”部分"),
        ("id_number", "“基本情况”部分"),
        ("unit", "“特色与创新”部分的表格"),
        ("author", "“特色与创新”部分的文本框"),
        ("unit", "页眉"),
        ("mobile", "页脚"),
        ("author", "脚注"),
        ("author", "批注"),
        ("author", "文档属性（作者）"),
        ("signature", "第 1 张图片"),
    } <= places
    assert not any("张三丰" in one["text_masked"] for one in report.replaced)


def test_pictures_stay_or_go_as_the_author_says(tmp_path: Path) -> None:
    source = telling(tmp_path / "a.docx")
    report = made(source, tmp_path / "out")
    assert [(one["name"], one["out"], bool(one["shown"])) for one in report.pictures] == [
        ("word/media/image1.jpg", False, True),
        ("word/media/image2.png", False, True),
        ("word/media/image9.emf", True, False),
    ]
    assert sum(one["role"] == "picture" for one in report.derived) == 2
    fewer = made(source, tmp_path / "fewer", ("word/media/image1.jpg",))
    assert [one["out"] for one in fewer.pictures] == [True, False, True]
    assert sum(one["role"] == "picture" for one in fewer.derived) == 1
    assert "word/media/image1.jpg" not in contents(tmp_path / "fewer" / COPY)
    assert "［图片已隐去］" in (tmp_path / "fewer/document.html").read_text("utf-8")
    with zipfile.ZipFile(tmp_path / "out" / COPY) as archive, archive.open("word/media/image1.jpg") as kept:
        assert not Image.open(kept).getexif()


@pytest.mark.parametrize("name", [*REAL, "docling__Strict.docx", "tika__testWPSAttachment.docx"])
def test_the_copy_of_a_real_document_is_a_document(name: str, tmp_path: Path) -> None:
    """With nothing to hide its text stays as it was, and Word's own reader opens it."""
    report = made(DATA / name, tmp_path / "out", known=Known())
    assert report.code == ""
    facts = inspect(tmp_path / "out" / COPY, name="a.docx", kind="document").facts
    numbers = [one for one in report.replaced if one["kind"] in ("mobile", "email", "id_number")]
    was = inspect(DATA / name, name="a.docx", kind="document").facts
    if not numbers and not any(one["out"] for one in report.pictures):
        assert facts["characters"] == was["characters"]
    assert facts["sections"] == was["sections"] and facts["tables"] == was["tables"]
    if name != "docling__Strict.docx":
        docx.Document(str(tmp_path / "out" / COPY))


def test_the_child_makes_the_same(tmp_path: Path) -> None:
    source = telling(tmp_path / "a.docx")
    known = {"authors": list(KNOWN.authors), "units": list(KNOWN.units), "words": list(KNOWN.words)}
    report = blind_in_child(source, known=known, left_out=[], derive_to=tmp_path / "child")
    assert report == made(source, tmp_path / "here")
