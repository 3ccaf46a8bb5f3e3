"""Prints the addresses of the parts of 100 MB, in parts of each size, as JSON: {MiB: [[path, bytes], …]}."""

import json
import os
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from accounts.models import Province, Unit, User  # noqa: E402
from calls.models import Call  # noqa: E402
from cases.actions import receiving  # noqa: E402
from cases.models import Case, Upload  # noqa: E402
from cases.parts import MIB  # noqa: E402
from kernel import clock  # noqa: E402

SIZE = 100 * MIB
SPEEDS = {1: None, 8: 100e6}


def main() -> None:
    """A call that is open, its author, and a case for each upload."""
    now = clock.now()
    dates = ["submission_opens_at", "submission_closes_at", "recommendation_opens_at", "recommendation_closes_at"]
    dates += ["scoring_closes_at", "results_due_at", "contact_sheet_due_at"]
    moments = {name: now + timedelta(days=9 * n - 1) for n, name in enumerate(dates)}
    call = Call.objects.create(slug="bench", year=now.year, title="bench", short="bench", **moments)
    home = Province.objects.order_by("code")[0]
    unit, _ = Unit.objects.get_or_create(name="bench", province=home)
    author = User.objects.create_user(
        name="bench", email="bench@test.example", password="bench-2024-bench", province=home, unit=unit
    )
    found = {}
    for mebibytes, speed in SPEEDS.items():
        case = Case.objects.create(call=call, submitter=author, province=home, unit=unit, type="school")
        wanted = receiving.Wanted(
            target="supporting", name="录像.mp4", size=SIZE, fingerprint="0" * 64, title="录像", category="other",
            speed=speed,
        )  # fmt: skip
        made, _ = receiving.begin(case_id=case.pk, wanted=wanted, actor=author, now=now)
        upload = Upload.objects.select_related("case__call").get(pk=made.pk)
        numbers = list(upload.plan.numbers())
        signed = receiving.addresses(upload=upload, numbers=numbers, now=now)
        found[mebibytes] = [[path, upload.plan.length(number)] for number, path in signed]
    print(json.dumps(found))


if __name__ == "__main__":
    main()
