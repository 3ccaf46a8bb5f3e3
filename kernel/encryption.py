"""Personal values at rest: encrypted under a ring of keys, and found again by a keyed fingerprint.

What is stored is `fingerprint$key id$nonce and ciphertext` (AES-256-GCM, NIST SP 800-38D; docs/decisions/0023). `place`
names the column: a value moved to another column does not open. The empty string stays empty.
"""

import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12
FINGERPRINT = 22
"""How many characters of base64 hold its 128 bits."""


class Unreadable(Exception):
    """A stored value does not open. Names the column and the key id, never the value."""


@lru_cache(maxsize=4)
def _ring(keys: tuple[tuple[str, bytes], ...]) -> dict[str, AESGCM]:
    return {name: AESGCM(key) for name, key in keys}


def current_key() -> str:
    """The id of the key that new values are encrypted under: the first of the ring."""
    return str(next(iter(settings.PERSONAL_KEYS)))


def fingerprint(value: str, *, place: str) -> str:
    """What equal values of a column share, without regard to case and outer spaces: HMAC-SHA-256, cut to 128 bits."""
    if not value:
        return ""
    said = f"{place}\0{value.strip().casefold()}".encode()
    return urlsafe_b64encode(hmac.digest(settings.PERSONAL_INDEX_KEY, said, "sha256")[:16]).decode()[:FINGERPRINT]


def encrypt(value: str, *, place: str, findable: bool = False) -> str:
    """The value as it is stored, under the current key; equal values differ in all but the fingerprint."""
    if not value:
        return ""
    name = current_key()
    nonce = os.urandom(NONCE)
    sealed = nonce + _ring(tuple(settings.PERSONAL_KEYS.items()))[name].encrypt(nonce, value.encode(), place.encode())
    return f"{fingerprint(value, place=place) if findable else ''}${name}${urlsafe_b64encode(sealed).decode()}"


def decrypt(stored: str, *, place: str) -> str:
    """The value again. Raises: Unreadable, where its key is not in the ring or it was made elsewhere or changed."""
    if not stored:
        return ""
    _, name, sealed = stored.split("$") if stored.count("$") == 2 else ("", "", "")
    key = _ring(tuple(settings.PERSONAL_KEYS.items())).get(name)
    if key is None:
        raise Unreadable(f"{place}: no key {name!r} in PERSONAL_KEYS")
    try:
        data = urlsafe_b64decode(sealed)
        return key.decrypt(data[:NONCE], data[NONCE:], place.encode()).decode()
    except (InvalidTag, ValueError):
        raise Unreadable(f"{place}: does not open with the key {name!r}") from None
