"""Cells that go into a CSV which people open in a spreadsheet."""

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""What makes a cell a formula, full-width signs included: spreadsheets in Chinese take those too (ASVS 1.2.10)."""


def neutral(cell: object) -> str:
    """The cell as text that no spreadsheet takes for a formula."""
    words = str(cell)
    return f"'{words}" if words.lstrip().startswith(FORMULA) or words.startswith(FORMULA) else words
