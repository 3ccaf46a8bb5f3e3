"""The count of 字 that a limit on text is measured by; `static/js/characters.js` is its twin in the browser."""

import re

# One 字 each: radicals, CJK marks, kana, bopomofo, enclosed and compatibility forms, ideographs with their extensions,
# Yi, and the full-width forms. Korean syllables are left out: Word's 字数 counts Korean by the word.
_SINGLE = (
    "\u00b7\u2014\u2018\u2019\u201c\u201d\u2026"  # · — ‘ ’ “ ” …
    "\u2e3a\u2e3b\u2e80-\u2fdf\u2ff0-\u2fff\u3001-\u312f\u3190-\u31ff\u3200-\u9fff\ua000-\ua4cf"
    "\uf900-\ufaff\ufe10-\ufe1f\ufe30-\ufe6f\uff01-\uff9f\uffe0-\uffe6"
    "\U00016fe0-\U00018dff\U0001aff0-\U0001b2ff\U00020000-\U0003fffd"
)
# Written out, because Python's and JavaScript's ideas of white space differ in a dozen characters.
_SPACE = "\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
# A variation selector belongs to the character before it.
_SELECTOR = "\ufe00-\ufe0f\U000e0100-\U000e01ef"

_COUNTED = re.compile(f"[{_SINGLE}][{_SELECTOR}]*|[^{_SINGLE}{_SPACE}]+")


def count(text: str) -> int:
    """Return the number of 字 in `text` as Word's 字数 has it (R7).

    Every CJK character, full-width form and CJK mark (“”‘’—…· among them) is one; every longest run of other
    characters that are not space is one: 2024-10-01 is 1, 98.5% is 1, 你好,世界 is 5.
    """
    return sum(1 for _ in _COUNTED.finditer(text))
