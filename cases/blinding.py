"""Whether a blind copy may be made, may be confirmed, and stands for its document: pure rules over plain values."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from cases.lifecycle import EDITABLE, State
from kernel.errors import Refusal

OPEN: Final = EDITABLE | {State.HANDED_IN, State.ELIGIBLE, State.RECOMMENDED}
"""States in which experts do not read the case yet: all of them are to read the same."""
MOST_WORDS: Final = 40
LONGEST_WORD: Final = 40
_BETWEEN: Final = re.compile(r"[\n\r、，,；;]+")


class NotNow(Refusal):
    code = "blind_not_now"
    sentence = "这件案例已经进入专家评审或已经结束，匿名稿不能再改。"


class NotReady(Refusal):
    code = "blind_not_ready"
    sentence = "匿名稿还没有生成好。请等生成完成、看过之后再确认。"


class StillTells(Refusal):
    code = "blind_still_tells"
    sentence = "匿名稿里还有没能隐去的内容。请按列表在 Word 里修改原文，重新上传后再生成。"


class Outdated(Refusal):
    code = "blind_outdated"
    sentence = "作者或单位的名称改过了。请重新生成匿名稿，看过之后再确认。"


class BadWords(Refusal):
    code = "blind_words"
    field = "words"
    sentence = f"要隐去的词最多 {MOST_WORDS} 个，每个 2 到 {LONGEST_WORD} 字。请删减后再试。"


def words_of(typed: str) -> list[str]:
    """The words that an author typed, between commas or one a line, each once. Refuses: BadWords."""
    words = list(dict.fromkeys(word.strip() for word in _BETWEEN.split(typed) if word.strip()))
    if len(words) > MOST_WORDS or any(not 2 <= len(word) <= LONGEST_WORD for word in words):
        raise BadWords
    return words


def require_open(state: State) -> None:
    """Refuses: NotNow."""
    if state not in OPEN:
        raise NotNow


def is_current(known: Collection[str], names: Iterable[str]) -> bool:
    """Whether all names that are to be hidden now were known when the copy was made."""
    return all(not name or name in known for name in names)


def require_confirmable(*, made: bool, drawing: bool, left: Sequence[Mapping[str, Any]], current: bool) -> None:
    """Refuses: NotReady (not made, or its pages are still being drawn), StillTells, Outdated."""
    if not made or drawing:
        raise NotReady
    if left:
        raise StillTells
    if not current:
        raise Outdated
