"""The whole fill: who is there, which calls run, what happened in them; all of it or nothing."""

import random
import tempfile
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F

from accounts.models import ContactSheet, User
from calls.models import Call
from cases.models import Case
from cases.storing import discard
from demo.accounts import ACCOUNTS
from demo.filling.calls import Rounds, rounds_at
from demo.filling.cases import Desk
from demo.filling.contacts import tell_of_contacts
from demo.filling.files import Shelf
from demo.filling.people import People, Person, join_centre, join_experts
from demo.filling.publishing import tell_of_notices
from demo.filling.rounds import Teller
from demo.filling.screening import Screeners
from demo.filling.timeline import ZONE, Timeline
from kernel.errors import Refusal
from kernel.models import Job, JobState, Letter, Message
from publishing.models import Certificate

SEED = 2024
PROVINCES = ("42", "51", "33", "41", "43", "61", "62", "45", "32", "37")
"""Provinces that have administrators; the first two are those of the demo's accounts."""

BEGINNING = datetime(2024, 9, 2, 9, 0, tzinfo=ZONE)
LETTERS_ON_THEIR_WAY = 8


class OnlyInDemo(Refusal):
    code = "only_in_demo"
    sentence = "正式环境不能填充演示数据。"


def fill(*, now: datetime) -> dict[str, int]:
    """Fill an empty portal; what was made, or nothing when the demo is there already. Refuses: OnlyInDemo.

    Everything is done by the portal's own actions at moments of the past, so what they guarantee holds here.
    """
    if settings.PRODUCTION:
        raise OnlyInDemo
    if User.objects.filter(email=ACCOUNTS[0].email).exists():
        return {}
    rng = random.Random(SEED)
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="demo-") as folder:
        shelf = Shelf(rng, Path(folder))
        try:
            with _one_transaction():
                _tell(Timeline(now, rng), shelf)
                return _counts()
        except BaseException:
            for key in shelf.kept:
                discard(key)
            raise


def _one_transaction() -> transaction.Atomic:
    """A transaction that holds whole actions: these insist on being the outermost block, except inside a marked one."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    return block


def _tell(time: Timeline, shelf: Shelf) -> None:
    people, rounds = People(time.rng), rounds_at(time.now)
    _gather(time, people, rounds)
    chiefs = {code: people.stranger(code, unit=people.office(code)) for code in PROVINCES[2:]}
    chiefs = {"42": people.accounts["province"], "51": people.accounts["province2"], **chiefs}
    tell_of_contacts(time, people, rounds, chiefs)
    admins: dict[str, list[Person]] = {code: [chief] for code, chief in chiefs.items()}
    admins["42"].append(people.accounts["province-b"])
    teller = Teller(time, people, rounds, Desk(time, people, shelf), Screeners(time, admins))
    teller.tell_published()
    teller.tell_in_review()
    teller.tell_in_recommendation()
    teller.tell_open()
    tell_of_notices(time, rounds, people.accounts["centre"], teller.certified_at + timedelta(hours=1))
    time.play()
    _settle(time.now)


def _gather(time: Timeline, people: People, rounds: Rounds) -> None:
    """The centre and its experts come first, then each call is announced by the centre."""
    accounts, centre = people.accounts, people.accounts["centre"]
    for login in ("centre", "centre-b"):
        time.at(BEGINNING, partial(join_centre, accounts[login]))
    for login in ("expert", "expert2", "expert3"):
        time.at(BEGINNING + timedelta(days=1), partial(join_experts, accounts[login], centre))
    for round in rounds.all():
        time.at(round.submission_opens_at - timedelta(days=20), partial(round.announce, centre))


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
