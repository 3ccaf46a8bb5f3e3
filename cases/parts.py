"""How a file is cut into parts (分片), and the signature by which each part may be sent: values alone, no requests."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from kernel.errors import Refusal

MIB: Final = 1024 * 1024
SMALLEST: Final = MIB
LARGEST: Final = 8 * MIB
SECONDS_A_PART: Final = 10
"""What a part is meant to take on the line that was measured; at half that speed it still takes 20 seconds."""

SIGNED_FOR: Final = 15 * 60
"""Seconds for which the address of a part holds."""


class BadPart(Refusal):
    code = "bad_part"
    sentence = "分片编号不对。请刷新页面，再选同一个文件接着传。"


class BadSignature(Refusal):
    code = "bad_signature"
    sentence = "这个上传地址无效。请刷新页面，再选同一个文件接着传。"


class AddressExpired(Refusal):
    code = "expired"
    sentence = "这个上传地址已过期。请刷新页面，再选同一个文件接着传。"


class MissingParts(Refusal):
    """Not all parts have arrived; `parts` are the numbers of those that have not."""

    code = "missing_parts"

    def __init__(self, parts: list[int]) -> None:
        self.parts = parts
        super().__init__(f"还有 {len(parts)} 个分片没有传到。请保持页面打开，等它们传完。")


@dataclass(frozen=True)
class Plan:
    """A file of `size` bytes in parts of `part_size`, numbered from 1; only the last may be shorter."""

    size: int
    part_size: int

    @property
    def count(self) -> int:
        return -(-self.size // self.part_size)

    def __contains__(self, number: int) -> bool:
        return 1 <= number <= self.count

    def length(self, number: int) -> int:
        """The exact bytes of a part. Refuses: BadPart."""
        if number not in self:
            raise BadPart
        return min(self.part_size, self.size - (number - 1) * self.part_size)

    def numbers(self) -> Iterator[int]:
        return iter(range(1, self.count + 1))

    def missing(self, sizes: Mapping[int, int]) -> list[int]:
        """The numbers of the parts that are not there, or not whole, given the sizes of those that are."""
        return [number for number in self.numbers() if sizes.get(number) != self.length(number)]


def part_size(speed: float | None, *, least: int = SMALLEST) -> int:
    """The bytes of a part on a line of `speed` bytes a second (None: not measured).

    A power of two that the line carries in SECONDS_A_PART, of 1 to 8 MiB; never less than the storage takes (`least`).
    """
    carried = max(0.0, min(speed or 0.0, float(LARGEST))) * SECONDS_A_PART
    size = LARGEST
    while size > carried and size > SMALLEST:
        size //= 2
    return max(size, least)


def signature(secret: bytes, *, upload: str, number: int, length: int, expires: int) -> str:
    """HMAC-SHA256 in hexadecimal over what one address allows: this part, of this length, until `expires` (Unix)."""
    promise = f"{upload}:{number}:{length}:{expires}"
    return hmac.new(secret, promise.encode(), hashlib.sha256).hexdigest()


def check_signature(
    secret: bytes, *, upload: str, number: int, length: int, expires: int, given: str, now: float
) -> None:
    """Refuses: BadSignature (nobody here signed this), AddressExpired (somebody did, too long ago)."""
    right = signature(secret, upload=upload, number=number, length=length, expires=expires)
    # Compared as bytes: `compare_digest` takes no text outside ASCII.
    if not hmac.compare_digest(right.encode(), given.encode("utf-8", "replace")):
        raise BadSignature
    if now >= expires:
        raise AddressExpired
