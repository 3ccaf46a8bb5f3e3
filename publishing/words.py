"""Words to find a case by: Chinese as single characters and pairs, everything else as whole words.

PostgreSQL's own parser does not know where a Chinese word ends, so both the stored `tsvector` and the asked `tsquery`
are written out here and only cast by the database.
"""

import unicodedata
from collections.abc import Iterator
from itertools import groupby, pairwise

LONGEST_QUERY = 60
_DOTS = dict.fromkeys(map(ord, "•・‧∙．."), "·")
# Marks that stand inside a phrase: “三级联动”智慧研修 is found by 联动智慧.
_INSIDE = dict.fromkeys(map(ord, "“”‘’「」『』《》〈〉·—…、"))


def _sort(character: str) -> str:
    """`han` for scripts without spaces between words, `word` for letters and digits, empty for all that parts them."""
    category = unicodedata.category(character)
    if category == "Lo":
        return "han"
    return "word" if category[0] in "LN" else ""


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """(sort, run) for each longest run of characters of one sort; full-width letters become plain, capitals small."""
    plain = unicodedata.normalize("NFKC", text.translate(_INSIDE)).lower()
    for sort, characters in groupby(plain, _sort):
        if sort:
            yield sort, "".join(characters)


def lexemes(text: str) -> set[str]:
    """All by which a text can be found: characters and pairs of Chinese, whole words of the rest."""
    found: set[str] = set()
    for sort, run in _runs(text):
        if sort == "han":
            found.update(run)
            found.update(a + b for a, b in pairwise(run))
        else:
            found.add(run[:LONGEST_QUERY])
    return found


def vector(*, title: str, overview: str, names: str = "", body: str = "") -> str:
    """The text of a `tsvector`: title weighs A, overview B; names and body only match and never rank."""
    weights = dict.fromkeys(lexemes(body) | lexemes(names), "")
    weights |= dict.fromkeys(lexemes(overview), ":1B")
    weights |= dict.fromkeys(lexemes(title), ":1A")
    return " ".join(f"'{lexeme}'{weight}" for lexeme, weight in sorted(weights.items()))


def query(text: str) -> str:
    """The text of a `tsquery` that wants every word of what was typed; empty where nothing can be looked for."""
    wanted: list[str] = []
    for sort, run in _runs(text[:LONGEST_QUERY]):
        if sort == "word":
            wanted.append(f"'{run}':*")
        elif len(run) == 1:
            wanted.append(f"'{run}'")
        else:
            wanted += [f"'{a}{b}'" for a, b in pairwise(run)]
    return " & ".join(dict.fromkeys(wanted))


def plain_name(text: str) -> str:
    """A person's name as it is compared: without spaces, with one kind of middle dot."""
    return "".join(unicodedata.normalize("NFKC", text).split()).translate(_DOTS)


def likeness(text: str) -> str:
    """The text of a `tsquery` that any pair of characters of the text meets: for cases like this one."""
    pairs = {a + b for sort, run in _runs(text) if sort == "han" for a, b in pairwise(run)}
    return " | ".join(f"'{pair}'" for pair in sorted(pairs))
