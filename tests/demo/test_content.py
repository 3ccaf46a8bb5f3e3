"""The demo's texts keep the limits of the call, and its made files open again."""

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import av
import docx
import pypdfium2
import pytest
from PIL import Image

from accounts.provinces import PROVINCES
from cases.characters import count
from cases.files.opening import inspect
from demo import content
from demo.content import canvas, extremes, films, fonts, papers, persons, pictures, titles, writing
from demo.content.geography import COUNTIES_OF
from demo.content.wording import length
from kernel.typesetting.glyphs import assert_drawable

TYPES = ("region", "school", "studio")
SEEDS = range(200)
KIB = 1024


def seeded(seed: int) -> random.Random:
    return random.Random(seed)


def a_case(seed: int, case_type: str) -> tuple[str, str, str]:
    rng = seeded(seed)
    unit, host = content.unit(rng, "湖北", case_type), content.person(rng)
    return content.title(rng, case_type, unit=unit, host=host), unit, host


def a_text(seed: int, case_type: str = "region") -> tuple[str, tuple[content.Section, ...]]:
    title, unit, host = a_case(seed, case_type)
    return title, content.sections(seeded(seed), case_type, title, unit=unit, host=host)


def test_every_type_has_forty_titles_and_every_section_thirty_sentences() -> None:
    for case_type in TYPES:
        assert len(set(titles.PATTERNS[case_type])) >= 40
        for shapes in writing.NARRATIVES.values():
            assert len({pattern for shape in shapes for pattern in shape.patterns(case_type)}) >= 30


@pytest.mark.parametrize("case_type", TYPES)
def test_titles_fit_and_differ(case_type: str) -> None:
    drawn = [a_case(seed, case_type)[0] for seed in SEEDS]
    assert max(map(len, drawn)) <= titles.LONGEST
    assert len(set(drawn)) >= 150
    assert {len(content.title(seeded(seed), case_type, size="long")) for seed in range(40)} == {60}
    assert max(len(content.title(seeded(seed), case_type, size="short")) for seed in range(40)) <= 6


@pytest.mark.parametrize("case_type", TYPES)
def test_overviews_and_sections_keep_their_limits(case_type: str) -> None:
    for seed in SEEDS:
        title, unit, host = a_case(seed, case_type)
        overview = content.overview(seeded(seed), case_type, title, unit=unit, host=host)
        assert 80 <= length(overview) <= 300
        assert len(overview) <= 300
        sections = content.sections(seeded(seed), case_type, title, unit=unit, host=host)
        assert [section.heading for section in sections] == ["基本情况", "过程与举措", "经验与成效", "特色与创新"]
        assert all(2 <= len(section.paragraphs) <= 4 for section in sections)
        assert 1_200 <= sum(length("".join(section.paragraphs)) for section in sections) <= 2_600
        assert not set("{}") & set(overview + "".join("".join(section.paragraphs) for section in sections))


def test_the_simple_count_is_the_portals_count() -> None:
    characters = pytest.importorskip("cases.characters")
    for seed in range(20):
        text = "".join("".join(section.paragraphs) for section in a_text(seed)[1])
        assert characters.count(text) == length(text)


@pytest.mark.parametrize("case_type", TYPES)
def test_the_same_seed_gives_the_same_text_and_another_seed_another(case_type: str) -> None:
    assert a_text(7, case_type) == a_text(7, case_type)
    title, unit, host = a_case(7, case_type)
    versions = {content.sections(seeded(seed), case_type, title, unit=unit, host=host) for seed in range(50)}
    assert len(versions) == 50


def test_a_case_speaks_of_its_own_place_host_and_numbers() -> None:
    title, unit = "“秭归县”联研", "湖北省秭归县教师研修中心"
    rows = {name: (before, after) for name, before, after in content.figures("region", title, unit=unit)}
    known = writing.facts("region", title, unit).words
    assert known["地"] == "秭归县"
    assert known["机构"] == "秭归县教师研修中心"
    assert rows["平台常态应用率"] == (f"{known['率前']}%", f"{known['率后']}%")
    assert writing.facts("studio", "沈若溪名师工作室线上建设与应用").words["主持"] == "沈若溪"
    assert writing.facts("school", "一屏一研", "湖北省秭归县云岭镇中心小学").words["校名"] == "秭归县云岭镇中心小学"


def test_no_two_people_share_a_name_and_rare_names_occur() -> None:
    names = content.people(seeded(1))
    drawn = [next(names) for _ in range(2_000)]
    assert len(set(drawn)) == 2_000
    assert {len(name) for name in drawn} == {2, 3, 4}
    assert any(set(persons.RARE_GIVEN) & set(name) for name in drawn)
    assert any(name.startswith(persons.DOUBLE_SURNAMES) for name in drawn)


def test_mobiles_are_unique_fictional_and_bounded() -> None:
    assert content.mobile(12) == "19900000012"
    assert len({content.mobile(index) for index in range(20_000)}) == 20_000
    with pytest.raises(ValueError, match="out of range"):
        content.mobile(persons.MOBILES)


def test_units_name_their_province_and_suit_the_type() -> None:
    assert all(content.unit(seeded(seed), "湖北", "region").startswith("湖北省") for seed in range(20))
    assert content.unit(seeded(1), "广西", "school").startswith("广西壮族自治区")
    for seed in range(100):
        assert content.unit(seeded(seed), "四川", "school").endswith(("小学", "中学", "学校", "幼儿园"))


def test_remarks_and_material_names_are_whole_sentences() -> None:
    for seed in SEEDS:
        rng = seeded(seed)
        remarks = [content.screening_note(rng), content.return_reason(rng), content.decline_reason(rng)]
        levels = ("excellent", "good", "fair", "poor")
        remarks += [content.score_comment(rng, "创新研修模式", level) for level in levels]
        remarks += [content.score_comment(rng, "modes", content.level_of(seed % 101)), content.post(rng)]
        names = [content.material_name(rng, category) for category in content.CATEGORIES]
        assert all(text and not set("{}") & set(text) for text in remarks + names)
    assert [content.level_of(score) for score in (90, 89, 75, 74, 60, 59)] == [
        "excellent", "good", "good", "fair", "fair", "poor",
    ]  # fmt: skip


def test_notices_and_questions_are_complete() -> None:
    shown = content.notices()
    assert [notice.is_event for notice in shown] == [False] * 6 + [True]
    assert all(len(notice.paragraphs) >= 3 for notice in shown)
    assert len({question.question for question in content.faq()}) == 10


def test_the_document_has_its_headings_a_table_and_a_picture() -> None:
    title, sections = a_text(3)
    data = content.document(seeded(3), title, sections, content.figures("region", title))
    paper = docx.Document(io.BytesIO(data))
    headings = [paragraph.text for paragraph in paper.paragraphs if paragraph.style.name == "Heading 1"]
    assert headings == ["基本情况", "过程与举措", "经验与成效", "特色与创新"]
    assert paper.tables[0].cell(0, 0).text == "指标"
    assert len(paper.inline_shapes) == 1
    cells = [cell.text for row in paper.tables[0].rows for cell in row.cells]
    assert sum(map(length, [paragraph.text for paragraph in paper.paragraphs] + cells)) <= 3_000
    assert data == content.document(seeded(3), title, sections, content.figures("region", title))
    assert len(data) < 150 * KIB


@pytest.mark.parametrize("kind", content.PICTURE_KINDS)
@pytest.mark.parametrize("with_font", [True, False])
def test_pictures_open_with_and_without_the_font(kind: str, with_font: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not with_font:
        monkeypatch.setattr(canvas, "drawing_font", lambda size: None)
    data = content.picture(seeded(2), kind, "青岚县云端共研")
    image = Image.open(io.BytesIO(data))
    image.load()
    assert (image.format, image.size) == ("JPEG", pictures.SIZE)
    assert len(data) < 150 * KIB
    assert data != content.picture(seeded(3), kind, "青岚县云端共研")


def test_the_chart_opens() -> None:
    data = content.png(seeded(1), "应用率变化")
    image = Image.open(io.BytesIO(data))
    image.load()
    assert image.format == "PNG"
    assert len(data) < 150 * KIB


@pytest.mark.parametrize("with_font", [True, False])
def test_papers_have_two_or_three_pages(with_font: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not with_font:
        monkeypatch.setattr(papers, "chinese_font_file", lambda: None)
    title, sections = a_text(4)
    data = content.pdf(seeded(4), title, [text for section in sections for text in section.paragraphs])
    paper = pypdfium2.PdfDocument(data)
    assert len(paper) in {2, 3}
    assert len(data) < 150 * KIB
    if with_font and fonts.chinese_font_file():
        assert title[:4] in paper[0].get_textpage().get_text_bounded()
    assert len(pypdfium2.PdfDocument(content.pdf(seeded(4), "空", []))) in {2, 3}


def test_every_part_of_a_presentation_is_there_and_well_formed() -> None:
    data = content.slides(seeded(5), "青岚县 <云端> & 共研")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = set(package.namelist())
        for name in names:
            ElementTree.fromstring(package.read(name))
        for name in names:
            if name.endswith(".rels") and name.startswith("ppt/slide"):
                folder = name.split("/_rels/")[0].rsplit("/", 1)[0]
                for relation in ElementTree.fromstring(package.read(name)):
                    assert f"{folder}/{relation.get('Target', '').removeprefix('../')}" in names
        assert "青岚县 &lt;云端&gt; &amp; 共研" in package.read("ppt/slides/slide1.xml").decode()
    assert {f"ppt/slides/slide{number}.xml" for number in (1, 2, 3)} <= names
    assert data == content.slides(seeded(5), "青岚县 <云端> & 共研")
    assert data != content.slides(seeded(6), "青岚县 <云端> & 共研")


def test_the_film_plays_three_seconds_from_its_first_byte() -> None:
    data = content.video(seeded(6))
    assert data.index(b"moov") < data.index(b"mdat")
    with av.open(io.BytesIO(data)) as film:
        stream = film.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert "Baseline" in str(stream.codec_context.profile)
        assert (stream.width, stream.height) == films.SIZE
        assert sum(1 for _ in film.decode(stream)) == 36
        assert film.duration == pytest.approx(3_000_000, abs=100_000)
    assert len(data) < 200 * KIB
    assert data != content.video(seeded(7))


def made_files() -> dict[str, Callable[[], bytes]]:
    title, sections = a_text(8)
    texts = [text for section in sections for text in section.paragraphs]
    return {
        "案例.docx": lambda: content.document(seeded(8), title, sections),
        "照片.jpg": lambda: content.picture(seeded(8), "classroom"),
        "图表.png": lambda: content.png(seeded(8)),
        "通知.pdf": lambda: content.pdf(seeded(8), title, texts),
        "汇报.pptx": lambda: content.slides(seeded(8), title),
        "直播.mp4": lambda: content.video(seeded(8)),
    }


@pytest.mark.parametrize("name", made_files())
def test_made_files_pass_the_inspection_of_uploads(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(made_files()[name]())
    kind = "document" if name.endswith(".docx") else "supporting"
    report = inspect(path, name=name, kind=kind)
    assert report.verdict == "accepted", report


def test_all_provincial_units_have_counties_of_their_own() -> None:
    assert list(COUNTIES_OF) == [short for _, _, short in PROVINCES]
    for code, name, short in PROVINCES:
        unit = content.unit(seeded(int(code)), short, "school")
        assert unit.startswith(name)
        assert content.county_of(unit) in COUNTIES_OF[short]
        assert content.city_of(unit)
    assert content.county_of("江西省永新县知远小学") == "永新县"


def test_thousands_of_titles_differ_and_a_page_hardly_repeats_itself() -> None:
    shorts = list(COUNTIES_OF)
    drawn = []
    for seed in range(3_000):
        rng = seeded(seed)
        case_type = rng.choice(TYPES)
        drawn.append(content.title(rng, case_type, unit=content.unit(rng, rng.choice(shorts), case_type)))
    assert len(set(drawn)) >= 2_900
    pages = [drawn[at : at + 24] for at in range(0, len(drawn), 24)]
    assert sum(len(page) - len(set(page)) for page in pages) <= 3


def test_a_case_speaks_of_the_theme_the_numbers_and_the_way_its_title_names() -> None:
    known = writing.facts("school", "“三阶四环”：指向整本书阅读的校本研修", "湖北省秭归县知远小学").words
    assert (known["题"], known["学科"], known["模式"]) == ("整本书阅读", "语文", "三阶四环")
    region = writing.facts("region", "秭归县：一张网连起42所乡村学校").words
    assert int(str(region["校数"])) > int(str(region["乡村校数"])) == 42
    overview = content.overview(seeded(1), "region", "秭归县寒暑假研修的整体设计", unit="湖北省秭归县教师研修中心")
    assert any(word in overview for word in ("假期", "开学", "寒暑假"))


def test_kindergartens_have_no_lessons() -> None:
    unit = "湖北省秭归县晨光里幼儿园"
    for seed in range(40):
        title = content.title(seeded(seed), "school", unit=unit)
        sections = content.sections(seeded(seed), "school", title, unit=unit)
        text = title + "".join("".join(section.paragraphs) for section in sections)
        assert not any(word in text for word in ("学生", "一节课", "校本", "教研组", "班主任", "作业"))


def test_the_longest_the_shortest_and_the_rarest_fit_the_sheet_and_the_certificate() -> None:
    assert len(extremes.LONGEST_NAME) == extremes.NAME_LIMIT
    assert len(extremes.LONGEST_POST) == extremes.POST_LIMIT
    assert {len(name) for name in extremes.SHORTEST_NAMES} == {2}
    assert {len(title) for title in extremes.ONE_CHARACTER_TITLES} == {1}
    for name in (*extremes.LONG_NAMES, *extremes.RARE_NAMES, *extremes.SHORTEST_NAMES):
        assert len(name) <= extremes.NAME_LIMIT
        assert_drawable(name)
    for case_type in TYPES:
        assert len(extremes.longest_title(seeded(1), case_type)) == titles.LONGEST
        assert_drawable(unusual := extremes.unusual_title(seeded(1), case_type))
        assert len(unusual) <= titles.LONGEST
        title, unit, host = a_case(3, case_type)
        assert count(extremes.full_overview(seeded(2), case_type, title, unit=unit, host=host)) == 300
    assert extremes.shortest_overview(seeded(1)).count("。") == 1
    for _, _, short in PROVINCES:
        authors = extremes.limit_authors(seeded(4), short)
        assert [len(author.unit) for author in authors] == [80, 80, 80]


@pytest.mark.parametrize("characters", [1_200, 3_000, 3_001, 3_060, 3_061])
def test_a_document_has_exactly_the_characters_asked_for(characters: int, tmp_path: Path) -> None:
    path = tmp_path / "案例.docx"
    path.write_bytes(extremes.document_of(seeded(5), "school", "研", characters, unit="湖北省秭归县知远小学"))
    facts = inspect(path, name=path.name, kind="document").facts
    assert facts["characters"] == characters
    assert facts["ready"] == (characters <= extremes.DOCUMENT_TOLERATED)


def test_refused_documents_say_why(tmp_path: Path) -> None:
    made = {
        "section_missing": extremes.document_without(seeded(6), "studio", "聚光", missing="经验与成效"),
        "too_long": extremes.document_too_long(seeded(6), "region", "秭归共研"),
    }
    for code, data in made.items():
        path = tmp_path / f"{code}.docx"
        path.write_bytes(data)
        facts = inspect(path, name=path.name, kind="document").facts
        assert not facts["ready"]
        assert code in {finding["code"] for finding in facts["findings"]}


def test_a_padded_film_has_its_size_and_still_plays(tmp_path: Path) -> None:
    path, size = tmp_path / "实录.mp4", int(99.9 * 1024 * KIB)
    extremes.write_padded_film(path, size)
    assert path.stat().st_size == size
    report = inspect(path, name=path.name, kind="supporting")
    assert (report.verdict, report.facts["playable"]) == ("accepted", True)
    small = extremes.padded_film(300 * KIB)
    assert len(small) == 300 * KIB
    with av.open(io.BytesIO(small)) as film:
        assert sum(1 for _ in film.decode(film.streams.video[0])) == 36
    with pytest.raises(ValueError, match="smaller"):
        extremes.padded_film(100)


def test_every_phase_has_notices_of_its_own() -> None:
    phases = ("submission", "recommendation", "review", "published")
    shown = [notice for phase in phases for notice in content.notices_of(phase)]
    assert len({notice.title for notice in shown}) == 12
    assert sum(notice.is_event for notice in shown) == 4
    assert len({question.question for question in content.asked()}) == 8
