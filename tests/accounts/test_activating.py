"""From 附表2 to a province's administrator (R12, R13)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.actions import activating, codes, contacting
from accounts.models import ActivationCode, ContactSheet, ProvinceAdmin, SheetState, User
from accounts.policy import CodeRefused, read_code, show_code
from calls.models import Call
from kernel import audit
from kernel.models import Job, Letter
from tests.factories import make_admin, make_call, make_centre, make_user, province

pytestmark = pytest.mark.django_db


def send(now: datetime, *, call: Call | None = None, **fields: Any) -> ContactSheet:
    data = {
        "province": province("53"),
        "unit": "滇云教师发展中心",
        "department": "培训部",
        "contact": "段知微",
        "post": "主任",
        "address": "翠湖路 1 号",
        "postcode": "650000",
        "telephone": "0871-1234567",
        "mobile": "19900001111",
        "wechat": "",
        "qq": "",
        "email": "duan@test.example",
        **fields,
    }
    return contacting.send_contact_sheet(call=call or make_call(), data=data, now=now)


def mailed_code() -> str:
    body = Letter.objects.filter(purpose="activation_code").latest("id").body
    return next(line for line in body.splitlines() if line.count("-") == 4)


def accepted(now: datetime) -> tuple[ContactSheet, str]:
    sheet = send(now)
    contacting.accept_sheet(sheet_id=sheet.pk, assurance="电话回拨", actor=make_centre(), now=now)
    sheet.refresh_from_db()
    return sheet, mailed_code()


def activate(code: str, now: datetime, actor: User | None = None) -> ProvinceAdmin:
    return activating.activate(typed=code, name="段知微", password="一句很长的话2024", actor=actor, now=now)


def test_accepting_a_sheet_mails_a_code_and_keeps_only_its_hash(now: datetime) -> None:
    sheet, code = accepted(now)
    row = ActivationCode.objects.get(sheet=sheet)
    _, secret = read_code(code)
    assert sheet.state == SheetState.ACCEPTED
    assert row.expires_at == now + timedelta(days=7)
    assert secret not in f"{row.digest}{row.salt}{row.public_id}"
    assert Job.objects.filter(kind="kernel.send_letter", state="waiting").count() == 1
    assert [entry.verb for entry in audit.history(sheet)] == ["sheet.send", "sheet.accept", "code.send"]


def test_a_sheet_is_not_accepted_before_the_centre_made_sure(now: datetime) -> None:
    sheet = send(now)
    with pytest.raises(contacting.NotMadeSure):
        contacting.accept_sheet(sheet_id=sheet.pk, assurance="  ", actor=make_centre(), now=now)
    assert not ActivationCode.objects.exists()


def test_a_sheet_is_decided_once(now: datetime) -> None:
    sheet, _ = accepted(now)
    with pytest.raises(contacting.SheetDecided):
        contacting.reject_sheet(sheet_id=sheet.pk, reason="重复", actor=make_centre(), now=now)


def test_the_code_makes_an_administrator_of_the_sheets_province_once(now: datetime) -> None:
    _, code = accepted(now)
    admin = activate(code.lower().replace("-", " "), now)
    assert (admin.province.code, admin.active, admin.user.email) == ("53", True, "duan@test.example")
    with pytest.raises(CodeRefused):
        activate(code, now)


def test_a_logged_in_user_becomes_the_administrator(now: datetime) -> None:
    _, code = accepted(now)
    user = make_user()
    assert activate(code, now, actor=user).user == user


def test_an_administrator_of_another_province_is_not_moved(now: datetime) -> None:
    _, code = accepted(now)
    user = make_admin("42")
    with pytest.raises(activating.AnotherProvince, match="湖北省的管理员"):
        activate(code, now, actor=user)
    assert (user.province_admin.province.code, ActivationCode.objects.get().used_at) == ("42", None)
    ProvinceAdmin.objects.filter(user=user).update(active=False)
    assert activate(code, now, actor=user).province.code == "53"


def test_an_address_that_has_an_account_must_log_in_first(now: datetime) -> None:
    _, code = accepted(now)
    make_user(email="Duan@test.example")
    with pytest.raises(activating.LogInFirst):
        activate(code, now)
    assert ActivationCode.objects.get().used_at is None


@pytest.mark.parametrize("spoil", ["wrong", "expired", "used", "revoked", "tries"])
def test_every_dead_code_is_answered_alike_and_told_apart_in_the_record(spoil: str, now: datetime) -> None:
    sheet, code = accepted(now)
    row = ActivationCode.objects.get()
    later = now
    if spoil == "wrong":
        public_id, secret = read_code(code)
        code = show_code(public_id, secret[:-1] + ("2" if secret[-1] != "2" else "3"))
    elif spoil == "expired":
        later = row.expires_at
    elif spoil == "used":
        activate(code, now, actor=make_user())
    elif spoil == "revoked":
        codes.revoke_code(code_id=row.pk, actor=make_centre(), now=now)
    else:
        ActivationCode.objects.update(tries=activating.MAX_TRIES)
    with pytest.raises(CodeRefused) as refused:
        activate(code, later)
    assert refused.value.sentence == CodeRefused.sentence
    last = audit.history(sheet).last()
    assert last is not None
    assert (last.verb, last.facts["why"]) == (
        "code.refuse",
        "too many tries" if spoil == "tries" else spoil,
    )


def test_resending_kills_the_older_code(now: datetime) -> None:
    sheet, old = accepted(now)
    codes.send_codes(sheet_ids=[sheet.pk], actor=make_centre(), now=now)
    new = mailed_code()
    assert new != old
    with pytest.raises(CodeRefused):
        activate(old, now)
    assert activate(new, now).province.code == "53"


def test_no_code_outlives_a_week_whatever_the_call_says(now: datetime) -> None:
    sheet = send(now, call=make_call(activation_days=30))
    contacting.accept_sheet(sheet_id=sheet.pk, assurance="电话回拨", actor=make_centre(), now=now)
    assert ActivationCode.objects.get().expires_at == now + timedelta(days=7)
    assert "7 日内" in Letter.objects.get(purpose="activation_code").body
    with pytest.raises(IntegrityError), transaction.atomic():
        ActivationCode.objects.update(expires_at=now + timedelta(days=7, seconds=1))


def test_codes_go_to_several_provinces_in_one_go_and_to_none_when_one_is_not_made_sure_of(now: datetime) -> None:
    call, centre = make_call(), make_centre()
    sheets = [send(now, call=call, province=province(code)) for code in ("11", "12", "13")]
    for sheet in sheets[:2]:
        contacting.accept_sheet(sheet_id=sheet.pk, assurance="电话回拨", actor=centre, now=now, send=False)
    assert not ActivationCode.objects.exists()
    with pytest.raises(codes.NotAccepted, match="河北的信息表还没有通过核实"):
        codes.send_codes(sheet_ids=[sheet.pk for sheet in sheets], actor=centre, now=now)
    assert not ActivationCode.objects.exists()
    sent = codes.send_codes(sheet_ids=[sheet.pk for sheet in sheets[:2]], actor=centre, now=now)
    assert [code.province.short for code in sent] == ["北京", "天津"]
    assert Job.objects.filter(kind="kernel.send_letter", state="waiting").count() == 2
    assert all(audit.history(sheet).filter(verb="code.send").count() == 1 for sheet in sheets[:2])
    with pytest.raises(codes.NothingToSend):
        codes.send_codes(sheet_ids=[], actor=centre, now=now)


def test_a_correction_that_names_somebody_else_asks_to_make_sure_again(now: datetime) -> None:
    sheet, code = accepted(now)
    centre = make_centre()
    data = {name: getattr(sheet, name) for name in ContactSheet.WRITTEN}
    contacting.correct_sheet(sheet_id=sheet.pk, data={**data, "postcode": "650001"}, actor=centre, now=now)
    sheet.refresh_from_db()
    assert (sheet.postcode, sheet.state) == ("650001", SheetState.ACCEPTED)
    new = {**data, "postcode": "650001", "email": "other@test.example"}
    contacting.correct_sheet(sheet_id=sheet.pk, data=new, actor=centre, now=now)
    sheet.refresh_from_db()
    assert (sheet.email, sheet.state, sheet.assurance) == ("other@test.example", SheetState.NEW, "")
    with pytest.raises(CodeRefused):
        activate(code, now)
    facts = [entry.facts for entry in audit.history(sheet).filter(verb="sheet.correct")]
    assert facts == [{"fields": ["postcode"], "again": False}, {"fields": ["email"], "again": True}]


def test_a_rejected_sheet_is_not_corrected(now: datetime) -> None:
    sheet = send(now)
    contacting.reject_sheet(sheet_id=sheet.pk, reason="不是组织单位", actor=make_centre(), now=now)
    data = {name: getattr(sheet, name) for name in ContactSheet.WRITTEN}
    with pytest.raises(contacting.SheetDecided, match="请对方重新提交"):
        contacting.correct_sheet(sheet_id=sheet.pk, data={**data, "unit": "别处"}, actor=make_centre(), now=now)


@pytest.mark.parametrize("typed", ["", "ABC", "!" * 30, "0" * 30])
def test_what_cannot_be_a_code_is_refused(typed: str, now: datetime) -> None:
    with pytest.raises(CodeRefused):
        activate(typed, now)
