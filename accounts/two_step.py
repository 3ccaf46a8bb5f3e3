"""The second step of a login: a code from an app on the phone (TOTP, RFC 6238), or a recovery code on paper."""

from io import BytesIO
from typing import Any, ClassVar

import segno
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings

from accounts.models import User
from accounts.policy import GUARDED
from accounts.queries import roles_held
from kernel.encryption import decrypt, encrypt

PLACE = "mfa_authenticator.data"
SECRETS = ("secret", "seed")
"""What of an authenticator's data is encrypted."""


class Adapter(DefaultMFAAdapter):
    """allauth's second step with our sentences, our keys and our QR codes."""

    error_messages: ClassVar = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "动态码不正确或已经用过。请等应用里换一个新的再填。",
        "cannot_delete_authenticator": "您的账号要求两步验证，不能停用。换手机请先用恢复码登录，再重新设置。",
        "cannot_generate_recovery_codes": "请先开启两步验证。",
        "unverified_email": "请先确认电子邮箱，再开启两步验证。",
    }

    def encrypt(self, text: str) -> str:
        return encrypt(text, place=PLACE)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text, place=PLACE)

    def build_totp_svg(self, url: str) -> str:
        drawn = BytesIO()
        segno.make(url, error="m").save(drawn, kind="svg", scale=5, border=4, dark="#000", light="#fff", xmldecl=False)
        return drawn.getvalue().decode()

    def _get_user_identifier(self, user: Any) -> str:
        return user.email or user.name

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not (settings.MFA_REQUIRED and roles_held(authenticator.user) & GUARDED)


def switched_on(user: User) -> bool:
    """Whether the user has an app with which to take it."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def rotate() -> int:
    """Encrypt the secrets of all authenticators under the current key; how many rows."""
    count = 0
    for row in Authenticator.objects.iterator():
        for name in SECRETS:
            if name in row.data:
                row.data[name] = encrypt(decrypt(row.data[name], place=PLACE), place=PLACE)
        row.save(update_fields=["data"])
        count += 1
    return count
