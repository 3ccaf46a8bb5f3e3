"""The directory of units: what it offers, how it grows, how somebody finds theirs (R1)."""

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from openpyxl import Workbook

from accounts.actions.units import confirm_unit, import_unit, register_unit
from accounts.directory import near, offered
from accounts.management.commands.import_units import COLUMNS
from accounts.models import Unit, User
from tests.accounts.test_registering import form
from tests.factories import province

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed(now: datetime) -> Unit:
    import_unit(
        province=province("45"), name="云岭镇中心小学", kind="school", city="云岭市", county="青石县",
        aliases=["云岭镇完小", ""], now=now,
    )  # fmt: skip
    return Unit.objects.get(name="云岭镇中心小学")


@pytest.mark.parametrize("typed", ["云岭", "中心小学", "完小", " 云岭镇完小 "])
def test_a_unit_is_offered_under_the_name_that_counts(typed: str, listed: Unit) -> None:
    assert offered(province("45"), typed) == [listed]


@pytest.mark.parametrize("typed", ["", "云", "%", "__", "别的学校"])
def test_nothing_is_offered_for_nothing(typed: str, listed: Unit) -> None:
    assert offered(province("45"), typed) == []


def test_an_unconfirmed_unit_is_offered_to_nobody(now: datetime) -> None:
    unit = register_unit(province=province("45"), name="新建小学", kind="school")
    assert offered(province("45"), "新建") == [] == near(province("45"), "新建小学校")
    confirm_unit(unit_id=unit.pk, now=now)
    assert offered(province("45"), "新建") == [unit]
    assert offered(province("42"), "新建") == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("云岭镇中心小学", False),
        ("云岭中心小学", True),
        ("云岭镇中心小学校", True),
        ("青山中学", False),
        ("云岭镇完小", False),
    ],
)  # fmt: skip
def test_a_name_like_one_of_the_directory_is_asked_about(typed: str, found: bool, listed: Unit) -> None:
    assert near(province("45"), typed) == ([listed] if found else [])


def test_the_other_name_of_a_unit_leads_to_the_unit(listed: Unit) -> None:
    assert register_unit(province=province("45"), name="云岭镇 完小", kind="school") == listed


def test_what_is_said_first_of_a_unit_stays_and_gaps_are_filled() -> None:
    unit = register_unit(province=province("45"), name="青山中学", kind="school", city="", county="甲县")
    register_unit(province=province("45"), name="青山中学", kind="other", city="青山市", county="乙县")
    unit.refresh_from_db()
    assert (unit.city, unit.county, unit.kind) == ("青山市", "甲县", "school")


def test_without_scripting_the_form_asks_which_unit_is_meant(client: Client, listed: Unit) -> None:
    typed = form(email="wei@test.example", unit="云岭中心小学")
    page = client.post("/accounts/signup/", typed).content.decode()
    assert "名录里有相近的单位" in page and "云岭镇中心小学" in page and not User.objects.exists()
    client.post("/accounts/signup/", {**typed, "unit_meant": str(listed.pk)})
    assert User.objects.get().unit == listed


def test_free_text_is_always_taken(client: Client, listed: Unit) -> None:
    client.post("/accounts/signup/", form(email="wei@test.example", unit="云岭中心小学", unit_meant="typed"))
    unit = User.objects.get().unit
    assert unit is not None and (unit.name, unit.confirmed_at) == ("云岭中心小学", None)


def test_another_provinces_unit_cannot_be_meant(client: Client, now: datetime, listed: Unit) -> None:
    import_unit(province=province("42"), name="别省小学", kind="school", city="", county="", aliases=[], now=now)
    other = Unit.objects.get(name="别省小学")
    answer = client.post(
        "/accounts/signup/", form(email="w@test.example", unit="云岭中心小学", unit_meant=str(other.pk))
    )
    assert answer.status_code == 200 and not User.objects.exists()


@pytest.mark.parametrize("asked", ["", "0", "²", "9" * 30, "-1", "x"])
def test_nonsense_for_a_province_offers_nothing(asked: str, client: Client) -> None:
    answer = client.get("/units/", {"province": asked, "q": "小学"})
    assert answer.status_code == 200 and "<option" not in answer.content.decode()


def test_the_page_of_options_holds_names_and_places(client: Client, listed: Unit) -> None:
    page = client.get("/units/", {"province": province("45").pk, "q": "云岭"}).content.decode()
    assert '<option value="云岭镇中心小学">云岭市青石县</option>' in page


def workbook(tmp_path: Path, *rows: list[Any]) -> Path:
    book = Workbook()
    for row in (list(COLUMNS), *rows):
        book.active.append(row)
    path = tmp_path / "units.xlsx"
    book.save(path)
    return path


def test_the_operator_fills_the_directory(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["广西", "云岭市", "青石县", "云岭镇中心小学", "中小学", "云岭镇完小、云岭小学"])
    said = io.StringIO()
    call_command("import_units", path, stdout=said)
    call_command("import_units", path, stdout=said)
    assert "新增 1 个单位" in said.getvalue() and "新增 0 个单位" in said.getvalue()
    (unit,) = offered(province("45"), "云岭小学")
    assert (unit.name, unit.city, unit.aliases.count()) == ("云岭镇中心小学", "云岭市", 2)


def test_a_wrong_row_imports_nothing(tmp_path: Path) -> None:
    good = ["广西", "", "", "云岭镇中心小学", "中小学", ""]
    with pytest.raises(CommandError, match=r"这些行.*：3。"):
        call_command("import_units", workbook(tmp_path, good, ["广南", "", "", "某校", "中小学", ""]))
    assert not Unit.objects.exists()
