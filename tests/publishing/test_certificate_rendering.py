"""The certificate: what stands in the PDF, what its QR code holds, and what is refused."""

import re
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
import segno

from kernel.errors import Refusal
from publishing.certificates import CertificateFace, MissingGlyph, normalise_code, render, verification_code
from publishing.certificates.codes import ALPHABET
from publishing.certificates.rendering import QR_AT, QR_SIZE

FACE = CertificateFace(
    call="2024年国家中小学智慧教育平台教师研修应用案例征集",
    body="活动组织委员会",
    grade="典型案例",
    title="每周三的教研一小时：山区小学借力平台的常态化校本研修",
    authors=("韦秋棠", "莫清越"),
    unit="云岭镇中心小学",
    kind="校本研修应用案例",
    number="2024-典-0342",
    code="YT7K-9M2D-4TQA",
    day=date(2024, 12, 18),
    verification_url="https://cases.example.edu.cn/certificates/YT7K-9M2D-4TQA/",
)
LONGEST = replace(
    FACE,
    call="全国师生信息素养提升实践活动（第二十八届教师活动）国家中小学智慧教育平台教师研修应用案例征集与交流展示",
    body="全国师生信息素养提升实践活动（第二十八届教师活动）组委会",
    grade="展示案例",
    title=("数智赋能城乡同行依托国家中小学智慧教育平台构建县域教师常态化研修共同体" * 2)[:60],
    authors=("阿卜杜热合曼·买买提吐尔逊江·阿卜杜喀迪尔", "古丽米热·阿卜杜热西提·麦麦提敏", "欧阳诸葛慕容"),
    unit=("新疆生产建设兵团第十四师昆玉市皮山农场教育教学研究与教师发展中心附属实验学校" * 2)[:40],
    kind="线上名师名校长工作室建设与应用案例",
)
PIXELS_PER_MM = 8


def page_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    return document[0]


def text_of(pdf):
    """The words of the certificate without the spaces and line ends of its layout."""
    return re.sub(r"\s", "", page_of(pdf).get_textpage().get_text_range())


def picture_of(pdf):
    return page_of(pdf).render(scale=PIXELS_PER_MM * 25.4 / 72).to_pil().convert("RGB")


def ink_box(image, left, top, right, bottom):
    """Where dark ink stands within these millimetres, as millimetres of the sheet; None where there is none."""
    part = image.crop([round(v * PIXELS_PER_MM) for v in (left, top, right, bottom)])
    box = part.convert("L").point(lambda value: 255 if value < 110 else 0).getbbox()
    return box and (left + box[0] / PIXELS_PER_MM, left + box[2] / PIXELS_PER_MM)


def test_every_word_of_the_face_can_be_read_from_the_pdf():
    text = text_of(render(FACE))
    for words in (FACE.call, "典型案例证书", FACE.title, *FACE.authors, FACE.unit, FACE.kind, FACE.number, FACE.code):
        assert words in text
    assert FACE.body in text and "2024年12月18日" in text
    assert "评为典型案例" in text


@pytest.mark.parametrize("face", [FACE, LONGEST])
def test_it_is_one_small_landscape_a4_page_with_embedded_fonts(face):
    pdf = render(face)
    width, height = page_of(pdf).get_size()
    assert (round(width), round(height)) == (842, 595)
    assert len(pdf) < 150_000
    assert b"pdfaid:part" in pdf


def test_the_same_face_gives_the_same_bytes_and_another_face_others():
    assert render(FACE) == render(FACE)
    assert render(FACE) != render(replace(FACE, number="2024-典-0343"))


@pytest.mark.parametrize("face", [FACE, LONGEST])
def test_the_qr_code_holds_the_verification_url(face):
    image = picture_of(render(face)).convert("L")
    expected = segno.make_qr(face.verification_url, error="m").matrix
    cell = QR_SIZE / len(expected)
    side = range(len(expected))
    middle = [[round((at + (i + 0.5) * cell) * PIXELS_PER_MM) for i in side] for at in QR_AT]
    read = [[image.getpixel((x, y)) < 128 for x in middle[0]] for y in middle[1]]
    assert read == [[bool(dark) for dark in row] for row in expected]


def test_a_reader_without_a_camera_can_follow_the_link():
    assert FACE.verification_url.encode() in render(FACE)


def test_the_longest_words_fit_and_none_is_lost():
    pdf = render(LONGEST)
    text = text_of(pdf)
    for words in (LONGEST.call, LONGEST.title, *LONGEST.authors, LONGEST.unit, LONGEST.kind, LONGEST.body):
        assert words in text
    image = picture_of(pdf)
    assert ink_box(image, 248, 75, 280, 148) is None, "the certified words leave their column"
    assert ink_box(image, 45, 149, 140, 157) is None, "the certified words reach the QR code"
    left, right = ink_box(image, 20, 30, 277, 42)
    assert left > 28 and right < 269


@pytest.mark.parametrize("name", ["王𬭎", "李䶮", "㛃然", "𬀩", "丁\u3400", "买买提·艾力", "Ólafur"])
def test_rare_names_are_drawn(name):
    assert name in text_of(render(replace(FACE, authors=(name,))))


@pytest.mark.parametrize("character", ["\ue000", "\U0002ffff", "😀", "ا", "\ud800"])
def test_a_character_without_a_glyph_is_refused_by_name(character):
    with pytest.raises(MissingGlyph) as refusal:
        render(replace(FACE, authors=(f"王{character}",)))
    assert isinstance(refusal.value, Refusal)
    assert refusal.value.character == character
    assert f"U+{ord(character):04X}" in refusal.value.sentence
    refusal.value.sentence.encode()


@pytest.mark.parametrize("field", ["call", "body", "title", "unit", "kind", "number", "code", "grade"])
def test_a_missing_glyph_is_seen_in_every_field(field):
    with pytest.raises(MissingGlyph):
        render(replace(FACE, **{field: "案例\ue123"}))


def test_direction_and_control_characters_are_dropped():
    dirty = replace(FACE, title="每周\u202e三的\u2066教研\x07一小时\u200b", authors=("韦\ufe00秋\U000e0100棠",))
    clean = replace(FACE, title="每周三的教研一小时", authors=("韦秋棠",))
    assert render(dirty) == render(clean)


def test_markup_in_a_title_is_only_text():
    title = '#panic("x") *粗* $x$ \\ <a> @b "c" //d [e] `f`'
    assert re.sub(r"\s", "", title) in text_of(render(replace(FACE, title=title)))


@pytest.mark.parametrize("authors", [(), ("一", "二", "三", "四"), ("\u200b",)])
def test_a_certificate_names_one_to_three_authors(authors):
    with pytest.raises(ValueError):
        render(replace(FACE, authors=authors))


def test_codes_are_twelve_unambiguous_symbols_in_groups_of_four():
    codes = {verification_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(re.fullmatch(rf"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{2}}", code) for code in codes)
    assert not set("01OIL") & set(ALPHABET)
    assert all(normalise_code(code) == code for code in codes)


def test_the_same_secret_gives_the_same_code():
    assert verification_code(b"secret") == verification_code(b"secret") != verification_code(b"Secret")


@pytest.mark.parametrize(
    "typed",
    [
        "YL7K-9M2D-4TQA",
        "yl7k9m2d4tqa",
        " YL7K 9M2D 4TQA\n",
        "ＹＬ７Ｋ－９Ｍ２Ｄ－４ＴＱＡ",
        "YL7K—9M2D–4TQA",
        "yl7k−9m2d\u200b4tqa",
    ],
)
def test_a_typed_code_is_read_however_it_is_written(typed):
    assert normalise_code(typed) == "YL7K-9M2D-4TQA"


@pytest.mark.parametrize(
    "typed", ["", "YL7K-9M2D", "YL7K-9M2D-4TQAA", "YL7K-9M2D-4TQ案", "YL7K/9M2D/4TQA", "2024-典-0342"]
)
def test_what_cannot_be_a_code_is_read_as_nothing(typed):
    assert normalise_code(typed) == ""
