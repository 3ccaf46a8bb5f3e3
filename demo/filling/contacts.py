"""The provinces' contacts of the demo: sheets sent, made sure of, codes mailed and used (R12, R13)."""

import random
import re
from datetime import datetime, timedelta
from functools import partial

from accounts.actions import activating, codes, contacting
from accounts.models import ContactSheet
from calls.models import Call
from demo.filling.calls import Round, Rounds
from demo.filling.people import People, Person
from demo.filling.timeline import Timeline
from kernel.models import Letter

CODE = re.compile(r"\w{6}(?:-\w{6}){4}")
ASSURANCES = ("收到盖章扫描件", "已电话回拨单位总机核实", "收到盖章扫描件，并电话回拨核实")
WAITING, INVITED = "53", "52"
"""云南: the sheet lies in the centre's inbox. 贵州: accepted, the code is mailed and not yet used."""


def tell_of_contacts(time: Timeline, people: People, rounds: Rounds, admins: dict[str, Person]) -> None:
    """Sheets of every province that takes part, before the first call; two of other provinces in these days."""
    due = rounds.published.contact_sheet_due_at
    for admin in admins.values():
        sent = time.between(due - timedelta(days=14), due - timedelta(days=5))
        time.at(sent, partial(_arrive, time, people, rounds.published, admin))
    time.at(due - timedelta(days=1), partial(_invite_second, time, people))
    invited, waiting = people.stranger(INVITED), people.stranger(WAITING)
    for person, code in ((invited, INVITED), (waiting, WAITING)):
        person.unit = people.office(code)
    time.at(time.now - timedelta(hours=9), lambda now: _send(time.rng, rounds.open.call, invited, now))
    time.at(time.now - timedelta(hours=2), lambda now: _accept(time.rng, people, invited, now))
    time.at(time.now - timedelta(minutes=50), lambda now: _send(time.rng, rounds.open.call, waiting, now))


def _arrive(time: Timeline, people: People, first: Round, admin: Person, now: datetime) -> None:
    """A sheet comes; within days the centre makes sure and the contact activates the account."""
    _send(time.rng, first.call, admin, now)
    accepted = now + timedelta(hours=time.rng.randint(4, 40))
    time.at(accepted, lambda later: _accept(time.rng, people, admin, later))
    time.at(accepted + timedelta(hours=time.rng.randint(1, 40)), lambda later: _activate(admin, later))


def _send(rng: random.Random, call: Call, person: Person, now: datetime) -> ContactSheet:
    province = person.province
    return contacting.send_contact_sheet(
        call=call,
        data={
            "province": province,
            "unit": person.unit,
            "department": "教师研修部",
            "contact": person.name,
            "post": rng.choice(("主任", "副主任", "项目主管")),
            "address": f"{province.name}文渊路{rng.randint(1, 199)}号",
            "postcode": f"{province.code}0000",
            "telephone": f"0{rng.randint(310, 990)}-5550{rng.randint(1000, 9999)}",
            "mobile": person.mobile,
            "wechat": f"yanxiu{rng.randint(1000, 9999)}",
            "email": person.email,
        },
        now=now,
    )


def _accept(rng: random.Random, people: People, person: Person, now: datetime) -> None:
    sheet = ContactSheet.objects.get(email=person.email)
    actor = people.accounts["centre"].user
    contacting.accept_sheet(sheet_id=sheet.pk, assurance=rng.choice(ASSURANCES), actor=actor, now=now)


def _activate(person: Person, now: datetime) -> None:
    """The person reads the code in the newest letter and uses it with an account of their own."""
    letters = Letter.objects.filter(purpose="activation_code").order_by("-pk")
    code = CODE.search(next(letter.body for letter in letters.iterator() if person.province.name in letter.body))
    assert code is not None
    activating.activate(typed=code.group(), name=person.name, password="", actor=person.register(now), now=now)


def _invite_second(time: Timeline, people: People, now: datetime) -> None:
    """A second administrator of the same province gets a code of their own."""
    first, second = people.accounts["province"], people.accounts["province-b"]
    sheet = ContactSheet.objects.get(email=first.email)
    codes.send_codes(sheet_ids=[sheet.pk], actor=people.accounts["centre"].user, now=now)
    time.at(now + timedelta(hours=2), lambda later: _activate(second, later))
