"""Whole flows by keyboard alone: no mouse, nothing filled in by the test's own hand (WCAG 2.1.1, 2.4.3, 2.4.7)."""

import ast
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.flows.hands import Hands
from tests.shots.plays import letter

HERE = Path(__file__).parent
FILES = HERE.parent / "data"
PATIENCE = 60_000
SHEETS = "main a[href^='/experts/']:not([href='/experts/declaration/'])"
TITLE = "只用键盘也能报送：一所县城小学的校本研修"
MOUSE = {
    "click", "dblclick", "tap", "check", "uncheck", "set_checked", "fill", "clear", "select_option", "set_input_files",
    "hover", "drag_to", "drag_and_drop", "mouse", "touchscreen", "dispatch_event", "press_sequentially", "focus_on",
    "evaluate_handle", "eval_on_selector", "add_script_tag", "blur", "select_text", "scroll_into_view_if_needed",
}  # fmt: skip


@pytest.fixture
def hands(visitor: Callable[..., Any]) -> Any:
    """Somebody at a keyboard. At the end every control that had the focus must have shown it."""
    made = Hands(visitor(viewport={"width": 1440, "height": 900}))
    yield made
    assert sorted(set(made.unseen)) == []


@pytest.mark.parametrize("name", ["test_keyboard.py", "hands.py"])
def test_the_flows_touch_nothing_but_keys(name: str) -> None:
    """The syntax tree holds no mouse; `evaluate` only reads what has the focus."""
    tree = ast.parse((HERE / name).read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            assert node.attr not in MOUSE, node.attr
            if node.attr in ("press", "type") and isinstance(node.value, ast.Attribute):
                assert node.value.attr == "keyboard", "keys are pressed on the page, wherever the focus is"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "evaluate":
            assert [ast.unparse(argument) for argument in node.args] == ["FOCUS"]


def _register(hands: Hands, outbox: Any) -> None:
    email = f"keys-{time.time_ns()}@story.example"
    hands.go("/")
    hands.enter("开始报送", tag="a")
    hands.enter("注册作者账号", tag="a")
    hands.write("姓名", "褚砚秋")
    hands.write("电子邮箱", email)
    hands.choose("所在省", "甘肃省")
    hands.write("工作单位", "临河县城关第二小学")
    hands.pick("中小学、幼儿园教师", group="岗位")
    hands.write("设置密码", "只用键盘2024")
    hands.tick("我已阅读个人信息保护说明")
    hands.tick("我同意把我报送的案例")
    hands.enter("注册并开始填写")
    hands.write("验证码", letter(outbox, email, "请确认您的邮箱"))
    hands.enter("确认", exact=True)
    assert "/my/" in hands.page.url


def _write_the_sheet(hands: Hands) -> None:
    hands.go("/my/new/")
    hands.pick("校本", group="案例类型")
    hands.enter("开始填写")
    hands.enter("案例信息表", tag="a")
    hands.write("案例名称", TITLE)
    hands.write("姓名", "褚砚秋")
    hands.write("工作单位", "临河县城关第二小学")
    hands.write("职称/职务", "一级教师")
    hands.write("手机", "19900007711")
    hands.write("案例概述", "全校教师每周同研一课，用平台的资源和工具记录、比较、改进。")
    hands.enter("保存并继续")
    assert "/document/" in hands.page.url


def _bring_the_files(hands: Hands) -> None:
    hands.settled()
    hands.attach("选择案例文档", FILES / "story/案例介绍文档.docx")
    hands.wait_for("四个部分齐全", PATIENCE)
    hands.enter("继续：支撑材料", tag="a")
    hands.settled()
    hands.choose("类别", "研究交流")
    hands.attach("文件", FILES / "files/exif-orientation-examples__Landscape_6.jpg")
    row = hands.page.locator("#list li").filter(has_text="Landscape_6.jpg")
    row.filter(has_text="已接收").wait_for(timeout=PATIENCE)
    hands.enter("改名或删除", tag="a")
    hands.write("材料名称", "教研日现场照片")
    hands.enter("保存", exact=True)
    hands.wait_for("已改名")
    hands.enter("继续：声明与签名", tag="a")


def _sign_and_hand_in(hands: Hands) -> None:
    hands.tick("作出以上声明")
    hands.write("输入姓名", "褚砚秋")
    hands.pick("同意", group="结集出版")
    hands.pick("同意", group="智慧教育公共服务平台")
    hands.tick("监护人同意展示")
    hands.enter("保存，去核对")
    hands.enter("确认报送")
    hands.page.wait_for_url("**/receipt/")


@pytest.mark.browser
@pytest.mark.slow
def test_an_author_registers_and_hands_in_a_case(hands: Hands, visitor: Callable[..., Any]) -> None:
    _register(hands, visitor())
    _write_the_sheet(hands)
    _bring_the_files(hands)
    _sign_and_hand_in(hands)
    assert re.search(r"2026-62-[0-9A-Z]+", hands.page.locator("main").inner_text())


@pytest.mark.browser
@pytest.mark.slow
def test_a_province_reads_judges_and_recommends(hands: Hands) -> None:
    hands.log_in("province")
    hands.go("/screening/cases/?state=eligible")
    hands.settled()
    first = hands.page.url
    for key in ("j", "k"):
        with hands.page.expect_navigation():
            hands.press(key)
        hands.settled()
        assert (hands.page.url == first) == (key == "k")
    hands.press("?")
    hands.page.locator("dialog[open]").wait_for()
    hands.press("Escape")
    title = hands.page.locator(".reader-title").inner_text()
    hands.press("1")
    with hands.page.expect_navigation():
        hands.press("Control+Enter")
    hands.wait_for(f"“{title}”已推荐")

    hands.go("/screening/cases/?state=handed_in")
    hands.settled()
    title = hands.page.locator(".reader-title").inner_text()
    hands.press("3")
    hands.write("理由", "与本校研修的关系说得还不够具体。", tag="textarea")
    with hands.page.expect_navigation():
        hands.press("Control+Enter")
    hands.wait_for(f"“{title}”已标记为初筛未通过")


@pytest.mark.browser
@pytest.mark.slow
def test_a_province_orders_its_list_and_recommends_what_it_has_marked(hands: Hands) -> None:
    hands.log_in("province")
    hands.go("/screening/recommendations/")
    rows = hands.page.locator("tbody .t a")
    before = rows.all_inner_texts()
    hands.enter(f"下移：{before[0]}", tag="button")
    assert rows.all_inner_texts()[:2] == before[1::-1]

    hands.go("/screening/cases/?state=eligible")
    hands.settled()
    hands.press("x")
    with hands.page.expect_navigation():
        hands.press("j")
    hands.settled()
    hands.press("x")
    hands.enter("预览推荐", tag="button")
    hands.enter("推荐这 2 件", tag="button")
    hands.wait_for("已推荐")
    hands.go("/screening/cases/?state=recommended")
    hands.settled()
    assert not hands.page.locator("#pile input[name=case]:checked").count(), "what was recommended is marked no more"


@pytest.mark.browser
@pytest.mark.slow
def test_an_expert_scores_and_submits(hands: Hands) -> None:
    hands.log_in("expert")
    hands.go("/experts/?show=open")
    link = hands.page.locator(SHEETS).filter(has_not_text="全部").first
    hands.enter(link.inner_text().split("\n")[0], tag="a")
    hands.settled()
    here = hands.page.url
    boxes = hands.page.locator("#judge [data-points]").count()
    assert boxes
    for number in range(1, boxes + 1):
        hands.write(f"{number}. ", "86", tag="input")
    hands.reach("原创性存疑", tag="input")  # away from the text boxes: digits are keys again
    hands.press("2")
    assert hands.focus()["checked"] and "展示" in hands.focus()["words"]
    with hands.page.expect_navigation():
        hands.press("Control+Enter")
    assert hands.page.url != here
    hands.go(here)
    assert "已提交" in hands.page.locator("#judge").inner_text()


@pytest.mark.browser
@pytest.mark.slow
def test_enter_leads_from_score_to_score_and_never_off_the_page(hands: Hands) -> None:
    """S goes to the first box; what stands in a box is typed over; a score that needs words leads to them."""
    hands.log_in("expert2")
    hands.go("/experts/?show=open")
    link = hands.page.locator(SHEETS).filter(has_not_text="全部").first
    hands.enter(link.inner_text().split("\n")[0], tag="a")
    hands.settled()
    here = hands.page.url
    first = hands.page.locator("#judge [data-points]").first
    # The demo has begun some of the sheets; where words stand already, Enter has no reason to stop.
    hands.page.locator("#judge textarea").evaluate_all("boxes => boxes.forEach(box => { box.value = ''; })")
    for score in ("80", "97"):  # the second time the box is full
        hands.press("Escape")
        hands.press("s")
        for digit in score:
            hands.press(digit)
        assert first.input_value() == score
        hands.press("Enter")
        assert (hands.focus()["tag"] == "textarea") == (score == "97")
    assert hands.page.url == here


@pytest.mark.browser
@pytest.mark.slow
def test_the_centre_decides_and_answers_a_question_before_it_deletes(hands: Hands) -> None:
    hands.log_in("centre")
    hands.go("/centre/decisions/?call=2025&mark=complete")
    open_rows = hands.page.get_by_role("row").filter(has_text="未评定").filter(has_not_text="存疑")
    title = open_rows.first.locator(".t a").inner_text()
    hands.write("查找", title, tag="input")
    with hands.page.expect_navigation():
        hands.press("Enter")
    hands.enter(f"评为典型案例：{title}", tag="button")
    row = hands.page.get_by_role("row").filter(has_text=title)
    row.get_by_role("button", name="撤销评定").wait_for()  # decided, and it can be undone
    assert "典型" in row.inner_text()

    notice = f"马上要删除的通知 {time.time_ns()}"
    hands.go("/centre/notices/new/")
    hands.write("标题", notice)
    hands.write("正文", "由键盘写成。")
    hands.enter("保存", exact=True)
    hands.enter(notice, tag="a")
    hands.settled()
    hands.reach("删除这条通知", tag="button")
    hands.press("Enter")
    hands.page.locator("dialog[open]").wait_for()
    assert hands.focus()["words"] == "先不", "what asks first puts the focus on the harmless answer"
    hands.press("Escape")
    assert "删除这条通知" in hands.focus()["words"], "the focus returns to the button that asked"
    hands.press("Enter")
    hands.page.locator("dialog[open]").wait_for()
    hands.press("Tab")
    with hands.page.expect_navigation():
        hands.press("Enter")
    assert notice not in hands.page.locator("main").inner_text()


@pytest.mark.browser
@pytest.mark.slow
def test_a_visitor_skips_filters_and_looks_at_pictures(hands: Hands) -> None:
    hands.go("/gallery/")
    hands.press("Tab")
    assert hands.focus()["words"] == "跳到正文"
    hands.press("Enter")
    hands.press("Tab")
    assert hands.focus()["inside"], "the skip link leads past the navigation"

    hands.tick("校本", tag="input")
    hands.enter("按所选筛选", tag="button")
    assert "type=school" in hands.page.url

    page = hands.page
    addresses = [link.get_attribute("href") for link in page.locator(".books a[href^='/gallery/']").all()]
    for address in addresses:
        hands.go(address)
        if page.locator("main a[data-picture]").count():
            break
    hands.settled()
    picture = page.locator("main a[data-picture]").first.get_attribute("href")
    words = page.locator("main a[data-picture]").first.get_attribute("data-picture")
    while hands.focus().get("href") != picture:
        hands.press("Tab")
    hands.press("Enter")
    viewer = page.locator("dialog.viewer[open]")
    viewer.wait_for()
    viewer.get_by_role("status").get_by_text(words, exact=True).wait_for()
    hands.press("ArrowRight")
    hands.press("ArrowLeft")
    viewer.get_by_role("status").get_by_text(words, exact=True).wait_for()
    hands.press("Escape")
    viewer.wait_for(state="detached")
    assert hands.focus()["href"] == picture, "the focus returns to where the viewer was opened"


@pytest.mark.browser
@pytest.mark.slow
def test_a_menu_closes_with_escape_and_gives_the_focus_back(hands: Hands) -> None:
    hands.log_in("teacher")
    hands.go("/my/")
    hands.settled()
    hands.reach("韦秋棠", tag="summary")
    hands.press("Enter")
    assert hands.page.locator("details[data-menu][open]").count() == 1
    hands.press("Tab")
    hands.press("Escape")
    assert hands.page.locator("details[data-menu][open]").count() == 0
    assert hands.focus()["tag"] == "summary"
