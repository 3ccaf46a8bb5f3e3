"""States a page gets into only by being used: refused forms, steps in the middle of a way, dialogs that are open."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from calls.policy import CaseType
from cases.papers import ContactSheetData, InformationSheet, SheetAuthor, contact_sheet, filled_information_sheet
from kernel.spreadsheets import XLSX, xlsx_bytes
from tests.faults.files import film
from tests.shots.addresses import LOGINS, NOBODYS, PAGES, STEPS

DATA = Path(__file__).parent.parent / "data"
PASSWORD = "demo-2024-anli"
WRONG = ":is([role=alert], .errors, .error, [data-bad]):visible"
CODE = r"[A-Z0-9]{3,}-?[A-Z0-9]{3,}"


@dataclass(frozen=True)
class Play:
    """Open the view `start` of the page, or `path`; fill in, press; the page is then in `state`."""

    name: str
    state: str
    press: str = ""
    start: str = "page"
    fill: dict[str, str] = field(default_factory=dict)
    by: Callable[[Any], None] | None = None
    """Walks on its own where one press of a button is not enough."""

    @property
    def role(self) -> str:
        return PAGES.get(self.name) or STEPS[self.name]

    @property
    def login(self) -> str:
        return LOGINS.get(self.role, "")

    def perform(self, page: Any) -> None:
        """Play it on a page that is open at the start."""
        if self.by is not None:
            self.by(page)
        for selector, value in self.fill.items():
            page.locator(selector).first.fill(value)
        if self.press:
            # Forms are found by their button's words; what the button must not do stands in none of these plays.
            button = page.locator("main").get_by_role("button", name=self.press).first
            with page.expect_navigation(wait_until="load"):
                button.click()

    def went_wrong(self, page: Any) -> bool:
        """An error state that shows no error proves nothing."""
        return self.state == "error" and not page.locator(WRONG).count()


def letter(page: Any, to: str, words: str) -> str:
    """The code in the newest letter to somebody; the worker needs a moment to bring it."""
    for _ in range(60):
        page.goto(f"/demo/outbox/?to={to}")
        letters = page.locator("[data-letter]").filter(has_text=words)
        found = re.search(rf"码是：({CODE})", letters.first.inner_text()) if letters.count() else None
        if found:
            return found[1]
        page.wait_for_timeout(500)
    raise AssertionError(f"no letter to {to} with a code")


def _sign_up(page: Any) -> None:
    page.goto("/accounts/signup/")
    page.get_by_role("textbox", name="姓名").fill("欧阳一念")
    page.get_by_label("电子邮箱").fill(f"shots-{time.time_ns()}@nowhere.example")
    page.get_by_label("所在省").select_option(label="甘肃省")
    page.get_by_role("combobox", name="工作单位").fill("云岭镇中心小学")
    page.get_by_text("中小学、幼儿园教师", exact=True).click()
    page.get_by_label("设置密码").fill("山里的孩子2024")
    page.get_by_label("我已阅读个人信息保护说明").check()
    page.get_by_label("我同意把我报送的案例").check()
    page.get_by_role("button", name="注册并开始填写").click()
    page.get_by_role("button", name="确认", exact=True).wait_for()


def _ask_for(path: str, field_name: str, to: str) -> Callable[[Any], None]:
    """Ask for a code by mail, and stand on the page that wants it."""

    def walk(page: Any) -> None:
        page.goto(path)
        page.locator(f"main [name={field_name}]").fill(to)
        page.get_by_role("button", name="发送验证码").click()
        page.get_by_role("button", name="确认", exact=True).wait_for()

    return walk


def _new_password(page: Any) -> None:
    """The code of the letter leads to the page of the new password."""
    to = f"{LOGINS['author']}@demo.example"
    _ask_for("/accounts/password/reset/", "email", to)(page)
    outbox = page.context.new_page()
    code = letter(outbox, to, "密码")
    outbox.close()
    page.locator("main [name=code]").fill(code)
    page.get_by_role("button", name="确认", exact=True).click()
    page.get_by_role("button", name="保存新密码").wait_for()


def _wrong_code(before: Callable[[Any], None]) -> Callable[[Any], None]:
    def walk(page: Any) -> None:
        before(page)
        page.locator("main [name=code]").fill("AAAAAA")
        page.get_by_role("button", name="确认", exact=True).click()
        page.locator(WRONG).first.wait_for()

    return walk


def _confirmed(path: str) -> Callable[[Any], None]:
    """Log in, and type the password once more for a page that wants it."""

    def walk(page: Any) -> None:
        page.goto(f"/accounts/login/?next={path}")
        page.get_by_label("手机号或电子邮箱").fill(f"{NOBODYS['author']}@demo.example")
        for button in ("登录", "继续"):
            page.get_by_label("密码", exact=True).fill(PASSWORD)
            page.locator("main").get_by_role("button", name=button, exact=True).click()
        page.wait_for_url(f"**{path}")

    return walk


def _wrong_password(page: Any) -> None:
    _new_password(page)
    page.get_by_role("button", name="保存新密码").click()
    page.locator(WRONG).first.wait_for()


def _choose(path: str) -> Callable[[Any], None]:
    """Choose a file; where it is sent by itself, wait for the answer."""

    def walk(page: Any) -> None:
        page.locator("input[type=file]").set_input_files(DATA / path)
        page.locator(WRONG).first.wait_for()

    return walk


def _read(*contents: Callable[[], bytes]) -> Callable[[Any], None]:
    """Have filled-in forms read."""

    def walk(page: Any) -> None:
        papers = [
            {"name": f"附表{number}.docx", "mimeType": "application/octet-stream", "buffer": content()}
            for number, content in enumerate(contents, start=1)
        ]
        page.locator("main input[type=file]").set_input_files(papers)
        with page.expect_navigation():
            page.locator("main form button.btn-main").click()

    return walk


def _sheet() -> bytes:
    author = SheetAuthor("韦秋棠", "云岭镇中心小学", "一级教师/教研组长", "13800000001")
    return filled_information_sheet(
        InformationSheet(
            "每周三的教研一小时：山区小学的校本研修", (author,) * 2, CaseType.STUDIO, "三年来每周一次。" * 50
        )
    )


def _contact() -> bytes:
    return contact_sheet(
        ContactSheetData(
            "湖北省电化教育馆", "培训部", "钟望舒", "主任", "武汉市某路 1 号", "430000", "（027）-87000000",
            "13800000003", "zws", "10000", "zhong@demo.example",
        )
    )  # fmt: skip


def _contact_with_gaps() -> bytes:
    return contact_sheet(ContactSheetData(unit="某某教育装备与信息化中心", contact="莫清越", mobile="1380000"))


def _send(*, cut: bool = False, paused: bool = False) -> Callable[[Any], None]:
    """Two films on their way: after the first parts the line stands still or is cut, or the author takes a rest."""

    def later_parts(route: Any) -> None:
        if route.request.url.partition("?")[0].endswith("/1"):
            route.continue_()
        elif cut:
            route.abort("internetdisconnected")

    def walk(page: Any) -> None:
        page.route("**/part/**", later_parts)
        names = ("云岭镇中心小学2024年秋季学期第三次线上集体备课与听评课活动全程录像（上半场）.mp4", "教研日.mp4")
        films = [
            {"name": name, "mimeType": "video/mp4", "buffer": film(3 * 1024 * 1024, seed)}
            for seed, name in enumerate(names)
        ]
        page.locator("input[type=file]").set_input_files(files=films)
        bars = page.locator("[data-desk] li progress")
        for _ in range(150):  # the pages allow no scripts from text, waiting for one neither
            if bars.evaluate_all("bars => bars.some((bar) => bar.value >= 30)"):
                break
            page.wait_for_timeout(100)
        else:
            raise AssertionError("no part of a film arrived")
        if cut:
            page.locator("[data-desk]").get_by_text("网络").first.wait_for()
        if paused:
            page.locator("[data-desk] li").get_by_role("button", name="暂停").first.click()

    return walk


def _blind_copy(page: Any) -> None:
    """Have a blind copy made and its pages drawn; where the tour has been before, one is there."""
    button = page.get_by_role("button", name="一键生成匿名稿")
    if button.count():
        button.click()
    page.get_by_role("heading", name="隐去了什么").wait_for(timeout=60_000)


def _experts(*rows: tuple[str, ...]) -> Callable[[Any], None]:
    """Have a list of experts read."""

    def walk(page: Any) -> None:
        book = {"name": "专家名单.xlsx", "mimeType": XLSX, "buffer": xlsx_bytes(EXPERTS_HEAD, rows)}
        page.locator("main input[type=file]").set_input_files(book)
        with page.expect_navigation():
            page.get_by_role("button", name="上传并预览").click()

    return walk


EXPERTS_HEAD = ("姓名", "电子邮箱", "所在省", "工作单位", "可评类型")
EXPERT = ("欧阳一念", "ouyang@nowhere.example", "湖北", "云端研修组织办公室", "校本研修、区域研修")


def _return_without_reason(page: Any) -> None:
    page.locator("#verdict input[value=return]").check(force=True)


def _refuse_without_reason(page: Any) -> None:
    page.locator("main input[value=False]").check(force=True)
    with page.expect_navigation():
        page.get_by_role("button", name="提交意见").click()


def _dialog(opener: str) -> Callable[[Any], None]:
    def walk(page: Any) -> None:
        page.locator(opener).first.click()
        page.locator("dialog[open]").first.wait_for()

    return walk


def _press_key(key: str) -> Callable[[Any], None]:
    def walk(page: Any) -> None:
        page.locator("#main").wait_for()
        page.wait_for_load_state("load")
        page.wait_for_timeout(300)  # the module of the keys is fetched after the page
        page.keyboard.press(key)
        page.locator("dialog[open]").first.wait_for()

    return walk


def _phone(address: str) -> Callable[[Any], None]:
    """A sheet of a desk as a phone shows it: the window is narrow before the sheet is opened."""

    def walk(page: Any) -> None:
        page.set_viewport_size({"width": 390, "height": 844})
        page.locator(f'.desk-bar a[href="{address}"]').click()

    return walk


def _press_in(place: str, button: str) -> Callable[[Any], None]:
    """A button of which the page has more: the one in this place."""

    def walk(page: Any) -> None:
        with page.expect_navigation():
            page.locator(place).get_by_role("button", name=button).click()

    return walk


_login_code = _ask_for("/accounts/login/code/", "email", f"{LOGINS['author']}@demo.example")
_reset_code = _ask_for("/accounts/password/reset/", "email", f"{LOGINS['author']}@demo.example")

PLAYS = (
    Play("account_login", "error", "登录", fill={"main [name=login]": "teacher@demo.example"}),
    Play("account_signup", "error", "注册并开始填写"),
    Play("account_request_login_code", "error", "发送验证码"),
    Play("account_reset_password", "error", "发送验证码"),
    Play("account_email_verification_sent", "page", by=_sign_up),
    Play("account_email_verification_sent", "error", by=_wrong_code(_sign_up)),
    Play("account_confirm_login_code", "page", by=_login_code),
    Play("account_confirm_login_code", "error", by=_wrong_code(_login_code)),
    Play("account_confirm_password_reset_code", "page", by=_reset_code),
    Play("account_confirm_password_reset_code", "error", by=_wrong_code(_reset_code)),
    Play("account_complete_password_reset", "page", by=_new_password),
    Play("account_complete_password_reset", "error", by=_wrong_password),
    Play("account_change_password", "error", "保存新密码"),
    Play("account_change_email", "page", by=_confirmed("/accounts/security/email/")),
    Play("account_change_phone", "error", "发送验证码", by=_confirmed("/accounts/security/mobile/")),
    Play("account_prove", "sent", "发送验证码"),
    Play("mfa_activate_totp", "page", by=_confirmed("/accounts/two-step/on/")),
    Play("mfa_activate_totp", "error", "开启", by=_confirmed("/accounts/two-step/on/")),
    Play("contact_sheet", "error", "提交信息表", fill={"main [name=email]": "不是邮箱"}),
    Play("contact_form", "error", "读出来看看"),
    Play("contact_form", "read", by=_read(_contact_with_gaps)),
    Play("centre_forms", "error", "读出来看看"),
    Play("centre_forms", "read", by=_read(_contact, _contact_with_gaps, _sheet)),
    Play("activate", "error", "激活并登录", fill={"main [name=code]": "AAAAAA-BBBBBB"}),
    Play(
        "certificates", "unknown", "查找", fill={"main [name=name]": "欧阳一念", "main [name=number]": "2024-典-9999"}
    ),
    Play("home", "menu", by=lambda page: page.set_viewport_size({"width": 390, "height": 844}) or page.goto("/#menu")),
    Play("gallery", "facets", by=lambda page: page.goto("/gallery/#facets")),
    Play("gallery_case", "viewer", start="full", by=_dialog("a[data-picture]")),
    Play("my_new", "error", "开始填写", by=lambda page: _clear(page, "main input[type=radio]")),
    Play("my_sheet", "error", "保存并继续", start="empty"),
    Play("my_form", "error", "读出来看看"),
    Play("my_form", "read", by=_read(_sheet)),
    Play("my_document", "error", start="empty", by=_choose("files/oletools__encrypted.ppt")),
    Play("my_blind", "made", by=_blind_copy),
    Play("my_coauthor", "error", by=_refuse_without_reason),
    Play("my_materials", "error", start="empty", by=_choose("files/magika__lzma.zip")),
    Play("my_materials", "sending", by=_send()),
    Play("my_materials", "cut", by=_send(cut=True)),
    Play("my_materials", "paused", by=_send(paused=True)),
    Play("my_material", "error", "保存", fill={"main [name=title]": ""}),
    Play("my_declaration", "error", "保存，去核对", start="empty"),
    Play("my_case", "confirm", start="empty", by=_dialog("main form[data-confirm] button")),
    Play("screening_case", "error", "确定", start="page", by=_return_without_reason),
    Play("screening_case", "phone-pile", by=_phone("#pile")),
    Play("screening_case", "phone-judge", by=_phone("#judge")),
    Play("screening_case", "keys", by=_press_key("?")),
    Play("screening_recommendations", "error", "移动", start="full", fill={"[name=start]": "999", "[name=to]": "1"}),
    Play("expert_score", "error", "提交，看下一件", start="empty"),
    Play("expert_score", "phone-judge", start="empty", by=_phone("#judge")),
    Play("expert_score", "phone-contents", start="empty", by=_phone("#pile")),
    Play("expert_declaration", "error", "保存申报", by=lambda page: _clear(page, "main input[type=checkbox]")),
    Play("expert_recuse", "error", "确认回避"),
    Play("centre_call_new", "error", "保存设置"),
    Play("centre_call", "error", "保存设置", fill={"main [name=title]": ""}),
    Play("centre_case", "error", by=lambda page: _refused(page, "取消参加资格"), start="in-review"),
    Play("centre_decisions", "error", by=_press_in(".bulk", "评为典型"), start="full"),
    Play("centre_notice_new", "error", "保存"),
    Play("centre_notice_edit", "error", "保存", fill={"main [name=title]": ""}),
    Play("centre_sheet", "error", "接收并发送激活码"),
    Play("centre_experts", "error", "登记并发出邀请", start="full"),
    Play("centre_experts_import", "error", by=_experts(EXPERT, ("令狐", "不是邮箱", "某省", "", "学校"))),
    Play("centre_experts_import", "read", by=_experts(EXPERT)),
)


def _clear(page: Any, selector: str) -> None:
    """Take every mark off: a form as nobody has answered it."""
    page.evaluate("(all) => document.querySelectorAll(all).forEach((one) => { one.checked = false; })", selector)


def _refused(page: Any, button: str) -> None:
    """Press a button that asks first, and say yes."""
    page.locator("main").get_by_role("button", name=button).first.click()
    with page.expect_navigation():
        page.locator("dialog[open] .btn-seal").click()
