"""Co-authors: who of a case's authors hands it in, and what exactly the others are asked to confirm."""

import hashlib
from collections.abc import Sequence

from cases.models import Case, CaseAuthor, CoauthorAsk


def others(case: Case) -> list[CaseAuthor]:
    """The authors besides the one who hands in: known by mobile, else by name, else the first."""
    authors, submitter = list(case.authors.all()), case.submitter
    own = next((one for one in authors if submitter.mobile and one.mobile == submitter.mobile), None)
    own = own or next((one for one in authors if one.name == submitter.name), None)
    return [one for one in authors if one is not (own or authors[0])] if authors else []


def edition_of(case: Case, author: CaseAuthor) -> str:
    """A fingerprint of what this author is asked about."""
    consents = (case.consent_publication, case.consent_platform)
    return edition(case.title, [one.name for one in case.authors.all()], author.position, author.mobile, consents)


def edition(
    title: str, names: Sequence[str], position: int, mobile: str, consents: tuple[bool | None, bool | None]
) -> str:
    """The same from its parts: the title, all names in their order, whose turn it is, the two consents."""
    said = (title, list(enumerate(names, 1)), position, mobile, *consents)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def spoken(author: CaseAuthor, ask: CoauthorAsk) -> tuple[str, str]:
    """(tone, words) of what a co-author has said."""
    who = f"第 {author.position} 作者{author.name}"
    if ask.confirmed is None:
        return "wait", f"{who}还没有确认署名"
    return ("done", f"{who}已确认署名和共享意愿") if ask.confirmed else ("bad", f"{who}没有确认署名：{ask.reason}")
