"""Public pages as the first visitor of each meets them: all is asked for and put on the shelf, no page is found."""

from kernel.keeping import Shelf
from portal.keeping import Answer, kept_pages


class Forgetful(Shelf):
    def find(self, key: object) -> None:
        return None


def made_pages(get_response: Answer) -> Answer:
    """`portal.keeping.kept_pages` where every page has to be made; figures are kept as ever."""
    return kept_pages(get_response, Forgetful(500))
