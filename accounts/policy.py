"""Roles, and what an activation code is."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from kernel.errors import Refusal


class Role(StrEnum):
    """Who may call a view. Everyone who is logged in is an author too (R1)."""

    AUTHOR = "author"
    PROVINCE = "province"
    EXPERT = "expert"
    CENTRE = "centre"


ROLE_NAMES = {
    Role.AUTHOR: "作者",
    Role.PROVINCE: "省级管理员",
    Role.EXPERT: "评审专家",
    Role.CENTRE: "中心工作人员",
}

STAFF: Final = frozenset({Role.PROVINCE, Role.EXPERT, Role.CENTRE})
"""Who has a desk, where other people's cases lie open."""

GUARDED: Final = frozenset({Role.PROVINCE, Role.CENTRE})
"""Whose desks a password alone does not open, where MFA_REQUIRED is on: they decide over other people's cases."""

IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=8)
"""How long a session of staff lasts without a hand on it, and at most (ASVS 7.3)."""


def session_ended(*, begun: datetime, seen: datetime, now: datetime) -> bool:
    """Whether a session of staff that began and was last used at these moments is over."""
    return now - seen >= IDLE or now - begun >= LONGEST


ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_DAYS = 7
"""No activation code lives longer, whatever a call says."""
PUBLIC_SYMBOLS, SECRET_SYMBOLS = 6, 24  # 31^24 > 2^118


class CodeRefused(Refusal):
    """Wrong, expired, used and revoked codes look alike from outside."""

    code = "code_refused"
    sentence = "激活码不正确或已失效。请核对邮件中的激活码，或联系项目组织中心重新发送。"


def make_code() -> tuple[str, str]:
    """(public id, secret): the code as mailed is both, in groups of five or six symbols joined by hyphens."""
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(PUBLIC_SYMBOLS + SECRET_SYMBOLS))
    return symbols[:PUBLIC_SYMBOLS], symbols[PUBLIC_SYMBOLS:]


def show_code(public_id: str, secret: str) -> str:
    """The code in readable groups of six."""
    both = public_id + secret
    return "-".join(both[i : i + 6] for i in range(0, len(both), 6))


def read_code(typed: str) -> tuple[str, str]:
    """What a person typed or pasted, back to (public id, secret). Refuses (CodeRefused) what cannot be a code."""
    both = "".join(symbol for symbol in typed.upper() if symbol in ALPHABET)
    if len(both) != PUBLIC_SYMBOLS + SECRET_SYMBOLS:
        raise CodeRefused
    return both[:PUBLIC_SYMBOLS], both[PUBLIC_SYMBOLS:]


def hash_secret(secret: str, salt: str) -> str:
    """The secret has 118 bits of chance, so one salted SHA-256 is enough."""
    return hashlib.sha256(f"{salt}:{secret}".encode()).hexdigest()


def secret_matches(secret: str, salt: str, digest: str) -> bool:
    return hmac.compare_digest(hash_secret(secret, salt), digest)


def mask_mobile(mobile: str) -> str:
    """138****1234; shorter numbers keep their last four digits; nothing stays nothing."""
    digits = mobile.strip()
    if not digits:
        return ""
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else f"****{digits[-4:]}"
