"""The hundred megabytes of a case, reserved on real connections at the same moment (R8)."""

import threading
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from cases.actions import receiving
from cases.actions.receiving import Wanted, begin
from cases.actions.reserving import held
from cases.models import UNDER_WAY, Case, Upload
from cases.quota import MIB, QuotaSpent, used
from kernel.models import Job
from tests import factories
from tests.races.test_places import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
SIZE = 7 * MIB
FIT = 14  # 14 × 7 MB = 98 MB


def wanted(n: int) -> Wanted:
    return Wanted(
        target="supporting", name=f"{n}.mp4", size=SIZE, fingerprint=f"{n:064x}", title=f"实录 {n}", category="other"
    )


def naive(case: Case, n: int, now: datetime, meet: threading.Barrier) -> None:
    """How it must not be done: add up, then write, with nothing held in between."""
    with transaction.atomic():
        taken = used(held(Case.objects.select_related("call").get(pk=case.pk)))
        meet.wait(timeout=30)
        if taken + SIZE > case.call.supporting_bytes:
            raise QuotaSpent(size=SIZE, room=0, limit=0, used=taken, largest=None)
        one = wanted(n)
        Upload.objects.create(
            case=case, owner=case.submitter, target=one.target, category=one.category, title=one.title, name=one.name,
            size=one.size, fingerprint=one.fingerprint, part_size=MIB, created_at=now, expires_at=now,
        )  # fmt: skip


def reserved(case: Case) -> int:
    return sum(Upload.objects.filter(case=case, state__in=UNDER_WAY).values_list("size", flat=True))


def test_control_the_naive_way_overshoots(now: datetime) -> None:
    case, meet = factories.make_case(), threading.Barrier(20)
    at_once([lambda n=n: naive(case, n, now, meet) for n in range(20)])
    assert reserved(case) == 20 * SIZE > 100 * MIB


def test_twenty_uploads_at_once_never_pass_the_limit(now: datetime) -> None:
    case = factories.make_case()
    results = at_once(
        [lambda n=n: begin(case_id=case.pk, wanted=wanted(n), actor=case.submitter, now=now) for n in range(20)]
    )
    assert sorted(type(one).__name__ for one in results) == ["QuotaSpent"] * (20 - FIT) + ["tuple"] * FIT
    case.refresh_from_db()
    assert case.supporting_bytes == reserved(case) == FIT * SIZE <= 100 * MIB


def test_the_same_file_begun_twenty_times_at_once_is_one_upload(now: datetime) -> None:
    case = factories.make_case()
    results: Any = at_once(
        [lambda: begin(case_id=case.pk, wanted=wanted(1), actor=case.submitter, now=now) for _ in range(20)]
    )
    assert len({upload.pk for upload, _ in results}) == 1
    assert sum(new for _, new in results) == 1
    assert reserved(case) == SIZE


def test_four_completions_at_once_promise_one_joining(now: datetime, monkeypatch: Any) -> None:
    case = factories.make_case()
    upload, _ = begin(case_id=case.pk, wanted=wanted(1), actor=case.submitter, now=now)
    whole = {number: upload.plan.length(number) for number in upload.plan.numbers()}
    monkeypatch.setattr("cases.staging.disk.DiskStaging.sizes", lambda *_: whole)
    rows = [Upload.objects.select_related("case__call", "case__province").get(pk=upload.pk) for _ in range(4)]
    results: Any = at_once([lambda row=row: receiving.complete(upload=row, now=now) for row in rows])
    assert {one.state for one in results} == {"assembling"}
    assert len({one.object_key for one in results}) == 1
    assert Job.objects.filter(kind="cases.assemble_upload").count() == 1
