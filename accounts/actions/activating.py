"""From an activation code to a province's administrator, once (R13)."""

from datetime import datetime

from django.db import transaction

from accounts.actions.codes import note
from accounts.actions.colleagues import end_membership
from accounts.actions.registering import confirm_email
from accounts.models import ActivationCode, ProvinceAdmin, User
from accounts.policy import CodeRefused, read_code, secret_matches
from kernel.errors import Refusal
from kernel.letters import tell

MAX_TRIES = 10


class LogInFirst(Refusal):
    code = "log_in_first"
    sentence = "收到激活码的邮箱已有账号。请先用该账号登录，再打开本页填写激活码。"


class AnotherProvince(Refusal):
    """An account administers one province: a code of another must not move it there unasked."""

    code = "another_province"

    def __init__(self, name: str) -> None:
        super().__init__(f"您现在登录的账号是{name}的管理员。请先退出，再打开本页填写激活码。")


class YourOwn(Refusal):
    code = "your_own"
    sentence = "这个激活码是您发给接替的同事的，请由对方用自己的账号激活。"


def activate(*, typed: str, name: str, password: str, actor: User | None, now: datetime) -> ProvinceAdmin:
    """Turn a code into an administrator account, once.

    A logged-in `actor` becomes the administrator; otherwise a new account is made for the e-mail the code
    went to. Whoever gave the province over with it administers it no more. Refuses: CodeRefused (wrong, expired, used,
    revoked alike), LogInFirst, AnotherProvince, YourOwn. A failed try is counted and kept.
    """
    try:
        return _activate(typed=typed, name=name, password=password, actor=actor, now=now)
    except CodeRefused as refusal:
        _count_try(typed, str(refusal.__cause__ or "wrong"), now)
        raise


@transaction.atomic(durable=True)
def _count_try(typed: str, why: str, now: datetime) -> None:
    """What must survive the refusal: the try, and which kind it was."""
    try:
        public_id, _ = read_code(typed)
    except CodeRefused:
        return
    rows = ActivationCode.objects.select_for_update(of=("self",)).select_related("sheet", "province")
    code = rows.filter(public_id=public_id).first()
    if code is not None:
        code.tries += 1
        code.save(update_fields=["tries"])
        note("code.refuse", code, None, now, why=why)


@transaction.atomic(durable=True)
def _activate(*, typed: str, name: str, password: str, actor: User | None, now: datetime) -> ProvinceAdmin:
    code = check_code(typed, now, lock=True)
    if code.hands_over and actor is not None and actor.pk == code.invited_by_id:
        raise YourOwn
    user = actor or _new_account(code, name, password)
    elsewhere = ProvinceAdmin.objects.filter(user=user, active=True).exclude(province=code.province)
    if (standing := elsewhere.select_related("province").first()) is not None:
        raise AnotherProvince(standing.province.name)
    admin, _ = ProvinceAdmin.objects.update_or_create(
        user=user, defaults={"province": code.province, "active": True, "since": now}
    )
    code.used_at, code.used_by = now, user
    code.save(update_fields=["used_at", "used_by"])
    note("code.activate", code, user, now)
    _settle_invitation(code, user, now)
    return admin


def _new_account(code: ActivationCode, name: str, password: str) -> User:
    """An account for the address the code was mailed to. Refuses: LogInFirst."""
    contact, email = (code.sheet.contact, code.sheet.email) if code.sheet else (code.name, code.email)
    if User.objects.filter(email__iexact=email).exists():
        raise LogInFirst
    user = User.objects.create_user(
        name=name or contact, email=email.lower(), password=password, province=code.province
    )
    confirm_email(user)
    return user


def _settle_invitation(code: ActivationCode, user: User, now: datetime) -> None:
    """Tell whoever invited that it was taken up; one who gave the province over administers it no more."""
    if code.invited_by is None:
        return
    words = f"{user.name}已用您发出的激活码开通{code.province.short}的管理员账号。"
    if code.hands_over:
        end_membership(user=code.invited_by, province=code.province, verb="admin.hand_over", actor=user, now=now)
        words += "交接已经完成，您不再是本省的管理员。"
    tell(user=code.invited_by, text=words, now=now)


def check_code(typed: str, now: datetime, *, lock: bool = False) -> ActivationCode:
    """The live code that was typed. Refuses (CodeRefused) with the true reason only as its cause, for the record."""
    public_id, secret = read_code(typed)
    rows = ActivationCode.objects.select_related("sheet", "invited_by", "province")
    code = (rows.select_for_update(of=("self",)) if lock else rows).filter(public_id=public_id).first()
    if code is None or not secret_matches(secret, code.salt, code.digest):
        raise CodeRefused from ValueError("wrong")
    for spent, why in (
        (code.tries >= MAX_TRIES, "too many tries"),
        (code.used_at is not None, "used"),
        (code.revoked_at is not None, "revoked"),
        (now >= code.expires_at, "expired"),
    ):
        if spent:
            raise CodeRefused from ValueError(why)
    return code
