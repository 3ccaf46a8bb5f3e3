"""Calls for load work: any number of cases of any phase, by the same rules as everything else."""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Expert, Unit, User
from calls.models import Call
from calls.policy import Phase
from cases.lifecycle import SELECTED, State
from cases.models import Case, CaseDocument
from demo import content
from demo.filling import everything, files
from demo.filling.crowd import load, stock
from publishing import queries as public
from publishing.models import Certificate, SelectedCase
from reviews.models import Allowance, Assignment, Recommendation, ScoreSheet
from tests.demo.invariants import breaches

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def few_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are what is asked about here: two documents a type and one material a kind do, made in this process."""
    monkeypatch.setattr(load, "A_KIND", 2)
    monkeypatch.setattr(files, "COPIES", dict.fromkeys(files.COPIES, 1))
    monkeypatch.setattr(stock, "hands", lambda: ThreadPoolExecutor(1))


def filled(cases: int, *options: str) -> tuple[Call, str]:
    said = io.StringIO()
    call_command("fill_demo", f"--cases={cases}", *options, stdout=said)
    return Call.objects.filter(slug__startswith="load-").latest("pk"), said.getvalue()


@pytest.mark.parametrize("phase", list(load.PHASES))
def test_a_call_of_each_phase_breaks_no_rule(phase: str) -> None:
    call, said = filled(300, f"--phase={phase}")
    assert call.phase(timezone.now()) == Phase({"open": "submission"}.get(phase, phase))
    cases = Case.objects.filter(call=call)
    assert cases.count() == 300 and f"{call.slug}：300 / 300 件" in said
    assert breaches(call=call) == []
    assert cases.values("title").distinct().count() > 280
    if phase == "open":
        assert set(cases.values_list("state", flat=True)) == {State.HANDED_IN}
    if phase in ("review", "published"):
        assert Assignment.objects.filter(case__call=call).count() == 900
        assert ScoreSheet.objects.filter(assignment__case__call=call, submitted_at__isnull=False).count() == 900
    if phase == "published":
        assert SelectedCase.objects.filter(call=call).count() == 300
        assert Certificate.objects.filter(selected__call=call).count() == 300
        assert set(cases.values_list("state", flat=True)) == SELECTED
        one = SelectedCase.objects.filter(call=call)[0]
        assert one in public.gallery(timezone.now(), public.Filters(text=one.title[:6], calls=(call.slug,)))


def test_all_cases_of_a_call_may_lie_on_one_desk() -> None:
    call, _ = filled(240, "--province=42")
    cases = Case.objects.filter(call=call)
    assert set(cases.values_list("province__code", flat=True)) == {"42"}
    spent = Recommendation.objects.filter(allowance__call=call).count()
    assert 0 < spent < Allowance.objects.get(call=call).places == 200
    wanted = {State.HANDED_IN, State.ELIGIBLE, State.RECOMMENDED, State.DECLINED, State.RETURNED}
    assert set(cases.values_list("state", flat=True)) == wanted


def test_calls_for_load_stand_side_by_side_and_the_same_wish_gives_the_same_cases() -> None:
    first, _ = filled(60)
    second, _ = filled(60)
    assert (first.slug, second.slug) == ("load-1", "load-2") and first.year != second.year
    titles = [list(Case.objects.filter(call=call).values_list("title", flat=True)) for call in (first, second)]
    assert titles[0] != titles[1]
    Call.objects.filter(pk=second.pk).update(slug="other")
    Call.objects.filter(pk=first.pk).update(slug="another")
    again, _ = filled(60)
    assert again.slug == "load-1"
    assert list(Case.objects.filter(call=again).values_list("title", flat=True)) == titles[0]


def test_beyond_the_first_thousands_rows_have_no_bytes(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(load, "PORTION", 20)
    monkeypatch.setattr(load, "LINKED", 20)
    call, _ = filled(60)
    folder = Path(settings.STORAGES["default"]["OPTIONS"]["location"])
    rows = CaseDocument.objects.filter(case__call=call)
    assert rows.count() == 60 and sum((folder / row.key).exists() for row in rows) == 20


def test_experts_made_for_the_load_may_come_from_the_units_of_its_authors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "unit", lambda rng, short, kind="": f"{short}长阳土家族自治县教师研修中心")
    Expert.objects.update(active=False)  # of the demo that may stand already, none can be called
    call, _ = filled(60, "--phase=published")
    units = Unit.objects.filter(name__endswith="长阳土家族自治县教师研修中心")
    assert (
        units.filter(cases__call=call).exists() and User.objects.filter(expert__isnull=False, unit__in=units).exists()
    )


def test_what_is_filled_ends_the_kept_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr(everything, "keeping", SimpleNamespace(changed=lambda: ended.append(Case.objects.count())))
    before = Case.objects.count()
    filled(60, "--phase=published")
    assert ended == [before + 60]


def test_what_cannot_be_is_refused(settings: Any) -> None:
    with pytest.raises(CommandError, match="一个省份最多能有"):
        filled(40_000, "--phase=review", "--province=42")
    with pytest.raises(CommandError, match="正数"):
        filled(0)
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="正式环境不能填充演示数据"):
        filled(10)
