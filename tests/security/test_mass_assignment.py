"""ASVS 15.3.3: every field of every model, posted along with every form, writes nothing the form does not declare.

A browser's own submission of each form on each page is made twice, each in a savepoint that is taken back: once as it
stands and once with every model field beside it under a value nobody could have typed. Both must change the same
things, and the value must stand nowhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction
from django.test import Client
from lxml import html

from tests.access_tables import ROLES
from tests.security.walking import addresses
from tests.test_access import House

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

OURS = ("kernel", "calls", "accounts", "cases", "reviews", "publishing", "account")
POISON = "777001"
"""A number, a key, a text and a name at once; nothing in the house has it."""


@dataclass
class Form:
    """A form as a browser would send it with one of its buttons."""

    page: str
    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    declared: set[str] = field(default_factory=set)
    button: str = ""


def forms_on(page: str, content: bytes) -> Iterator[Form]:
    tree = html.document_fromstring(content)
    for element in tree.iter("form"):
        if (element.get("method") or "get").lower() != "post":
            continue
        action = element.get("action") or page
        if action.startswith("/accounts/logout"):
            continue
        values: dict[str, list[str]] = {}
        for name, value in element.form_values():
            values.setdefault(name, []).append(value)
        controls = [*element.iter("input", "select", "textarea", "button")]
        if element.get("id"):  # controls outside of the form that name it are sent with it
            controls += tree.xpath("//*[@form=$name]", name=element.get("id"))
        declared = {control.get("name") for control in controls if control.get("name")}
        buttons = [b for b in element.iter("button", "input") if b.get("name") and b.get("type") in (None, "submit")]
        yield Form(page, action, values, declared)
        for button in buttons:
            words = button.get("value") or ""
            yield Form(page, action, {**values, button.get("name"): [words]}, declared, words)


def tables() -> list[type[models.Model]]:
    return [model for label in OURS for model in apps.get_app_config(label).get_models()]


def fields() -> set[str]:
    """Every name under which a model field could be posted."""
    found = set()
    for model in tables():
        for each in model._meta.concrete_fields:
            found.update((each.name, each.attname))
    return found


def snapshot() -> dict[str, dict[Any, dict[str, Any]]]:
    return {
        model._meta.label_lower: {row["pk"]: row for row in model._default_manager.values("pk", *_columns(model))}
        for model in tables()
    }


def _columns(model: type[models.Model]) -> list[str]:
    return [each.attname for each in model._meta.concrete_fields]


def changed(before: dict[str, Any], after: dict[str, Any]) -> tuple[set[tuple[str, ...]], str]:
    """({(table, what, field)}, all new values as one text)."""
    found: set[tuple[str, ...]] = set()
    words: list[str] = []
    for table, rows in after.items():
        old = before[table]
        for key in old.keys() - rows.keys():
            found.add((table, "gone", str(key)))
        for key, row in rows.items():
            if key not in old:
                found.add((table, "new"))
                words.extend(str(value) for name, value in row.items() if name not in ("pk", "id"))
                continue
            for name, value in row.items():
                if value != old[key][name]:
                    found.add((table, str(key), name))
                    words.append(str(value))
    return found, "\n".join(words)


def send(client: Client, form: Form, extras: dict[str, str]) -> tuple[set[tuple[str, ...]], str]:
    """What the submission changes; all of it is taken back."""
    before, begun = snapshot(), transaction.savepoint()
    client.post(form.action, {**extras, **form.values})
    result = changed(before, snapshot())
    transaction.savepoint_rollback(begun)
    return result


def test_no_form_writes_what_it_does_not_declare(house: House) -> None:
    names = fields()
    assert {"state", "is_active", "submitter_id", "number", "province_id", "password"} <= names
    sent: set[tuple[str, ...]] = set()
    changing = 0
    for role in ROLES:
        client = house.client(role)
        for name, path in addresses(house):
            answer = client.get(path)
            if answer.status_code != 200 or "text/html" not in answer.headers.get("Content-Type", ""):
                continue
            for form in forms_on(path, answer.content):
                shape = (form.action, form.button, *sorted(form.values))
                if shape in sent:
                    continue
                sent.add(shape)
                plain, _ = send(client, form, {})
                extras = dict.fromkeys(names - form.declared, POISON)
                poisoned, words = send(client, form, extras)
                assert POISON not in words, (role, name, form.action, form.button)
                assert poisoned == plain, (role, name, form.action, form.button, poisoned ^ plain)
                changing += bool(plain)
    assert len(sent) > 50 and changing > 15, (len(sent), changing)


def test_the_way_of_asking_sees_a_write(house: House) -> None:
    """The control: a change of one field is seen, and the poison with it."""
    before = snapshot()
    type(house.draft).objects.filter(pk=house.draft.pk).update(title=POISON)
    found, words = changed(before, snapshot())
    assert found == {("cases.case", str(house.draft.pk), "title")} and POISON in words
