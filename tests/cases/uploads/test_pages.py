"""What the pages of the files say while uploads are under way."""

import pytest
from django.urls import reverse

from cases.lifecycle import State
from cases.models import Case
from kernel import clock
from tests.cases.uploads.browser import Sender
from tests.factories import make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def sender() -> Sender:
    return Sender(make_case())


def materials(sender: Sender, **headers: str) -> str:
    return sender.client.get(reverse("my_materials", args=[sender.case.pk]), headers=headers).content.decode()


def test_the_meter_counts_what_is_on_its_way(sender: Sender) -> None:
    assert "上传中" not in materials(sender)
    sender.begin()
    assert "上传中 2.0 MB" in materials(sender)
    sender.cancel()
    assert "上传中" not in materials(sender)


def test_the_fragment_brings_the_list_and_the_meter(sender: Sender) -> None:
    sender.begin()
    text = materials(sender, **{"X-Fragment": "1"})
    assert text.count('id="list"') == text.count('id="meter"') == 1
    assert "上传中 2.0 MB" in text
    assert "<main" not in text


def test_after_the_hand_in_only_what_was_begun_can_be_finished(sender: Sender) -> None:
    sender.begin()
    Case.objects.update(state=State.HANDED_IN, number="2024-11-000001", handed_in_at=clock.now())
    text = materials(sender)
    assert "请在这一页接着传完" in text
    assert "data-uploads=" in text and 'type="file"' in text
    assert 'name="category"' not in text
    sender.cancel()
    text = materials(sender)
    assert "现在只能查看" in text
    assert "data-uploads=" not in text and 'type="file"' not in text
