"""The bytes a case may use for its supporting files (R8): what is used, what is left, what does not fit."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from kernel.errors import Refusal

MIB = 1024 * 1024
UNNUMBERED = -1
"""The id of what takes up room and is no file yet: nothing can replace it."""


@dataclass(frozen=True)
class Held:
    """A file or upload that takes up room. `replaces` is the id of the file whose place it is to take."""

    id: int
    title: str
    size: int
    replaces: int | None = None


class QuotaSpent(Refusal):
    """The file does not fit. Says how much room is left and what takes up the most."""

    code = "quota_spent"

    def __init__(self, *, size: int, room: int, limit: int, used: int, largest: Held | None) -> None:
        self.size, self.room, self.limit, self.used, self.largest = size, room, limit, used, largest
        words = f"空间不够：这个文件有 {mb(size, up=True)}，还可上传 {mb(room)}（全部支撑材料不超过 {mb(limit)}）。"
        if largest is None:
            words += "请压缩或拆分后再上传。"
        else:
            words += f"目前最大的是“{largest.title}”（{mb(largest.size)}），可以压缩后替换它，或移除不需要的文件。"
        super().__init__(words, field="file")


class FileTooBig(Refusal):
    """A single file is over its own limit."""

    code = "file_too_big"

    def __init__(self, *, what: str, size: int, limit: int) -> None:
        super().__init__(
            f"这个文件有 {mb(size, up=True)}，超过{what} {mb(limit)} 的上限。请压缩后再上传。", field="file"
        )


class EmptyFile(Refusal):
    code = "empty_file"

    def __init__(self) -> None:
        super().__init__("这是空文件（0 字节）。请在电脑上确认能正常打开，再选一次。", field="file")


def mb(size: int, *, up: bool = False) -> str:
    """Bytes as “63.4 MB”, rounded down, or up, so that what does not fit never reads as if it did."""
    tenths = (math.ceil if up else math.floor)(size / MIB * 10)
    return f"{tenths // 10}.{tenths % 10} MB" if tenths % 10 else f"{tenths // 10} MB"


def used(files: Iterable[Held]) -> int:
    """The bytes taken up. Until a replacement is accepted both files stand and the larger of the two counts."""
    files = list(files)
    present = {file.id for file in files}
    largest_successor: dict[int, int] = {}
    for file in files:
        if file.replaces in present:
            largest_successor[file.replaces] = max(largest_successor.get(file.replaces, 0), file.size)
    return sum(max(file.size, largest_successor.get(file.id, 0)) for file in files if file.replaces not in present)


def room(files: Iterable[Held], limit: int, *, replaces: int | None = None) -> int:
    """How large a new file may be, as a new one or in the place of another; never less than 0."""
    files = list(files)
    old = next((file.size for file in files if file.id == replaces), 0)
    return max(0, limit - used(files) + old)


def reserve(files: Iterable[Held], *, size: int, limit: int, replaces: int | None = None) -> int:
    """What will be used once the file is in; a replacement takes max(0, new − old) more. Refuses: QuotaSpent."""
    files = list(files)
    free = room(files, limit, replaces=replaces)
    if size > free:
        largest = max(files, key=lambda file: file.size, default=None)
        raise QuotaSpent(size=size, room=free, limit=limit, used=used(files), largest=largest)
    return used([*files, Held(UNNUMBERED, "", size, replaces)])
