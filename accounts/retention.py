"""How long contact sheets, unused registrations, sessions and copies of one's data are kept (kernel.retention)."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db.models import Q

from accounts.models import ActivationCode, Consent, ContactSheet, DataCopy, Session, User
from kernel.retention import Rows, keeps

MEMBER = Q(province_admin__isnull=False) | Q(centre_staff__isnull=False) | Q(expert__isnull=False)


def unused(before: datetime) -> Rows:
    """Registrations nobody ever logged in with: no role, no case, no code used."""
    users = User.objects.filter(last_login__isnull=True, date_joined__lt=before).exclude(MEMBER)
    return users.filter(cases__isnull=True)


@keeps("registrations", words="注册后从未登录的账号", since="注册之日", due=unused)
def delete_registrations(rows: Rows, now: datetime) -> None:
    Consent.objects.filter(user__in=rows).delete()
    EmailAddress.objects.filter(user__in=rows).delete()
    rows.delete()


@keeps(
    "sheets",
    words="联系人信息表上的电话、手机、微信号、QQ、地址和邮箱",
    since="该届公布结果之日",
    due=lambda before: ContactSheet.objects.filter(call__results_due_at__lt=before).exclude(mobile=""),
)
def blank_sheets(rows: Rows, now: datetime) -> None:
    """The sheet stays, as the record of who was given a code, without its contact details."""
    rows.update(address="", telephone="", mobile="", wechat="", qq="", email="")


@keeps(
    "invitations",
    words="邀请同事担任管理员时填写的姓名和邮箱",
    since="邀请之日",
    due=lambda before: ActivationCode.objects.filter(created_at__lt=before, invited_by__isnull=False).exclude(email=""),
)
def blank_invitations(rows: Rows, now: datetime) -> None:
    rows.update(name="", email="")


@keeps(
    "copies", words="个人数据的副本", since="申请之日", due=lambda before: DataCopy.objects.filter(asked_at__lt=before)
)
def delete_copies(rows: Rows, now: datetime) -> None:
    rows.delete()


@keeps(
    "sessions", words="登录会话", since="失效之日", due=lambda before: Session.objects.filter(expire_date__lt=before)
)
def delete_sessions(rows: Rows, now: datetime) -> None:
    rows.delete()
