"""The whole story in a real browser: from registration to the address in the certificate's QR code.

After the demo is filled there are only clicks and the demo's outbox; time moves only by the demo's clock; two moments
prove that work is done by the worker and by nobody else.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import expect

from tests.flows.house import House

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FILES = Path(__file__).parent.parent / "data"
PASSWORD = "demo-2024-anli"
TITLE = "每周三的教研一小时：山区小学借力平台的常态化校本研修"
PATIENCE = 40_000


def text_of(page: Any) -> str:
    return page.locator("main").inner_text()


def log_in(page: Any, login: str, password: str = PASSWORD) -> Any:
    page.goto("/accounts/login/")
    page.get_by_label("手机号或电子邮箱").fill(login)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    return page


def letter_to(page: Any, recipient: str, subject: str) -> str:
    """What the demo's outbox shows of the newest letter to somebody; waits for the worker to send it."""
    for _ in range(60):
        page.goto(f"/demo/outbox/?to={recipient}")
        letters = page.locator("[data-letter]").filter(has_text=subject)
        if letters.count():
            return letters.first.inner_text()
        page.wait_for_timeout(500)
    raise AssertionError(f"no letter “{subject}” to {recipient}")


def look_again(page: Any, address: str, words: str) -> None:
    """Open a page again and again until the worker has done what the words tell of."""
    for _ in range(80):
        page.goto(address)
        if words in text_of(page):
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{address} never said “{words}”")


def set_clock(page: Any, moment: str) -> None:
    page.goto("/demo/clock/")
    page.get_by_role("listitem").filter(has_text=moment).get_by_role("button", name="调到这一刻").click()
    page.get_by_text("演示时间已调整").wait_for()


def confirm(page: Any, button: str) -> None:
    """Click a button that asks first, and say yes."""
    page.get_by_role("button", name=button).first.click()
    page.locator("dialog[open] button.btn-main, dialog[open] .btn-seal").first.click()


def register(page: Any, outbox: Any) -> None:
    page.goto("/")
    page.get_by_role("link", name="开始报送").click()
    page.get_by_role("link", name="注册作者账号").click()
    page.get_by_role("textbox", name="姓名").fill("韦秋棠")
    page.get_by_label("电子邮箱").fill("wei@story.example")
    page.get_by_label("所在省").select_option(label="甘肃省")
    page.get_by_role("combobox", name="工作单位").fill("青岚县云岭镇中心小学")
    page.get_by_text("中小学、幼儿园教师", exact=True).click()
    page.get_by_label("设置密码").fill("山里的孩子2024")
    page.get_by_label("我已阅读个人信息保护说明").check()
    page.get_by_label("我同意把我报送的案例").check()
    page.get_by_role("button", name="注册并开始填写").click()
    page.get_by_role("heading", name="确认邮箱").wait_for()
    found = re.search(r"验证码是：([A-Z0-9-]+)", letter_to(outbox, "wei@story.example", "请确认您的邮箱"))
    assert found
    page.get_by_label("验证码").fill(found[1])
    page.get_by_role("button", name="确认").click()
    page.wait_for_url("**/my/**")


def write_the_sheet(page: Any) -> None:
    page.goto("/my/new/")
    page.get_by_text("校本研修应用案例").first.click()
    page.get_by_role("button", name="开始填写").click()
    page.get_by_role("link", name="案例信息表").first.click()
    page.get_by_label("案例名称").fill(TITLE)
    page.get_by_label("姓名").first.fill("韦秋棠")
    page.get_by_label("工作单位").first.fill("青岚县云岭镇中心小学")
    page.get_by_label("职称/职务").first.fill("一级教师")
    page.get_by_label("手机").first.fill("１９９ 0000 7788")
    page.get_by_label("案例概述").fill(
        "以平台研修空间为阵地，每周三下午九校同研一课，用“看—议—改—用”四步把课例变成课堂。"
    )
    page.get_by_text(re.compile(r"已保存 \d\d:\d\d")).first.wait_for()  # by itself, without a button
    page.get_by_role("button", name="保存并继续").click()
    page.wait_for_url("**/document/")


def upload(page: Any, *paths: str) -> None:
    """Choose files; they are sent by themselves, once the modules that do it have arrived."""
    page.wait_for_load_state("networkidle")
    page.locator("input[type=file]").set_input_files([FILES / path for path in paths])


def bring_the_files(page: Any, house: House) -> None:
    """A real document without the four sections is told so; the right one waits for the worker, then goes on."""
    upload(page, "files/thesis-check__附件1.docx")
    page.get_by_text("没有找到").first.wait_for(timeout=PATIENCE)
    house.stop_process("worker")
    upload(page, "story/案例介绍文档.docx")
    page.get_by_text("正在接收").first.wait_for()
    page.wait_for_timeout(6_000)
    page.reload()
    page.get_by_text("正在接收").first.wait_for()
    assert "四个部分齐全" not in text_of(page), "nobody but the worker may join and inspect a file"
    house.start_process("worker")
    page.get_by_text("四个部分齐全").first.wait_for(timeout=PATIENCE)
    page.get_by_role("link", name="继续：支撑材料").click()
    materials = {
        "files/exif-orientation-examples__Landscape_6.jpg": ("研究交流", "联片教研日现场照片"),
        "files/docling__sample_10s_video-mp4.mp4": ("宣传报道", "教研日视频"),
        "files/Langchain-Chatchat__ocr_test.pdf": ("通知文件", "关于开展联片教研日的通知"),
        "files/automated_lesson_planning__教案模板.docx": ("制度文档", "联片教研日工作办法"),
    }
    upload(page, *materials)
    accepted = page.locator("#list li").filter(has_text="已接收")
    expect(accepted).to_have_count(4, timeout=PATIENCE)
    for path, (category, title) in materials.items():
        accepted.filter(has_text=Path(path).name).get_by_role("link", name="改名或删除").click()
        page.get_by_label("类别", exact=True).select_option(label=category)
        page.get_by_label("材料名称", exact=True).fill(title)
        page.get_by_role("button", name="保存").click()
        accepted.filter(has_text=title).wait_for()


def sign_and_hand_in(page: Any) -> str:
    """Declaration, check-your-answers, receipt; the number of the case."""
    page.get_by_role("link", name="继续：声明与签名").click()
    for box in page.locator("form[data-autosave] input[type=checkbox]").all():
        box.check()
    page.locator("input[name=signature]").fill("韦秋棠")
    for name in ("consent_publication", "consent_platform"):
        page.locator(f"input[name={name}]").first.check(force=True)
    page.get_by_role("button", name="保存，去核对").click()
    page.get_by_role("button", name="确认报送").click()
    page.wait_for_url("**/receipt/")
    found = re.search(r"2026-62-[0-9A-Z]+", text_of(page))
    assert found
    return found[0]


def activate_the_province(contact: Any, centre: Any, outbox: Any) -> None:
    """附表2 from the outside, the centre makes sure and accepts, the mailed code makes an administrator."""
    contact.goto("/contact-sheet/")
    contact.get_by_label("省级单位").select_option(label="甘肃省")
    for label, value in (
        ("单位名称", "陇原教师发展中心"),
        ("部门", "培训部"),
        ("联系人", "段知微"),
        ("职务", "主任"),
        ("通讯地址", "兰山路 8 号"),
        ("邮政编码", "730000"),
        ("联系电话", "0931-1234567"),
        ("手机", "19900009999"),
        ("电子邮箱", "duan@story.example"),
    ):
        contact.get_by_label(label, exact=True).fill(value)
    contact.get_by_role("button", name="提交信息表").click()
    contact.get_by_role("heading", name="信息表已提交").wait_for()

    centre.goto("/centre/provinces/")
    centre.get_by_role("listitem").filter(has_text="甘肃省").get_by_role("link", name="核实").click()
    centre.get_by_label("怎样核实的").fill("已按官网电话回拨")
    centre.get_by_role("button", name="接收并发送激活码").click()
    centre.get_by_text("激活码正在发往").wait_for()

    code = re.search(r"[0-9A-Z]{6}(?:-[0-9A-Z]{6}){4}", letter_to(outbox, "duan@story.example", "激活码"))
    assert code
    contact.goto("/activate/")
    contact.get_by_label("激活码").fill(code[0])
    contact.get_by_label("管理员姓名").fill("段知微")
    contact.get_by_label("设置密码").fill("陇原的风2024")
    contact.get_by_role("button", name="激活并登录").click()
    contact.wait_for_url("**/screening/**")


def screen_and_recommend(province: Any, number: str) -> None:
    """Reads document and materials in the page, works the checklist, recommends; the places left go down by one."""
    province.goto("/screening/cases/")
    province.get_by_role("link", name=TITLE).first.click()
    province.get_by_role("heading", name="过程与举措").wait_for()
    assert number in text_of(province)
    assert "200" in province.locator(".places-left").inner_text()
    province.get_by_role("link", name=re.compile("^支撑材料")).click()
    expect(province.locator("video")).to_have_count(1)
    for check in province.locator("#judge input[name=checks]").all():
        check.check()
    province.get_by_text("合格并推荐").click()
    province.get_by_role("button", name="确定").click()
    expect(province.locator(".places-left")).to_contain_text("199")  # not in the number of a telephone


def leave_three_experts(centre: Any) -> None:
    """The lot may fall on any of the demo's experts; only these three can be logged in as."""
    centre.goto("/centre/experts/")
    closable = centre.locator("tr").filter(has=centre.get_by_role("button", name="停用"))
    for name in ("司徒清晏", "阚维桢", "宇文静姝"):
        closable = closable.filter(has_not_text=name)
    for left in range(closable.count(), 0, -1):
        closable.first.get_by_role("button").click()
        centre.locator("dialog[open] button.btn-main, dialog[open] .btn-seal").first.click()
        expect(closable).to_have_count(left - 1)


def draw_and_release(centre: Any) -> None:
    look_again(centre, "/centre/assignment/?call=2026", "1 件案例在评审中")
    centre.get_by_role("button", name="分配专家").click()
    centre.get_by_text("分配已完成").wait_for(timeout=PATIENCE)
    centre.goto("/centre/assignment/?call=2026")
    confirm(centre, "发放")
    centre.get_by_text("评分中").first.wait_for()


def score(expert: Any, login: str) -> None:
    """An expert sees the case without its author, scores every dimension, votes, submits."""
    log_in(expert, login)
    expert.goto("/experts/?call=2026")
    expert.get_by_role("link", name=TITLE).first.click()
    shown = text_of(expert)
    assert "韦秋棠" not in shown and "19900007788" not in shown
    for field in expert.locator("#judge [data-points]").all():
        field.fill("88")
    expert.locator("#judge").get_by_text("典型", exact=True).click()
    expert.get_by_role("button", name="提交，看下一件").click()
    expert.get_by_text("已提交").first.wait_for()


def decide_and_publish(centre: Any, second: Any, house: House) -> None:
    """The centre grades; one account prepares, another confirms; certificates wait for the worker."""
    centre.goto("/centre/decisions/?call=2026")
    row = centre.get_by_role("row").filter(has_text=TITLE)
    assert "88.00" in row.inner_text()
    row.get_by_role("button", name="评为典型案例").click()
    centre.get_by_text("还有 0 件没有评定").wait_for()
    centre.goto("/centre/publication/?call=2026")
    confirm(centre, "提请公布")
    centre.get_by_text("等待另一位工作人员确认").wait_for()
    log_in(second, "centre-b@demo.example")
    second.goto("/centre/publication/?call=2026")
    house.stop_process("worker")
    confirm(second, "复核无误，确认公布")
    second.get_by_text("证书制作中：0 / 1 张").wait_for()
    second.wait_for_timeout(6_000)
    assert "证书制作中：0 / 1 张" in text_of(second), "nobody but the worker may make a certificate"
    house.start_process("worker")
    second.get_by_text("1 张证书全部制作完成").wait_for(timeout=PATIENCE)


def read_in_the_gallery(visitor: Any, number: str) -> None:
    visitor.goto("/gallery/")
    visitor.get_by_role("searchbox").first.fill("一小时")
    visitor.get_by_role("button", name="搜索").click()
    visitor.get_by_role("link", name=TITLE).first.click()
    visitor.wait_for_url(f"**/gallery/{number}/")
    shown = text_of(visitor)
    assert "过程与举措" in shown and "韦秋棠" in shown and "19900007788" not in shown
    visitor.goto("/results/2026/")
    assert TITLE in text_of(visitor)


def verify_the_certificate(visitor: Any, author: Any, tmp_path: Path) -> None:
    """The PDF's QR code, read as a telephone would, leads to a page that says the certificate is genuine."""
    author.goto("/my/")
    author.get_by_role("link", name=TITLE).first.click()
    assert "典型案例" in text_of(author)
    visitor.goto("/certificates/")
    visitor.get_by_label("姓名").fill("韦秋棠")
    visitor.get_by_label("证书编号").fill("2026-典-0001")
    visitor.get_by_role("button", name="查找").click()
    with visitor.expect_download() as download:
        visitor.get_by_role("link", name=re.compile("下载")).first.click()
    path = tmp_path / "certificate.pdf"
    download.value.save_as(path)
    page = pypdfium2.PdfDocument(path)[0]
    codes = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
    assert len(codes) == 1
    visitor.goto(codes[0].text)
    shown = text_of(visitor)
    assert TITLE in shown and "有效" in shown


def test_a_case_travels_from_registration_to_its_certificate(
    house: House, visitor: Callable[..., Any], tmp_path: Path
) -> None:
    author, outbox, contact, centre, anyone = visitor(), visitor(), visitor(), visitor(), visitor()
    register(author, outbox)
    write_the_sheet(author)
    bring_the_files(author, house)
    number = sign_and_hand_in(author)
    log_in(centre, "centre@demo.example")
    activate_the_province(contact, centre, outbox)
    set_clock(outbox, "报送截止，省级推荐开始")
    screen_and_recommend(contact, number)
    set_clock(outbox, "推荐截止，专家评审开始")
    leave_three_experts(centre)
    draw_and_release(centre)
    for login in ("expert@demo.example", "expert2@demo.example", "expert3@demo.example"):
        score(visitor(), login)
    set_clock(outbox, "评审截止，结果评定")
    decide_and_publish(centre, visitor(), house)
    read_in_the_gallery(anyone, number)
    verify_the_certificate(anyone, author, tmp_path)
