"""The whole fill: who is there, which calls run, what happened in them; all of it or nothing."""

import random
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from accounts.actions.colleagues import set_admin_active
from accounts.models import ContactSheet, ProvinceAdmin, User
from accounts.provinces import PROVINCES
from calls.models import Call
from cases.actions import likening
from cases.models import Case
from cases.storing import discard
from demo.accounts import ACCOUNTS
from demo.filling.calls import Rounds, rounds_at
from demo.filling.cases import Desk
from demo.filling.contacts import tell_of_contacts
from demo.filling.crowd.cast import UNATTENDED
from demo.filling.crowd.load import Wanted, fill_load
from demo.filling.crowd.stock import Stock
from demo.filling.crowd.telling import Chorus
from demo.filling.files import Shelf
from demo.filling.people import People, Person, join_centre, join_experts
from demo.filling.publishing import tell_of_notices
from demo.filling.rounds import Teller
from demo.filling.screening import Screeners
from demo.filling.timeline import ZONE, Timeline
from kernel import keeping
from kernel.errors import Refusal
from kernel.models import Job, JobState, Letter, Message
from publishing.models import Certificate

SEED = 2024
CHIEFS = {"42": "province", "51": "province2", "66": "province3"}
"""Provinces whose administrator is one of the demo's accounts."""

STORY = ("42", "51", "33", "41", "43", "61", "62", "45", "32", "37", "66")
"""Provinces that have administrators where the story is told alone."""

EXPERTS = (
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "34", "35", "36", "37", "41", "43", "44", "45", "46",
    "50", "52", "53", "61", "62", "63", "64", "65",
)  # fmt: skip
"""Where the experts come from that nobody can log in as; with those of the accounts they are thirty and one."""

BEGINNING = datetime(2024, 9, 2, 9, 0, tzinfo=ZONE)
LETTERS_ON_THEIR_WAY = 8

Say = Callable[[str], None]


class OnlyInDemo(Refusal):
    code = "only_in_demo"
    sentence = "正式环境不能填充演示数据。"


def fill(*, now: datetime, crowd: bool = True, say: Say = lambda words: None) -> dict[str, int]:
    """Fill an empty portal; what was made, or nothing when the demo is there already. Refuses: OnlyInDemo.

    The story is played by the portal's own actions at moments of the past, so what they guarantee holds here; the
    crowd around it is written in bulk, alike to what the actions leave. `say` hears how far the fill has come.
    """
    if settings.PRODUCTION:
        raise OnlyInDemo
    if User.objects.filter(email=ACCOUNTS[0].email).exists():
        return {}
    rng = random.Random(SEED)
    with workplace() as folder:
        shelf = Shelf(rng, folder)
        with one_transaction(shelf.kept):
            _tell(Timeline(now, rng), shelf, crowd, say)
            return _counts()


def load(*, wanted: Wanted, now: datetime, say: Say) -> dict[str, int]:
    """Write one more call of many cases for load work; what was made. Refuses: OnlyInDemo, TooManyForOne."""
    if settings.PRODUCTION:
        raise OnlyInDemo
    rng = random.Random(SEED)
    with workplace() as folder:
        shelf = Shelf(rng, folder)
        with one_transaction(shelf.kept):
            return fill_load(wanted, people=People(rng), shelf=shelf, now=now, say=say)


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder for what is made, near where uploads wait."""
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="demo-") as folder:
        yield Path(folder)


@contextmanager
def one_transaction(kept: list[str]) -> Iterator[None]:
    """A transaction that holds whole actions: these insist on being the outermost block, except inside a marked one.

    Where it fails, the bytes under the kept keys go too. Before it ends the planner learns what is in the tables: left
    to autovacuum it would guess wrongly for a minute, at a ranking of 50,000 by a factor of a thousand.
    """
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    try:
        with block:
            yield
            # Rows written in bulk pass by the actions that would have said so.
            keeping.changed()
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
    except BaseException:
        for key in kept:
            discard(key)
        raise


def _tell(time: Timeline, shelf: Shelf, crowd: bool, say: Say) -> None:
    people, rounds = People(time.rng), rounds_at(time.now)
    _gather(time, people, rounds, crowd)
    codes = [code for code, _, _ in PROVINCES] if crowd else STORY
    chiefs = {code: people.accounts[login] for code, login in CHIEFS.items()}
    chiefs |= {code: people.stranger(code, unit=people.office(code)) for code in codes if code not in chiefs}
    tell_of_contacts(time, people, rounds, chiefs)
    admins: dict[str, list[Person]] = {code: [chief] for code, chief in chiefs.items()}
    admins["42"].append(people.accounts["province-b"])
    time.at(rounds.recommendation.submission_opens_at + timedelta(days=5), partial(_leave, people))
    stock = Stock(shelf.folder, shelf.kept) if crowd else None
    try:
        if stock:
            stock.open_press()
        desk = Desk(time, people, shelf)
        chorus = Chorus(time, people, admins, shelf, stock, say) if stock else None
        teller = Teller(time, people, rounds, desk, Screeners(time, admins), chorus)
        teller.tell_published()
        teller.tell_in_review()
        teller.tell_in_recommendation()
        teller.tell_open()
        tell_of_notices(time, rounds, people.accounts["centre"], teller.certified_at + timedelta(hours=1))
        time.play()
        say("查找相同的段落")
        _liken(desk.handed_in_cases)
    finally:
        if stock:
            stock.close()
    _settle(time.now)


def _gather(time: Timeline, people: People, rounds: Rounds, crowd: bool) -> None:
    """The centre and its experts come first, then each call is announced by the centre; newcomers come last."""
    accounts, centre = people.accounts, people.accounts["centre"]
    for login in ("centre", "centre-b"):
        time.at(BEGINNING, partial(join_centre, accounts[login]))
    experts = [accounts[login] for login in ("expert", "expert2", "expert3")]
    if crowd:
        experts += [people.stranger(code, "region") for code in EXPERTS]
    for number, expert in enumerate(experts):
        time.at(BEGINNING + timedelta(days=1, minutes=number), partial(join_experts, expert, centre))
    for round in rounds.all():
        time.at(round.submission_opens_at - timedelta(days=20), partial(round.announce, centre))
    # After every draw and every repair: this expert has nothing to do yet.
    time.at(time.now - timedelta(hours=26), partial(join_experts, accounts["expert4"], centre))
    time.at(time.now - timedelta(hours=3), accounts["teacher3"].register)


def _leave(people: People, now: datetime) -> None:
    """Two provinces lose their administrators; those who are to follow are still being looked for."""
    for admin in ProvinceAdmin.objects.filter(province__code__in=UNATTENDED, active=True).order_by("pk"):
        set_admin_active(admin_id=admin.pk, active=False, actor=people.accounts["centre"].user, now=now)


def _liken(case_ids: Iterable[int]) -> None:
    """Make all texts known, and look for what those of the story have in common with others: among some thousand that
    are made of the same sentences everything is like something."""
    likening.know_together(list(likening.outdated().values_list("pk", flat=True)))
    for case_id in sorted(case_ids):
        likening.liken(case_id=case_id)


def _settle(now: datetime) -> None:
    """Old letters were sent and old messages read long ago; the newest letters are left for the worker to bring."""
    waiting = list(Letter.objects.filter(sent_at__isnull=True).order_by("pk").values_list("pk", flat=True))
    sent = waiting[:-LETTERS_ON_THEIR_WAY]
    Letter.objects.filter(pk__in=sent).update(sent_at=F("created_at"), recipient="", body="")
    # Whatever else the actions promised has been done above, in its time.
    waiting_jobs = Job.objects.filter(state=JobState.WAITING)
    letters = waiting_jobs.filter(kind="kernel.send_letter", args__letter_id__in=sent)
    for done in (letters, waiting_jobs.exclude(kind="kernel.send_letter")):
        done.update(state=JobState.DONE, finished_at=F("created_at"))
    Message.objects.filter(at__lt=now - timedelta(days=3)).update(read_at=F("at") + timedelta(hours=5))


def _counts() -> dict[str, int]:
    return {
        "账号": User.objects.count(),
        "届次": Call.objects.count(),
        "案例": Case.objects.count(),
        "证书": Certificate.objects.count(),
        "联系人信息表": ContactSheet.objects.count(),
    }
