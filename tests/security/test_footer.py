"""The foot of a public page: filing numbers where they are set, privacy and accessibility always."""

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_filing_numbers_stand_at_the_foot_where_they_are_set(client: Client, settings: Any) -> None:
    bare = client.get("/help/").content.decode()
    assert "备案" not in bare and "beian" not in bare
    settings.ICP_NUMBER, settings.POLICE_NUMBER = "京ICP备12345678号-1", "京公网安备11010802012345号"
    page = client.get("/help/").content.decode()
    assert '<a href="https://beian.miit.gov.cn/" rel="noreferrer">京ICP备12345678号-1</a>' in page
    assert "webSearch?code=11010802012345" in page and ">京公网安备11010802012345号</a>" in page


def test_privacy_and_accessibility_are_told_and_led_to(client: Client) -> None:
    foot = client.get("/help/").content.decode().partition('class="foot-end"')[2]
    for path, words in (("/privacy/", "我们收集什么"), ("/accessibility/", "怎样使用")):
        assert f'href="{path}"' in foot
        assert words in client.get(path).content.decode()
