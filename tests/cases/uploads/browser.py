"""A browser that uploads in parts, as the page's script does, for the tests."""

import base64
import hashlib
import http.client
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.test import Client

from accounts.models import User
from cases.models import Case
from cases.parts import MIB

JSON = "application/json"


def client_of(user: User) -> Client:
    """Logged in; cross-site tokens are not asked for (Django's test client leaves them out)."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


@dataclass
class Sender:
    """Sends one file to a case. `data` is cut as the portal says; each step can be done by hand."""

    case: Case
    data: bytes = b"x" * (2 * MIB + 5)
    name: str = "活动实录.mp4"
    said: dict[str, Any] = field(default_factory=dict)
    client: Any = None

    def __post_init__(self) -> None:
        self.client = self.client or client_of(self.case.submitter)

    def begin(self, **changed: Any) -> Any:
        """The answer to POST /api/uploads; `self.said` keeps what it says."""
        wanted = {
            "case": self.case.pk, "target": "supporting", "category": "exchange", "title": "活动实录",
            "replaces": None, "name": self.name, "size": len(self.data), "speed": None,
            "key": hashlib.sha256(self.name.encode() + self.data).hexdigest(), **changed,
        }  # fmt: skip
        answer = self.client.post("/api/uploads", wanted, content_type=JSON)
        if answer.status_code in (200, 201):
            self.said = answer.json()
        return answer

    @property
    def address(self) -> str:
        return f"/api/uploads/{self.said['id']}"

    def sign(self, *numbers: int) -> Any:
        return self.client.post(f"{self.address}/parts", {"parts": list(numbers)}, content_type=JSON)

    def url(self, number: int) -> str:
        return self.sign(number).json()["urls"][0]["url"]

    def piece(self, number: int) -> bytes:
        size = self.said["partSize"]
        return self.data[(number - 1) * size : number * size]

    def put(self, number: int, body: bytes | None = None, *, url: str = "", **headers: Any) -> Any:
        """Send a part as a visitor who is nobody: its address is its permission."""
        body = self.piece(number) if body is None else body
        url = url or self.url(number)
        if url.startswith("http"):
            return put_away(url, body)
        return Client().put(url, body, content_type="application/octet-stream", **headers)

    def put_all(self) -> None:
        for number in range(1, self.said["partCount"] + 1):
            assert self.put(number).status_code == 200

    def complete(self) -> Any:
        return self.client.post(f"{self.address}/complete", content_type=JSON)

    def now(self) -> dict[str, Any]:
        return self.client.get(self.address).json()

    def cancel(self) -> Any:
        return self.client.delete(self.address)

    def send(self, **changed: Any) -> dict[str, Any]:
        """All of it, up to the promise that it will be joined."""
        assert self.begin(**changed).status_code in (200, 201)
        self.put_all()
        assert self.complete().status_code == 202
        return self.said


def put_away(url: str, body: bytes) -> Any:
    """A PUT to another server, with no header that a browser would not add by itself."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=20)
    connection.request("PUT", f"{parts.path}?{parts.query}", body)
    answer = connection.getresponse()
    answer.status_code = answer.status  # type: ignore[attr-defined]
    answer.read()
    connection.close()
    return answer


def refusal(answer: Any) -> tuple[int, str]:
    """(status, word) of a problem; its sentence is one for people."""
    assert answer["Content-Type"] == "application/problem+json", (answer.status_code, answer.content[:200])
    said = answer.json()
    assert any("\u4e00" <= letter <= "\u9fff" for letter in said["detail"]), said
    return answer.status_code, said["error"]


def stored() -> list[str]:
    root = Path(default_storage.location)
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def digest_of(data: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"
