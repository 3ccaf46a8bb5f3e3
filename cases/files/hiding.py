"""Hiding what a finder finds in texts, also where one text is cut into pieces: pure functions over strings."""

from collections.abc import Sequence

from cases.files.identity import HIDDEN, Span


def hide(text: str, spans: Sequence[Span]) -> str:
    """The text with HIDDEN in place of each span; the spans are in order and do not overlap."""
    return across([text], spans)[0]


def across(pieces: Sequence[str], spans: Sequence[Span]) -> list[str]:
    """The pieces of one text with each span hidden: HIDDEN stands in the piece where it begins, the rest of it goes.

    The spans are places in the pieces put together; as many pieces come back as were given.
    """
    answer, at = [], 0
    for piece in pieces:
        end, kept, here = at + len(piece), [], at
        for span in spans:
            if span.end <= at or span.start >= end:
                continue
            kept.append(piece[here - at : max(span.start, at) - at])
            if span.start >= at:
                kept.append(HIDDEN)
            here = min(span.end, end)
        answer.append("".join(kept) + piece[here - at :])
        at = end
    return answer
