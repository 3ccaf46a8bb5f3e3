"""Ways through the whole portal: every address for a role that it answers, and whatever else answers."""

from collections.abc import Iterator
from typing import Any

from django.test import Client
from django.urls import reverse

from tests.access_tables import AWAY, FORBIDDEN, GET, LOGIN, MISSING, POST, ROLES, SEEN
from tests.test_access import House


def addresses(house: House) -> list[tuple[str, str]]:
    """(name, path) of every address of the resolver, with arguments that lead to things of the house."""
    return [(name, reverse(name, args=house.args(name))) for name in (*GET, *POST)]


def insider(name: str) -> str:
    """A role that an address answers, the most powerful first; a visitor for what is for everyone."""
    table = GET.get(name) or POST[name]
    if table["anonymous"] in (SEEN, AWAY):
        return "anonymous"
    refused = (LOGIN, FORBIDDEN, MISSING)
    # What the house has nothing for (a second step that nobody has switched on) is missing to everyone.
    return next((role for role in reversed(ROLES) if table[role] not in refused), ROLES[-1])


def answers(house: House, **options: Any) -> Iterator[tuple[str, Any]]:
    """Every address as a visitor and as one who belongs there, and the errors: what was asked, and the answer."""
    clients = {role: house.client(role, **options) for role in ROLES}
    for name, path in addresses(house):
        for role in dict.fromkeys(("anonymous", insider(name))):
            yield f"GET {name} as {role}", clients[role].get(path)
        yield f"POST {name} without a token", Client(enforce_csrf_checks=True, **options).post(path)
    for path in ("/nowhere/", "/?a=%00", "/static/nothing.css"):
        yield f"GET {path}", clients["anonymous"].get(path)
    yield "a body too large", clients["anonymous"].generic("POST", "/accounts/login/", b"x" * 1_100_000)
    yield "a forged host", clients["anonymous"].get("/", headers={"host": "evil.example"})
