"""From 附表2 to a province's administrator (R12, R13)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.actions import activating
from accounts.models import ActivationCode, ContactSheet, ProvinceAdmin, SheetState, User
from accounts.policy import CodeRefused, read_code, show_code
from kernel import audit
from kernel.models import Job, Letter
from tests.factories import make_admin, make_call, make_centre, make_user, province

pytestmark = pytest.mark.django_db


def send(now: datetime, **fields: Any) -> ContactSheet:
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
    return activating.send_contact_sheet(call=make_call(), data=data, now=now)


def mailed_code() -> str:
    body = Letter.objects.filter(purpose="activation_code").latest("id").body
    return next(line for line in body.splitlines() if line.count("-") == 4)


def accepted(now: datetime) -> tuple[ContactSheet, str]:
    sheet = send(now)
    activating.accept_sheet(sheet_id=sheet.pk, assurance="电话回拨", actor=make_centre(), now=now)
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
    with pytest.raises(activating.NotMadeSure):
        activating.accept_sheet(sheet_id=sheet.pk, assurance="  ", actor=make_centre(), now=now)
    assert not ActivationCode.objects.exists()


def test_a_sheet_is_decided_once(now: datetime) -> None:
    sheet, _ = accepted(now)
    with pytest.raises(activating.SheetDecided):
        activating.reject_sheet(sheet_id=sheet.pk, reason="重复", actor=make_centre(), now=now)


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


@pytest.mark.parametrize("spoil", ["wrong", "expired", "revoked", "tries"])
def test_every_dead_code_is_answered_alike_and_told_apart_in_the_record(spoil: str, now: datetime) -> None:
    sheet, code = accepted(now)
    row = ActivationCode.objects.get()
    later = now
    if spoil == "wrong":
        public_id, secret = read_code(code)
        code = show_code(public_id, secret[:-1] + ("2" if secret[-1] != "2" else "3"))
    elif spoil == "expired":
        later = row.expires_at
    elif spoil == "revoked":
        activating.revoke_code(code_id=row.pk, actor=make_centre(), now=now)
    else:
        ActivationCode.objects.update(tries=activating.MAX_TRIES)
    with pytest.raises(CodeRefused) as refused:
        activate(code, later)
    assert refused.value.sentence == CodeRefused.sentence
    last = audit.history(sheet).last()
    assert last is not None
    assert (last.verb, last.facts["why"]) == (
        "code.refuse",
        {"wrong": "wrong", "expired": "expired", "revoked": "revoked", "tries": "too many tries"}[spoil],
    )


def test_resending_kills_the_older_code(now: datetime) -> None:
    sheet, old = accepted(now)
    activating.resend_code(sheet_id=sheet.pk, actor=make_centre(), now=now)
    new = mailed_code()
    assert new != old
    with pytest.raises(CodeRefused):
        activate(old, now)
    assert activate(new, now).province.code == "53"


@pytest.mark.parametrize("typed", ["", "ABC", "!" * 30, "0" * 30])
def test_what_cannot_be_a_code_is_refused(typed: str, now: datetime) -> None:
    with pytest.raises(CodeRefused):
        activate(typed, now)
