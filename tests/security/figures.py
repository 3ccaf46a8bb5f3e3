"""Figures of `make security`: what time gives away, how many guesses get through, what a race for one code comes to.

On a database of its own, with the password hashing of production. A figure a line; beside its ceiling on stderr. A gap
is the difference of the medians of answers that must look alike, asked in turns so that the machine's moods meet both.
"""

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from statistics import median
from typing import Any

import django

ROUNDS, SLOW_ROUNDS = 60, 15
GAP, TRIES = 10.0, 10
GUESSES, RUNNERS = 200, 50

Ask = Callable[[int], Any]


def gap(one: Ask, other: Ask, rounds: int) -> float:
    """How far apart, in milliseconds, the middle answers of two questions come."""
    from django.core.cache import caches

    taken: tuple[list[float], list[float]] = ([], [])
    for n in range(rounds + 2):
        for ask, times in zip((one, other), taken, strict=True):
            caches["default"].clear()  # limits of rate are measured below
            begun = time.perf_counter()
            ask(n)
            times.append((time.perf_counter() - begun) * 1000)
    return abs(median(taken[0][2:]) - median(taken[1][2:]))


def figures() -> Iterator[tuple[str, float, str, float]]:
    """(name, value, unit, ceiling)."""
    from django.core.cache import caches
    from django.test import Client

    from accounts.actions.registering import confirm_email
    from accounts.models import ActivationCode
    from accounts.policy import CodeRefused, make_code, show_code
    from tests import factories

    client = Client()
    user = factories.make_user()
    confirm_email(user)

    def post(path: str, **values: str) -> Any:
        return client.post(path, values)

    yield (
        "security.login.gap",
        gap(
            lambda n: post("/accounts/login/", login=str(user.email), password="wrong-7-pass"),
            lambda n: post("/accounts/login/", login=f"nobody{n}@test.example", password="wrong-7-pass"),
            SLOW_ROUNDS,
        ),
        "ms",
        GAP,
    )
    yield (
        "security.reset.gap",
        gap(
            lambda n: post("/accounts/password/reset/", email=str(user.email)),
            lambda n: post("/accounts/password/reset/", email=f"nobody{n}@test.example"),
            ROUNDS,
        ),
        "ms",
        GAP,
    )
    code, typed = activation_code()

    def activate_as(symbols: str) -> Ask:
        return lambda n: post("/activate/", code=symbols, name="罗青禾", password="demo-pass-2024-x")

    strange = show_code(*make_code())
    wrong = show_code(code.public_id, make_code()[1])
    yield "security.activation.gap", gap(activate_as(wrong), activate_as(strange), ROUNDS), "ms", GAP
    number = certificate_number()
    yield (
        "security.certificate.gap",
        gap(
            lambda n: post("/certificates/", name="没有此人", number=number),
            lambda n: post("/certificates/", name="没有此人", number="2024-典-999999"),
            ROUNDS,
        ),
        "ms",
        GAP,
    )
    caches["default"].clear()
    through = 0
    for n in range(GUESSES):
        asked = {"login": str(user.email), "password": f"guess-{n}-pass"}
        answer = client.post("/accounts/login/", asked, REMOTE_ADDR=f"10.1.{n // 250}.{n % 250 + 1}")
        through += "不正确" in answer.content.decode()
    yield "security.login.tries", through, f"of {GUESSES}", TRIES
    ActivationCode.objects.filter(pk=code.pk).update(tries=0)
    yield "security.activation.race", race(typed, CodeRefused), f"accounts of {RUNNERS}", 1


def activation_code() -> tuple[Any, str]:
    """A live code: its row, and as it was mailed."""
    import secrets

    from accounts.models import ActivationCode, ContactSheet
    from accounts.policy import hash_secret, make_code, show_code
    from kernel import clock
    from tests import factories

    now, province = clock.now(), factories.province()
    sheet = ContactSheet.objects.create(
        call=factories.make_call(now=now), province=province, contact="罗青禾", email="luo@test.example", sent_at=now
    )
    public_id, secret = make_code()
    salt = secrets.token_hex(16)
    row = ActivationCode.objects.create(
        sheet=sheet, province=province, public_id=public_id, salt=salt, digest=hash_secret(secret, salt),
        created_at=now, expires_at=now + timedelta(days=7),
    )  # fmt: skip
    return row, show_code(public_id, secret)


def certificate_number() -> str:
    """The number of a certificate that there is."""
    from cases.lifecycle import State
    from kernel import clock
    from publishing.models import Certificate, SelectedCase
    from tests import factories

    now = clock.now()
    case = factories.make_case(call=factories.make_call(phase="published", now=now), state=State.TYPICAL)
    selected = SelectedCase.objects.create(
        case=case, call=case.call, number=case.number, grade="typical", type=case.type, province=case.province,
        title=case.title, overview=case.overview, authors=[{"name": "韦秋棠"}], unit="云岭镇中心小学", published_at=now,
    )  # fmt: skip
    made = Certificate.objects.create(
        selected=selected, number="2024-典-000001", code="YT7K-9M2D-4TQA", issued_at=now, made_at=now, sha256="0" * 64
    )
    return made.number


def race(typed: str, refused: type[Exception]) -> int:
    """How many administrators come of one code that so many redeem at the same moment."""
    from django.db import connection

    from accounts.actions.activating import LogInFirst, activate
    from accounts.models import ProvinceAdmin
    from kernel import clock

    gate, before = threading.Barrier(RUNNERS), ProvinceAdmin.objects.count()

    def redeem() -> None:
        gate.wait()
        with contextlib.suppress(refused, LogInFirst):
            activate(typed=typed, name="罗青禾", password="demo-pass-2024-x", actor=None, now=clock.now())
        connection.close()

    runners = [threading.Thread(target=redeem) for _ in range(RUNNERS)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    return ProvinceAdmin.objects.count() - before


def main() -> int:
    """Prepare the database, measure, print; 1 where a count passes its ceiling (times are the machine's as well)."""
    django.setup()
    from django.core.management import call_command

    call_command("prepare_database", verbosity=0)
    reached = True
    for name, value, unit, ceiling in figures():
        print(f"{name} {value:.{1 if unit == 'ms' else 0}f} {unit}", flush=True)
        reached &= value <= ceiling or unit == "ms"
        print(f"    {'达到' if value <= ceiling else '没有达到'} {name} ≤ {ceiling:g}", file=sys.stderr, flush=True)
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
