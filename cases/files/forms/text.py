"""Text of a form made plain: without what cannot be seen, digits as everybody writes them."""

import re
import unicodedata
from typing import Final

_DIGITS: Final = str.maketrans({0xFF10 + digit: str(digit) for digit in range(10)})
_UNSEEN: Final = {"Cc", "Cf", "Cs", "Cn"}


def printable(text: str) -> str:
    """The text without the characters XML cannot hold and without direction marks."""
    return "".join(c for c in text if c == "\t" or unicodedata.category(c) not in _UNSEEN)


def clean(text: str) -> str:
    """The same of a text of several lines, blanks around it taken off."""
    return "\n".join(printable(line) for line in re.split(r"\r\n|\r|\n", text)).strip()


def one_line(text: str) -> str:
    """A value that stands on one line, though its cell has several."""
    return " ".join(line.strip() for line in text.split("\n") if line.strip())


def plain_digits(text: str) -> str:
    """The text with ０-９ as 0-9, everything else as it was typed."""
    return text.translate(_DIGITS)


def folded(text: str) -> str:
    """The text for comparing: full-width forms as their twins, without blanks, in lower case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()
