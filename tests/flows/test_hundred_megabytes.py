"""A hundred megabytes arrive whole, although the server is killed at half and started again."""

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.flows.house import House
from tests.flows.line import Line

pytestmark = [pytest.mark.browser, pytest.mark.slow]

VIDEO = Path(__file__).parent.parent / "data/files/docling__sample_10s_video-mp4.mp4"
LIMIT = 100 * 1024 * 1024
PASSWORD = "demo-2024-anli"
PATIENCE = 40_000


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """A video of exactly 100 MiB: a real one, and a box that players skip (ISO/IEC 14496-12, `free`)."""
    path, real = tmp_path / "教研日全天录像.mp4", VIDEO.read_bytes()
    rest = LIMIT - len(real)
    path.write_bytes(real + rest.to_bytes(4, "big") + b"free" + os.urandom(rest - 8))
    return path


def test_a_hundred_megabytes_survive_the_death_of_the_server(
    house: House, visitor: Callable[..., Any], video: Path
) -> None:
    page = visitor()
    page.goto("/accounts/login/")
    page.get_by_label("手机号或电子邮箱").fill("teacher3@demo.example")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.goto("/my/new/")
    page.get_by_text("校本研修应用案例").first.click()
    page.get_by_role("button", name="开始填写").click()
    case = re.search(r"/my/(\d+)/", page.url)
    assert case
    page.goto(f"/my/{case[1]}/materials/")
    page.wait_for_load_state("networkidle")

    line = Line(page)
    line.slow(25 * 1024 * 1024)
    page.locator("input[type=file]").set_input_files(video)
    page.wait_for_function("() => document.querySelector('[data-desk] li progress')?.value >= 45", polling=20)
    house.kill_process("web")
    page.get_by_role("alert").filter(has_text="服务器暂时没有回应").wait_for()
    house.start_process("web")
    row = page.locator("#list li").filter(has_text="教研日全天录像")
    row.filter(has_text="已接收").wait_for(timeout=PATIENCE)

    stored = page.request.get(row.get_by_role("link", name="下载").get_attribute("href"))
    assert hashlib.sha256(stored.body()).hexdigest() == hashlib.sha256(video.read_bytes()).hexdigest()
    page.goto(f"/my/{case[1]}/")
    page.get_by_role("button", name="删除草稿").click()
    page.get_by_role("dialog").get_by_role("button", name="删除").click()
    page.wait_for_url("**/my/")
