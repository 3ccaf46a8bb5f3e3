"""A sender of uploads as the page's script is one: it asks what has arrived, sends what has not, and begins again."""

import hashlib
import http.client
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

PIECE = 256 * 1024


class Refused(Exception):
    """The portal's answer was a no: its status and what it said."""

    def __init__(self, status: int, said: dict[str, Any]) -> None:
        super().__init__(status, said)
        self.status, self.said = status, said


@dataclass
class Sender:
    """One browser. `pace` is called with the bytes sent of the file so far; it may wait, or break something."""

    port: int
    cookies: dict[str, str]
    pace: Callable[[int], None] = lambda sent: None
    begun: Counter[int] = field(default_factory=Counter)
    """How often each part was begun: whatever is above 1 was sent again."""

    def ask(self, method: str, path: str, said: dict[str, Any] | None = None) -> dict[str, Any]:
        """One request to the API. Raises Refused, OSError or HTTPException."""
        body = None if said is None else json.dumps(said)
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-CSRFToken": self.cookies["csrftoken"],
            "Content-Type": "application/json",
        }
        return self._send(method, path, body, headers)

    def look(self, path: str) -> int:
        """The status of a page as this browser sees it."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.request("GET", path, headers={"Cookie": f"sessionid={self.cookies['sessionid']}"})
            return line.getresponse().status
        finally:
            line.close()

    def begin(self, case: int, name: str, data: bytes, **more: Any) -> dict[str, Any]:
        """Create the upload of a supporting file, or find the one that was begun before."""
        wanted = {
            "case": case, "target": "supporting", "category": "other", "title": name[:40], "replaces": None,
            "name": name, "size": len(data), "key": hashlib.sha256(data).hexdigest(), "speed": None,
        }  # fmt: skip
        return self.ask("POST", "/api/uploads", {**wanted, **more})

    def parts(self, upload: dict[str, Any], data: bytes) -> None:
        """Send every part that has not arrived, one after the other."""
        there = {part["n"] for part in upload["parts"]}
        for number in range(1, upload["partCount"] + 1):
            if number not in there:
                self.part(upload, number, data)

    def part(self, upload: dict[str, Any], number: int, data: bytes) -> None:
        """Ask for the address of a part and send it there."""
        said = self.ask("POST", f"/api/uploads/{upload['id']}/parts", {"parts": [number]})
        first = (number - 1) * upload["partSize"]
        body = data[first : first + upload["partSize"]]
        self.begun[number] += 1
        self._send("PUT", said["urls"][0]["url"], body, {}, first)

    def complete(self, upload: dict[str, Any]) -> dict[str, Any]:
        return self.ask("POST", f"/api/uploads/{upload['id']}/complete")

    def settled(self, upload: dict[str, Any], seconds: float = 60) -> dict[str, Any]:
        """Ask until the parts have been joined."""
        return until(lambda: self._done(upload), seconds)

    def _done(self, upload: dict[str, Any]) -> dict[str, Any] | None:
        found = self.ask("GET", f"/api/uploads/{upload['id']}")
        return found if found["state"] in ("done", "failed") else None

    def _send(
        self, method: str, path: str, body: str | bytes | None, headers: dict[str, str], first: int = 0
    ) -> dict[str, Any]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.putrequest(method, path)
            raw = body.encode() if isinstance(body, str) else body or b""
            for name, value in {**headers, "Content-Length": str(len(raw))}.items():
                line.putheader(name, value)
            line.endheaders()
            for at in range(0, len(raw), PIECE):
                line.send(raw[at : at + PIECE])
                if method == "PUT":
                    self.pace(first + at + len(raw[at : at + PIECE]))
            answer = line.getresponse()
            text = answer.read()
        finally:
            line.close()
        said = json.loads(text) if "json" in (answer.getheader("Content-Type") or "") else {}
        if answer.status >= 400:
            raise Refused(answer.status, said or {"text": text[:300]})
        return said


def until(found: Callable[[], Any], seconds: float) -> Any:
    """What `found` gives as soon as it gives something. Raises AssertionError after so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if (value := found()) is not None:
            return value
        time.sleep(0.05)
    raise AssertionError(f"nothing after {seconds} seconds")
