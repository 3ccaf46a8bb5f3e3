"""Letters to people: what those about an account say, and by which way a person is reached."""

from typing import Any

from accounts.models import User
from kernel.letters import post_letter
from kernel.models import Channel

CODE = "您的验证码是：{code}\n\n15 分钟内有效，请勿告诉他人。如非本人操作，请忽略这封邮件。"
LOGIN = (
    "您的登录验证码是：{code}\n\n也可以直接打开这个链接登录：\n{link}\n\n"
    "验证码和链接 15 分钟内有效，链接只能用一次，请勿告诉他人。如非本人操作，请忽略这封邮件。"
)
TEXTS = {
    "account/email/email_confirmation_signup": ("请确认您的邮箱", CODE),
    "account/email/email_confirmation": ("请确认您的邮箱", CODE),
    "account/email/login_code": ("登录验证码", LOGIN),
    "account/email/password_reset_code": ("重设密码的验证码", CODE),
    "account/email/account_already_exists": (
        "您已有账号",
        "有人用这个邮箱注册，但它已有账号。如果是您本人，请直接登录；忘记密码可以重设。",
    ),
    "account/email/unknown_account": ("没有找到账号", "这个邮箱还没有注册账号。如需参加，请先注册。"),
}
ALREADY_EXISTS = "有人用这个手机号注册，但它已有账号。如果是您本人，请直接登录；忘记密码可以用验证码登录。"
NOT_YOU = "如非本人操作，请马上用验证码登录，在“账号与安全”里更改密码、退出其他设备，或拨打咨询电话。"
TEXTS |= {
    "account/email/password_changed": ("密码已更改", f"您的密码刚刚更改，其他设备都已退出登录。{NOT_YOU}"),
    "account/email/password_set": ("密码已设置", f"您的账号刚刚设置了密码。{NOT_YOU}"),
    "account/email/password_reset": ("密码已重设", f"您的密码刚刚用验证码重设，其他设备都已退出登录。{NOT_YOU}"),
    "mfa/email/totp_activated": ("两步验证已开启", f"您的账号刚刚开启了两步验证。{NOT_YOU}"),
    "mfa/email/totp_deactivated": ("两步验证已停用", f"您的账号刚刚停用了两步验证。{NOT_YOU}"),
    "mfa/email/recovery_codes_generated": ("恢复码已更换", f"您的账号刚刚换了一批恢复码，旧的已作废。{NOT_YOU}"),
}
CHANGED = ("账号信息有变动", "您的账号信息刚刚有变动。如非本人操作，请尽快联系我们。")


def text_of(prefix: str, context: dict[str, Any]) -> tuple[str, str]:
    """(subject, body) of one of allauth's letters; those without words of their own say that something changed."""
    subject, body = TEXTS.get(prefix, CHANGED)
    return subject, body.format(code=context.get("code", ""), link=context.get("link", ""))


def write_to(user: User, *, purpose: str, subject: str, body: str) -> None:
    """Post a letter in the open transaction by mail, or by SMS to who registered with a mobile alone; none to a closed
    account."""
    channel, recipient = (Channel.MAIL, user.email) if user.email else (Channel.SMS, user.mobile)
    if recipient and user.is_active:
        post_letter(channel=channel, recipient=recipient, purpose=purpose, subject=subject, body=body)
