"""The shape of a paragraph: sentence patterns for every type of case and some for one type alone."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Paragraph:
    """One paragraph opens with a pattern of its type, goes on with `size` others in the order written here.

    `angle` names what the case's angle adds behind the opening: its troubles, deeds, results or news.
    """

    size: tuple[int, int]
    openings: dict[str, tuple[str, ...]]
    every: tuple[str, ...]
    angle: str = ""

    def patterns(self, case_type: str) -> tuple[str, ...]:
        """All patterns a case of this type may draw from."""
        return self.openings[case_type] + self.every
