"""Devices: which accounts a browser has been used for, and what a person calls it (docs/decisions/0021)."""

import ipaddress
import secrets
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

KEPT: Final = 365 * 24 * 3600
MOST: Final = 5
"""How many accounts one browser remembers: those of an office share one."""

SALT: Final = "accounts.devices"
SYSTEMS: Final = (
    ("HarmonyOS", "鸿蒙"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "安卓"), ("Windows", "Windows"),
    ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip
BROWSERS: Final = (
    ("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("QQBrowser", "QQ 浏览器"), ("Edg", "Edge"),
    ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
"""The first that is found in what a browser says of itself; they pretend to be one another in this order."""


def cookie_name() -> str:
    return "__Host-device" if settings.SESSION_COOKIE_SECURE else "device"


def _known(request: HttpRequest) -> dict[str, str]:
    """{account: what this browser is called there}, the latest last."""
    try:
        found = signing.loads(request.COOKIES.get(cookie_name(), ""), salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        return {}
    return dict(found)


def name_of(request: HttpRequest, account: int) -> str:
    """What this browser is called at an account that has logged in with it; "" for a stranger's."""
    return _known(request).get(str(account), "")


def remember(request: HttpRequest, response: HttpResponseBase, account: int) -> None:
    """Let the browser keep for a year that the account has logged in with it. Nothing but a login may call this."""
    known = _known(request)
    known[str(account)] = known.pop(str(account), "") or secrets.token_urlsafe(9)
    response.set_cookie(
        cookie_name(),
        signing.dumps(dict(list(known.items())[-MOST:]), salt=SALT),
        max_age=KEPT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def described(user_agent: str) -> str:
    """“微信 · 安卓”: enough for its owner to know it again."""
    words = [next((word for sign, word in table if sign in user_agent), "") for table in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, words)) or "未知设备"


def place(address: str) -> str:
    """The network that an address belongs to, without its last part: 203.0.113.*"""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if parsed.version == 4:
        return address.rpartition(".")[0] + ".*"
    return ":".join(parsed.exploded.split(":")[:3]) + ":*"
