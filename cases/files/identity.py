"""What tells who made a case: numbers and addresses by their form, names of people and units as given."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

HIDDEN: Final = "［已隐去］"
"""What stands where something was hidden."""
KINDS: Final = {
    "mobile": "手机号码",
    "id_number": "身份证号",
    "email": "电子邮箱",
    "author": "作者姓名",
    "unit": "工作单位",
    "word": "其他词语",
}
# Full-width forms keep their place, so that what is found in the plain text is found in the typed one.
_PLAIN: Final = str.maketrans("０１２３４５６７８９＠．－Ｘｘ　", "0123456789@.-Xx ")
_ID: Final = re.compile(r"(?<![0-9])[1-9][0-9]{5}[ ]?(?:19|20)[0-9]{2}[0-9]{4}[ ]?[0-9]{3}[0-9Xx](?![0-9A-Za-z])")
_MOBILE: Final = re.compile(r"(?<![0-9])(?:(?:\+|00)?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}(?![0-9])")
_EMAIL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_DIVISION: Final = re.compile(
    r"^[\u4e00-\u9fff]{2,8}?(?:特别行政区|自治区|自治州|自治县|自治旗|地区|新区|省|市|州|盟|县|区|旗)"
)
_SHORTEST_UNIT: Final = 4


@dataclass(frozen=True)
class Known:
    """Names of a case's authors and units, and other words that should not be told."""

    authors: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @classmethod
    def of(cls, given: Mapping[str, Any] | None) -> "Known":
        """From {"authors": […], "units": […], "words": […]}; each may be missing."""
        return cls(*(tuple(str(one) for one in (given or {}).get(name, ())) for name in ("authors", "units", "words")))


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a text: text[start:end] is of this kind."""

    start: int
    end: int
    kind: str


def is_id_number(digits: str) -> bool:
    """Whether 18 characters are an identity number: a day that was, and the check digit of GB 11643."""
    digits = digits.replace(" ", "").upper()
    try:
        born = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=False))
    return born.year >= 1900 and "10X98765432"[total % 11] == digits[17]


def variants(unit: str) -> list[str]:
    """Return a unit's name and what is left of it without the places in front: 湖北省武汉市第一小学 is 第一小学 too."""
    found = [unit]
    while (match := _DIVISION.match(found[-1])) and len(found[-1]) - match.end() >= _SHORTEST_UNIT:
        found.append(found[-1][match.end() :])
    return found


def loosely(word: str) -> str:
    """Return a pattern for a word as people set it: between the characters of a short name there may be spaces, the
    end of a line, a tab, or marks that nobody sees."""
    if re.fullmatch(r"[\u3400-\u9fff]{2,4}", word):
        return r"[ \u3000\u00a0\t\n\u00ad\u200b-\u200d\u2060\ufeff]*".join(word)
    return re.escape(word)


class Finder:
    """Finds in texts what is personal; made once for a document."""

    def __init__(self, known: Known) -> None:
        named: dict[str, str] = {}
        for kind, names in (("word", known.words), ("unit", known.units), ("author", known.authors)):
            for name in (one.translate(_PLAIN).strip() for one in names):
                for word in variants(name) if kind == "unit" else [name]:
                    if len(word) > 1:
                        named[word] = kind
        ordered = sorted(named, key=lambda word: (-len(word), word))
        groups = "|".join(f"(?P<n{at}>{loosely(word)})" for at, word in enumerate(ordered))
        self._names = re.compile(groups) if groups else None
        self._kinds = [named[word] for word in ordered]

    def spans(self, text: str) -> list[Span]:
        """Return what is found, in order; nothing overlaps, and a longer name goes before one inside it."""
        plain = text.translate(_PLAIN)
        taken: list[Span] = []
        for span in self._all(plain):
            if not any(span.start < other.end and other.start < span.end for other in taken):
                taken.append(span)
        return sorted(taken, key=lambda span: span.start)

    def named(self, text: str) -> list[Span]:
        """The same of names and words alone: in what programs read, a long number is seldom a person's."""
        return [span for span in self.spans(text) if span.kind not in ("mobile", "id_number")]

    def _all(self, plain: str) -> Iterator[Span]:
        for match in _ID.finditer(plain):
            if is_id_number(match[0]):
                yield Span(match.start(), match.end(), "id_number")
        for kind, pattern in (("email", _EMAIL), ("mobile", _MOBILE)):
            for match in pattern.finditer(plain):
                yield Span(match.start(), match.end(), kind)
        for match in self._names.finditer(plain) if self._names else ():
            yield Span(match.start(), match.end(), self._kinds[int((match.lastgroup or "n0")[1:])])


def masked(text: str, kind: str) -> str:
    """Return what was found so that its owner recognises it and nobody else learns it."""
    plain = text.strip()
    if kind == "mobile":
        digits = re.sub(r"[^0-9]", "", plain.translate(_PLAIN))[-11:]
        return f"{digits[:3]}****{digits[-4:]}"
    if kind == "id_number":
        return f"{plain[:4]}************{plain[-2:]}"
    if kind == "email":
        name, _, domain = plain.partition("@")
        return f"{name[:1]}***@{domain}"
    if kind == "unit" and len(plain) > _SHORTEST_UNIT:
        return f"{plain[:2]}{'*' * (len(plain) - 4)}{plain[-2:]}"
    return plain[:1] + "*" * max(1, len(plain) - 1)
