"""What a reader is shown of a case."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.template import engines
from django.test import Client
from django.urls import reverse

from cases.actions import uploading
from cases.models import FileState, SupportingFile
from cases.queries import visible_to_author, with_parts
from cases.reading import Material, Picture, Reading, reading_of
from tests.cases.files_for_tests import content, docx, png
from tests.factories import make_case

pytestmark = pytest.mark.django_db


def link(kind: str, pk: int, variant: str) -> str:
    return f"/there/{kind}/{pk}/{variant}"


def rendered(reading: Reading) -> str:
    ui = engines["jinja2"].env.globals["ui"]
    return str(ui.reader(reading)) + str(ui.materials(reading))


def add(case: Any, now: datetime, *, title: str, name: str, data: bytes) -> SupportingFile:
    return uploading.upload_supporting(
        case_id=case.pk,
        title=title,
        category="exchange",
        name=name,
        content=content(data),
        actor=case.submitter,
        now=now,
    )


def test_a_case_without_files_reads_as_empty() -> None:
    reading = reading_of(make_case(), link=link)
    assert reading == Reading()
    assert "没有可以阅读的案例文档" in rendered(reading)


def test_a_document_under_inspection_is_announced(now: datetime) -> None:
    case = make_case()
    uploading.upload_document(case_id=case.pk, name="a.docx", content=content(docx()), actor=case.submitter, now=now)
    reading = reading_of(case, link=link)
    assert (reading.html, reading.document.state) == (None, FileState.INSPECTING)
    assert "正在检查" in rendered(reading)


def test_the_document_reads_as_clean_html_with_an_anchor_on_each_heading(now: datetime, do_jobs: Any) -> None:
    case = make_case()
    uploading.upload_document(
        case_id=case.pk,
        name="a.docx",
        content=content(docx(words="<script>alert(1)</script>每周三同研一课。")),
        actor=case.submitter,
        now=now,
    )
    do_jobs()
    reading = reading_of(case, link=link)
    assert [words for _, words in reading.outline] == ["基本情况", "过程与举措", "经验与成效", "特色与创新"]
    assert all(f'id="{anchor}"' in reading.html for anchor, _ in reading.outline)
    assert [section["name"] for section in reading.sections] == [words for _, words in reading.outline]
    assert reading.characters > 0
    assert "<script" not in rendered(reading)
    assert "&lt;script&gt;" in rendered(reading)


def test_a_picture_of_the_document_can_be_fetched(now: datetime, do_jobs: Any, client: Client) -> None:
    case = make_case()
    document = uploading.upload_document(
        case_id=case.pk, name="a.docx", content=content(docx(picture=png())), actor=case.submitter, now=now
    )
    do_jobs()
    html = reading_of(case, link=lambda *args: reverse("my_file", args=args)).html
    (address,) = re.findall(r'<img [^>]*src="([^"]+)"', html)
    assert address == f"/my/files/document/{document.pk}/picture-1.jpg"
    client.force_login(case.submitter)
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")


def test_pictures_of_the_document_come_from_the_address_of_this_reader(now: datetime) -> None:
    case = make_case()
    document = uploading.upload_document(
        case_id=case.pk, name="a.docx", content=content(docx()), actor=case.submitter, now=now
    )
    text = '<h2>一</h2><p><img src="asset:picture-1.png" alt=""><img src="asset:picture-9.png" alt="没有"></p>'
    document.html_key = default_storage.save("cases/aa/bb/document.html", ContentFile(text.encode()))
    document.state = FileState.ACCEPTED
    document.facts = {"derived": [{"role": "picture", "name": "picture-1.png", "width": 1, "height": 1}]}
    document.save()
    html = reading_of(case, link=link).html
    assert f'src="/there/document/{document.pk}/picture-1.png" loading="lazy" width="1" height="1"' in html
    assert "asset:" not in html
    assert "picture-9" not in html


def test_the_number_of_a_head_is_set_apart_from_its_words(now: datetime) -> None:
    case = make_case()
    document = uploading.upload_document(
        case_id=case.pk, name="a.docx", content=content(docx()), actor=case.submitter, now=now
    )
    text = '<h2>一、基本情况</h2><h2 id="x">二．<strong>过程</strong>与举措</h2><h2>一体化</h2><h3>一、小结</h3>'
    document.html_key = default_storage.save("cases/aa/bb/document.html", ContentFile(text.encode()))
    document.state = FileState.ACCEPTED
    document.save()
    reading = reading_of(case, link=link)
    assert [words for _, words in reading.outline] == ["基本情况", "过程与举措", "一体化", "一、小结"]
    assert '<h2 id="part-1"><span class="n">一</span>基本情况</h2>' in reading.html
    assert '<h2 id="x"><span class="n">二</span><strong>过程</strong>与举措</h2>' in reading.html


def material(group: str, **fields: Any) -> Material:
    """An accepted material of a group, without anything derived."""
    shown = {"id": 7, "title": "方案", "category": "notice", "category_name": "通知文件", "original_name": "方案.pdf"}
    empty = {"message": "", "thumb_url": "", "poster_url": "", "view_url": "", "pages": []}
    given = {"group": group, "size": 1, "state": FileState.ACCEPTED, "url": "/there/original", **fields}
    return Material(**{**shown, **empty, **given})


def exhibited(one: Material) -> str:
    return str(engines["jinja2"].env.globals["ui"].materials(Reading(materials=[one]), listed=True))


def test_the_first_page_of_a_pdf_stands_and_the_others_are_folded() -> None:
    pages = [Picture(f"/there/page-{number}.jpg", 1200, 1600, number) for number in (1, 2, 3)]
    words = exhibited(material("pdf", pages=pages, page_count=3))
    first, rest = words.split("<details>")
    assert pages[0].url in first and pages[1].url not in first
    assert "其余 2 页" in rest and pages[2].url in rest
    assert 'href="#material-7"' in first
    assert 'data-picture="方案，第 1 / 3 页" data-group="pages-7" data-size="1200 1600"' in first
    assert 'href="/there/original" data-pdf="方案"' in rest
    assert "这里是前" not in words


def test_of_a_long_pdf_is_said_how_much_is_shown() -> None:
    pages = [Picture(f"/there/page-{number}.jpg", 0, 0, number) for number in (1, 2)]
    assert "共 34 页，这里是前 2 页，全文请打开 PDF" in exhibited(material("pdf", pages=pages, page_count=34))
    for_experts = exhibited(material("pdf", pages=pages, page_count=34, url=""))
    assert "共 34 页，这里是前 2 页。" in for_experts


def test_a_film_that_plays_has_a_player_and_another_says_that_it_is_being_made() -> None:
    plain = exhibited(material("video", poster_url="/there/poster.jpg", lasts=300))
    assert '<video controls playsinline preload="none" src="/there/original"' in plain
    assert 'poster="/there/poster.jpg" data-lasts="300"' in plain
    assert 'src="/there/view.mp4"' in exhibited(material("video", playable=False, view_url="/there/view.mp4"))
    waiting = exhibited(material("video", playable=False, converting=True))
    assert "<video" not in waiting
    assert "正在转换" in waiting and "稍后可以在这里播放，现在可以下载观看" in waiting
    waiting_there = exhibited(material("video", converting=True, url=""))
    assert "正在准备可播放的版本，请过几分钟再打开这一页" in waiting_there and "可以下载" not in waiting_there
    assert "这段视频暂时不能播放，请先看其他内容" in exhibited(material("video", url=""))
    assert "浏览器不能播放这个视频的格式，请下载后观看" in exhibited(material("video", playable=False))


def test_an_office_file_is_shown_by_its_pages_or_said_to_be_a_download() -> None:
    pages = [Picture("/there/page-1.jpg", 1200, 900, 1)]
    assert "方案，第 1 / 1 页" in exhibited(material("office", pages=pages, page_count=1))
    ui = engines["jinja2"].env.globals["ui"]
    bare = str(ui.materials(Reading(materials=[material("office", page_count=12)])))
    assert "这个文件不能在页面里显示，请下载后打开" in bare and "共 12 页" in bare


def test_materials_are_shown_by_what_they_are(now: datetime, do_jobs: Any) -> None:
    case = make_case()
    file = add(case, now, title="集体备课", name="照片 1.png", data=png())
    do_jobs()
    (material,) = reading_of(case, link=link).materials
    assert (material.title, material.category_name, material.group) == ("集体备课", "研究交流", "picture")
    assert material.original_name == "照片 1.png"
    assert material.url == f"/there/file/{file.pk}/original"
    assert material.thumb_url == f"/there/file/{file.pk}/thumb.jpg"
    assert material.view_url == f"/there/file/{file.pk}/view.jpg"
    assert (material.poster_url, material.pages) == ("", [])
    shown = rendered(reading_of(case, link=link))
    assert f'href="/there/file/{file.pk}/view.jpg" data-picture="集体备课"' in shown
    assert 'data-size="60 40"' in shown


@pytest.mark.parametrize(
    ("size", "room"), [((300, 200), (300, 200)), ((1600, 1200), (725, 544)), ((1, 9000), (1, 544)), ((0, 0), None)]
)
def test_the_place_of_a_picture_is_kept_free_before_it_arrives(size: Any, room: Any, now: datetime) -> None:
    case = make_case()
    file = add(case, now, title="现场", name="a.png", data=png())
    file.state, file.kind = FileState.ACCEPTED, "png"
    file.facts = {"derived": [{"role": "view", "name": "view.jpg", "width": size[0], "height": size[1]}]}
    file.save()
    address = f"/there/file/{file.pk}/view.jpg"
    reading = reading_of(case, link=link)
    assert reading.materials[0].room == ({address: room} if room else {})
    kept = f' width="{room[0]}" height="{room[1]}"' if room else ""
    assert f'<img src="{address}" alt="现场" loading="lazy"{kept}>' in rendered(reading)


def test_what_was_refused_or_dropped_or_waits_to_replace_is_not_shown(now: datetime, do_jobs: Any) -> None:
    case = make_case()
    good = add(case, now, title="好的", name="a.png", data=png())
    add(case, now, title="坏的", name="b.png", data=b"not a picture")
    dropped = add(case, now, title="移除的", name="c.png", data=png())
    do_jobs()
    SupportingFile.objects.filter(pk=dropped.pk).update(state=FileState.DROPPED)
    uploading.replace_supporting(
        case_id=case.pk, file_id=good.pk, name="d.png", content=content(png()), actor=case.submitter, now=now
    )
    assert [one.original_name for one in reading_of(case, link=link).materials] == ["a.png"]


@pytest.mark.parametrize("count", [1, 3])
def test_reading_asks_the_database_nothing_more(
    count: int, now: datetime, do_jobs: Any, django_assert_num_queries: Any
) -> None:
    case = make_case()
    for number in range(count):
        add(case, now, title=f"照片{number}", name="a.png", data=png())
    do_jobs()
    read = with_parts(visible_to_author(case.submitter)).get(pk=case.pk)
    with django_assert_num_queries(0):
        reading_of(read, link=link)


def test_a_document_whose_text_is_lost_from_the_storage_breaks_no_page(now: datetime, do_jobs: Any) -> None:
    case = make_case()
    document = uploading.upload_document(
        case_id=case.pk, name="a.docx", content=content(docx()), actor=case.submitter, now=now
    )
    do_jobs()
    document.refresh_from_db()
    default_storage.delete(document.html_key)
    reading = reading_of(case, link=link)
    assert (reading.html, reading.outline, reading.document) == (None, [], document)
    assert rendered(reading)
