"""The connection of a browser: slow, cut and mended as the test wants it."""

from typing import Any


class Line:
    """A page's connection: how many bytes a second go up, or none at all."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.session = page.context.new_cdp_session(page)
        self.up = -1

    def slow(self, up: int) -> None:
        self.up = up
        self._set(offline=False)

    def cut(self) -> None:
        self._set(offline=True)

    def mend(self) -> None:
        self._set(offline=False)

    def _set(self, *, offline: bool) -> None:
        conditions = {"offline": offline, "latency": 5, "downloadThroughput": -1, "uploadThroughput": self.up}
        self.session.send("Network.emulateNetworkConditions", conditions)
