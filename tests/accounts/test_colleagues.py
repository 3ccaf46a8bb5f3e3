"""A province's administrators invite colleagues, hand over and leave (R13)."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from accounts.actions import colleagues
from accounts.actions.activating import YourOwn
from accounts.models import ActivationCode, ProvinceAdmin, User
from accounts.policy import CodeRefused
from kernel import audit
from kernel.models import Letter, Message
from tests.accounts.test_activating import accepted, activate, mailed_code
from tests.factories import make_admin, make_centre, make_user

pytestmark = pytest.mark.django_db


def invite(actor: User, now: datetime, *, email: str = "luo@test.example", hands_over: bool = False) -> str:
    colleagues.invite_colleague(name="骆明漪", email=email, hands_over=hands_over, actor=actor, now=now)
    return mailed_code()


def administers(user: User) -> bool:
    return ProvinceAdmin.objects.filter(user=user, active=True).exists()


def test_a_colleague_activates_an_account_of_the_same_province(now: datetime) -> None:
    actor = make_admin("42")
    admin = activate(invite(actor, now), now)
    assert (admin.province.code, admin.user.email, administers(actor)) == ("42", "luo@test.example", True)
    code = ActivationCode.objects.get()
    assert (code.expires_at, code.used_by) == (now + timedelta(days=7), admin.user)
    assert [(entry.verb, entry.province_code) for entry in audit.history(code)] == [
        ("admin.invite", "42"), ("code.activate", "42"),
    ]  # fmt: skip
    assert "luo@" not in str([entry.facts for entry in audit.history(code)])
    assert "骆明漪" not in str([entry.facts for entry in audit.history(code)])


def test_handing_over_ends_the_membership_when_the_successor_is_there_and_not_before(now: datetime) -> None:
    actor = make_admin("42")
    code = invite(actor, now, hands_over=True)
    assert administers(actor)
    with pytest.raises(YourOwn):
        activate(code, now, actor=actor)
    successor = activate(code, now).user
    assert (administers(actor), administers(successor)) == (False, True)
    assert "交接已经完成" in Message.objects.get(user=actor).text
    assert [entry.verb for entry in audit.history(ProvinceAdmin.objects.get(user=actor))] == ["admin.hand_over"]


def test_the_last_administrator_cannot_leave(now: datetime) -> None:
    first = make_admin("42")
    make_admin("51")
    with pytest.raises(colleagues.LastAdministrator):
        colleagues.leave(actor=first, now=now)
    second = make_admin("42")
    colleagues.leave(actor=first, now=now)
    assert (administers(first), administers(second)) == (False, True)


def test_who_leaves_takes_open_invitations_along(now: datetime) -> None:
    actor = make_admin("42")
    make_admin("42")
    code = invite(actor, now)
    colleagues.leave(actor=actor, now=now)
    with pytest.raises(CodeRefused):
        activate(code, now)


def test_only_administrators_invite_and_nobody_who_is_one_already(now: datetime) -> None:
    with pytest.raises(colleagues.NotAdministrator):
        invite(make_user(), now)
    actor = make_admin("42", email="qin@test.example")
    with pytest.raises(colleagues.AlreadyColleague):
        invite(actor, now, email="Qin@test.example")


def test_a_second_invitation_kills_the_first_and_there_are_only_so_many(now: datetime) -> None:
    actor = make_admin("42")
    old = invite(actor, now)
    new = invite(actor, now)
    with pytest.raises(CodeRefused):
        activate(old, now)
    for n in range(colleagues.MOST_INVITATIONS - 1):
        invite(actor, now, email=f"c{n}@test.example")
    with pytest.raises(colleagues.TooManyInvitations):
        invite(actor, now, email="one-more@test.example")
    assert activate(new, now).province.code == "42"


def test_an_invitation_is_revoked_by_its_own_province_alone(now: datetime) -> None:
    actor, stranger = make_admin("42"), make_admin("51")
    code = invite(actor, now)
    row = ActivationCode.objects.get()
    with pytest.raises(colleagues.NotAdministrator):
        colleagues.revoke_invitation(code_id=row.pk, actor=stranger, now=now)
    colleagues.revoke_invitation(code_id=row.pk, actor=make_admin("42"), now=now)
    with pytest.raises(CodeRefused):
        activate(code, now)


def test_a_code_of_the_centre_is_no_invitation_to_revoke(now: datetime) -> None:
    accepted(now)
    with pytest.raises(colleagues.NotAdministrator):
        colleagues.revoke_invitation(code_id=ActivationCode.objects.get().pk, actor=make_admin("53"), now=now)
    assert ActivationCode.objects.get().revoked_at is None


def test_the_centre_switches_an_administrator_off_at_the_next_request(client: Client, now: datetime) -> None:
    user, centre = make_admin("42"), make_centre()
    browser = Client()
    browser.force_login(user)
    assert browser.get("/screening/").status_code == 200
    client.force_login(centre)
    client.post(f"/centre/provinces/admins/{user.province_admin.pk}/switch/", {"active": "0"})
    assert browser.get("/screening/").status_code == 403
    client.post(f"/centre/provinces/admins/{user.province_admin.pk}/switch/", {"active": "1"})
    assert browser.get("/screening/").status_code == 200
    verbs = [entry.verb for entry in audit.history(user.province_admin)]
    assert verbs == ["admin.close", "admin.open"]


def test_the_page_of_colleagues_invites_revokes_and_lets_go(client: Client) -> None:
    first = make_admin("42")
    client.force_login(first)
    page = "/screening/colleagues/"
    answer = client.post(page, {"act": "invite", "name": "骆明漪", "email": "luo@"})
    assert (
        answer.status_code == 422 and "邮箱格式不对" in answer.content.decode() and "骆明漪" in answer.content.decode()
    )
    client.post(page, {"act": "invite", "name": "骆明漪", "email": "luo@test.example"})
    assert Letter.objects.get().recipient == "luo@test.example"
    shown = client.get(page).content.decode()
    assert "还没有激活的邀请" in shown and "luo@test.example" in shown
    client.post(page, {"act": "revoke", "code": ActivationCode.objects.get().pk})
    assert "还没有激活的邀请" not in client.get(page).content.decode()
    assert "您是本省唯一的管理员" in client.post(page, {"act": "leave"}, follow=True).content.decode()
    make_admin("42")
    assert client.post(page, {"act": "leave"})["Location"] == "/accounts/desk/"
    assert client.get(page).status_code == 403


def test_another_provinces_invitations_are_not_shown(client: Client, now: datetime) -> None:
    invite(make_admin("51"), now)
    client.force_login(make_admin("42"))
    assert "luo@test.example" not in client.get("/screening/colleagues/").content.decode()
