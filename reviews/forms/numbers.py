"""Whole numbers as they come in a request, outside of forms."""

LONGEST = 18
"""More digits no id has; Python itself refuses to read some thousands of them."""


def number(typed: str) -> int | None:
    """The number that was sent, or None where it is none."""
    return int(typed) if typed.isdecimal() and len(typed) <= LONGEST else None
