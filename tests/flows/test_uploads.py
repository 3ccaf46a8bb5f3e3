"""An author uploads over lines that break: nothing is lost or sent twice, and each refusal names the way on."""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from cases.models import Case, SupportingFile, Upload
from tests.faults.files import film
from tests.flows.hands import Hands
from tests.flows.line import Line
from tests.flows.phone import arrives, fingerprint_of, log_in, sha256, work
from tests.shots.looking import Look

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

DATA = Path(__file__).parent.parent / "data"
DOCUMENT = DATA / "story/案例介绍文档.docx"
PICTURE = DATA / "files/exif-orientation-examples__Landscape_6.jpg"
MIB = 1024 * 1024
TOKEN = "b" * 32
DROP = """() => {
    const held = new DataTransfer();
    held.items.add(new File(['%PDF-'], '教研通知.pdf'));
    held.items.add(new File(['Rar!'], '附件.rar'));
    const over = { bubbles: true, cancelable: true, dataTransfer: held };
    document.body.dispatchEvent(new DragEvent('dragover', over));
    const marked = Boolean(document.querySelector('form[data-over]'));
    return [marked, !document.body.dispatchEvent(new DragEvent('drop', over))];
}"""
"""Two files are held over the page and let go beside the form: whether the form showed it, whether the page stayed."""


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Five parts' worth of video, of bytes that do not repeat and that a look from end to end finds sound."""
    path = tmp_path / "教研日回放.mp4"
    path.write_bytes(film(4 * MIB + 300_000, seed=int.from_bytes(os.urandom(8))))
    return path


@pytest.fixture
def page(context: Any, case: Case) -> Any:
    page = context.new_page()
    visit(page, case)
    return page


def visit(page: Any, case: Case) -> None:
    page.goto(f"/my/{case.pk}/materials/")
    page.wait_for_load_state("networkidle")


def choose(page: Any, *paths: Path) -> None:
    page.locator("input[type=file]").set_input_files(paths)


def under_way(page: Any, name: str) -> Any:
    """The line of an upload, by the name of its file."""
    return page.locator("[data-desk] li").filter(has_text=name)


def in_list(page: Any, words: str) -> Any:
    return page.locator("#list li").filter(has_text=words)


def half_gone(row: Any, per_cent: int = 45) -> None:
    """Until about half of a file has been sent."""
    row.page.wait_for_function(
        "([bar, least]) => bar.value >= least", arg=[row.locator("progress").element_handle(), per_cent], polling=50
    )


def test_a_line_that_goes_in_the_middle_costs_nothing(page: Any, case: Case, recording: Path) -> None:
    line = Line(page)
    line.slow(1500 * 1024)
    choose(page, recording)
    row = under_way(page, recording.name)
    half_gone(row)
    line.cut()
    page.get_by_role("alert").filter(has_text="网络断了").wait_for()
    expect(row).to_contain_text("等待网络")
    line.mend()
    arrives(page, in_list(page, "教研日回放"))
    assert fingerprint_of(case.files.get()) == sha256(recording)
    assert case.files.get().category == "exchange"


def test_after_a_reload_the_same_file_goes_on_and_another_is_told_apart(
    context: Any, page: Any, case: Case, recording: Path, tmp_path: Path
) -> None:
    line = Line(page)
    line.slow(700 * 1024)
    choose(page, recording)
    half_gone(under_way(page, recording.name), 30)
    line.slow(20 * 1024)  # however late the page is closed, the rest has not gone by then
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    assert asked == ["beforeunload"]

    page = context.new_page()
    sent: set[str] = set()  # parts: one that is asked for twice is one
    page.on("request", lambda request: sent.add(urlsplit(request.url).path) if request.method == "PUT" else None)
    visit(page, case)
    row = under_way(page, recording.name)
    expect(row).to_contain_text(re.compile(r"传了 [1-9]\d? %，请再选一次“教研日回放.mp4”接着传"))
    other = tmp_path / "other" / recording.name
    other.parent.mkdir()
    other.write_bytes(recording.read_bytes()[:-1] + b"!")
    with page.expect_file_chooser() as chooser:
        row.get_by_role("button", name="选择文件：教研日回放.mp4").tap()
    chooser.value.set_files(other)
    expect(row.get_by_role("alert")).to_contain_text("不是同一个文件")
    assert sent == set()
    with page.expect_file_chooser() as chooser:
        row.get_by_role("button", name="选择文件：教研日回放.mp4").tap()
    chooser.value.set_files(recording)
    arrives(page, in_list(page, "教研日回放"))
    assert fingerprint_of(case.files.get()) == sha256(recording)
    assert 0 < len(sent) < Upload.objects.get().plan.count
    assert Upload.objects.count() == 1


def test_a_file_chosen_before_the_page_knows_that_it_was_begun_has_one_line(
    context: Any, page: Any, case: Case, recording: Path
) -> None:
    Line(page).slow(200 * 1024)
    choose(page, recording)
    half_gone(under_way(page, recording.name), 12)
    page.close()
    page = context.new_page()
    held: dict[str, Any] = {}
    page.route(re.compile(r"/api/uploads(\?.*)?$"), lambda route: held.update({route.request.method: route}))
    page.goto(f"/my/{case.pk}/materials/")
    page.wait_for_function("() => document.querySelector('input[type=file]').multiple")
    with page.expect_request(lambda request: request.method == "POST"):
        choose(page, recording)
    with page.expect_response(lambda answer: answer.request.method == "GET" and "/api/uploads?" in answer.url):
        held["GET"].continue_()
    page.wait_for_timeout(200)
    expect(under_way(page, recording.name)).to_have_count(1)
    held["POST"].continue_()
    arrives(page, in_list(page, "教研日回放"))
    assert fingerprint_of(case.files.get()) == sha256(recording)


def test_what_arrived_keeps_its_line_until_the_list_shows_it(page: Any, case: Case) -> None:
    tries: list[int] = []

    def answer(route: Any) -> None:
        if "x-fragment" not in route.request.headers or len(tries) >= 4:
            route.continue_()
            return
        tries.append(1)
        route.abort()

    page.route(f"**/my/{case.pk}/materials/", answer)
    choose(page, PICTURE)
    row = under_way(page, PICTURE.name)
    expect(row).to_contain_text("正在接收")
    arrives(page, in_list(page, "Landscape"))
    expect(row).to_have_count(0)
    assert len(tries) == 4
    assert "已收到" in page.locator("[data-told]").inner_text()


def test_several_at_once_where_one_is_refused_and_cancelling_gives_room_back(
    page: Any, case: Case, recording: Path, tmp_path: Path
) -> None:
    case.call.supporting_bytes = 10 * MIB
    case.call.save()
    visit(page, case)
    wrong, large = tmp_path / "材料.zip", tmp_path / "视频.mp4"
    wrong.write_bytes(b"PK")
    large.write_bytes(b"0" * (7 * MIB))
    line = Line(page)
    line.slow(200 * 1024)
    choose(page, recording, wrong, large, PICTURE)
    expect(under_way(page, wrong.name).get_by_role("alert")).to_contain_text("是压缩包。请先解压")
    expect(under_way(page, large.name).get_by_role("alert")).to_contain_text("空间不够")
    expect(page.locator("#meter")).to_contain_text(re.compile(r"上传中 4\.\d MB"))
    expect(page.locator("[data-together]")).to_contain_text("共 2 个文件")

    look = Look(page, "uploads")
    look.axe("390 px")
    look.overflow("390 px")
    assert [str(one) for one in look.findings] == []

    row = under_way(page, recording.name)
    half_gone(row, 12)
    row.get_by_role("button", name="取消").tap()
    page.get_by_role("dialog").get_by_role("button", name="取消上传").tap()
    expect(row).to_have_count(0)
    expect(page.locator("#meter")).not_to_contain_text(re.compile(r"上传中 4\.\d MB"))
    line.slow(-1)
    under_way(page, large.name).get_by_role("button", name="再试一次").tap()
    arrives(page, in_list(page, "视频"))
    arrives(page, in_list(page, "Landscape"))
    assert sorted(case.files.values_list("size", flat=True)) == sorted([7 * MIB, PICTURE.stat().st_size])


def test_files_dropped_anywhere_on_the_page_are_taken(page: Any, case: Case) -> None:
    assert page.evaluate(DROP) == [True, True]
    expect(under_way(page, "附件.rar").get_by_role("alert")).to_contain_text("是压缩包。请先解压")
    arrives(page, in_list(page, "教研通知"))
    assert case.files.get().category == "notice"


def test_a_title_is_changed_while_the_bytes_travel(page: Any, case: Case, recording: Path) -> None:
    Line(page).slow(1500 * 1024)
    choose(page, recording)
    page.get_by_label(f"材料名称：{recording.name}").fill("联片教研日现场录像")
    page.get_by_label(f"类别：{recording.name}").select_option(label="宣传报道")
    arrives(page, in_list(page, "联片教研日现场录像"))
    file = case.files.get()
    assert (file.title, file.category, file.name) == ("联片教研日现场录像", "publicity", recording.name)


def test_an_ended_session_waits_for_a_login_on_another_page(
    context: Any, page: Any, live_server: Any, case: Case, recording: Path
) -> None:
    context.clear_cookies(name="sessionid")
    choose(page, recording)
    page.get_by_role("alert").filter(has_text="登录已过期").wait_for()
    assert page.get_by_role("link", name="另开一页登录").get_attribute("target") == "_blank"
    log_in(context, case, live_server.url, csrftoken=TOKEN)
    page.evaluate("dispatchEvent(new Event('focus'))")
    arrives(page, in_list(page, "教研日回放"))


def test_a_pause_holds_the_bytes_back_and_everything_is_done_with_the_keyboard(
    page: Any, case: Case, recording: Path
) -> None:
    line = Line(page)
    line.slow(1500 * 1024)
    hands = Hands(page)
    hands.attach("文件", recording)
    hands.reach(f"暂停：{recording.name}", tag="button")
    hands.press("Enter")
    assert hands.focus()["words"] == f"继续：{recording.name}"
    bar = under_way(page, recording.name).locator("progress")
    stood = bar.evaluate("(one) => one.value")
    page.wait_for_timeout(1500)
    assert bar.evaluate("(one) => one.value") == stood
    hands.press("Enter")
    assert hands.focus()["words"] == f"暂停：{recording.name}"
    line.slow(-1)
    arrives(page, in_list(page, "教研日回放"))
    assert page.evaluate("document.activeElement.id") == f"f{case.files.get().pk}"
    assert hands.unseen == []


def test_a_pause_while_an_address_is_asked_for_sends_nothing(page: Any, case: Case, recording: Path) -> None:
    held: list[Any] = []
    sent: list[str] = []
    signing = re.compile(r"/api/uploads/[^/]+/parts$")
    page.on("request", lambda request: sent.append(request.url) if request.method == "PUT" else None)
    page.route(signing, lambda route: held.append(route), times=1)
    with page.expect_request(signing):
        choose(page, recording)
    row = under_way(page, recording.name)
    row.get_by_role("button", name="暂停").tap()
    expect(row).to_contain_text("已暂停")
    with page.expect_response(signing):
        held[0].continue_()
    page.wait_for_timeout(1000)
    assert sent == []
    row.get_by_role("button", name="继续").tap()
    arrives(page, in_list(page, "教研日回放"))
    assert fingerprint_of(case.files.get()) == sha256(recording)


def test_a_document_is_sent_as_it_is_chosen_and_what_is_none_is_refused(page: Any, case: Case, tmp_path: Path) -> None:
    page.goto(f"/my/{case.pk}/document/")
    page.wait_for_load_state("networkidle")
    old = tmp_path / "定稿.doc"
    old.write_bytes(b"x")
    choose(page, old)
    page.get_by_role("alert").filter(has_text="请在 Word 或 WPS 中“另存为”.docx").wait_for()
    choose(page, DOCUMENT)
    arrives(page, page.get_by_role("heading", name="四个部分齐全"))
    assert fingerprint_of(case.documents.get()) == sha256(DOCUMENT)


def test_a_material_is_replaced_by_the_same_way(page: Any, case: Case) -> None:
    choose(page, PICTURE)
    arrives(page, in_list(page, "已接收"))
    page.locator("#list .icon-btn").tap()
    page.wait_for_load_state("networkidle")
    choose(page, DATA / "files/Langchain-Chatchat__ocr_test.pdf")
    arrives(page, in_list(page, "ocr_test.pdf").filter(has_text="已接收"))
    assert [file.name for file in case.files.all()] == ["Langchain-Chatchat__ocr_test.pdf"]


def test_without_scripting_a_plain_form_does_the_same(browser: Any, live_server: Any, case: Case) -> None:
    context = browser.new_context(base_url=live_server.url, locale="zh-CN", java_script_enabled=False)
    log_in(context, case, live_server.url)
    page = context.new_page()
    page.goto(f"/my/{case.pk}/materials/")
    page.get_by_label("类别").select_option(label="研究交流")
    page.get_by_label("材料名称").fill("教研日现场")
    choose(page, PICTURE)
    page.get_by_role("button", name="上传", exact=True).click()
    page.get_by_text("已收到“教研日现场”").wait_for()
    work()
    page.reload()
    expect(in_list(page, "教研日现场")).to_contain_text("已接收")
    page.goto(f"/my/{case.pk}/document/")
    choose(page, DOCUMENT)
    page.get_by_role("button", name="上传所选文件").click()
    page.get_by_text("已收到，正在检查").wait_for()
    context.close()
    assert SupportingFile.objects.get().title == "教研日现场"


def test_a_browser_that_cannot_read_files_is_led_back_to_the_plain_form(page: Any, case: Case) -> None:
    page.evaluate("() => { Blob.prototype.arrayBuffer = () => Promise.reject(new DOMException('gone')); }")
    choose(page, PICTURE)
    page.get_by_role("button", name="改用普通方式上传").tap()
    page.get_by_label("类别", exact=True).select_option(label="研究交流")
    page.get_by_label("材料名称", exact=True).fill("教研日现场")
    choose(page, PICTURE)
    page.get_by_role("button", name="上传", exact=True).tap()
    page.get_by_text("已收到“教研日现场”").wait_for()
    assert case.files.get().title == "教研日现场"
