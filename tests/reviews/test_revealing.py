"""Mobiles stand masked on the desks; who asks for them whole leaves an entry, the centre with a reason."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import ContactSheet
from cases.lifecycle import State
from kernel import audit
from kernel.models import AuditEntry
from tests import factories
from tests.accounts.test_activating import send

pytestmark = pytest.mark.django_db

MOBILE, MASKED = "13800001234", "138****1234"


@pytest.fixture
def case(now: Any) -> Any:
    made = factories.make_case(call=factories.make_call(phase="recommendation", now=now), state=State.HANDED_IN)
    made.authors.update(mobile=MOBILE)
    return made


def looks(case: Any) -> list[tuple[str, int | None, dict[str, Any]]]:
    entries = audit.history(case).filter(verb="case.reveal_contacts")
    return [(entry.province_code, entry.actor_id, entry.facts) for entry in entries]


def test_a_province_sees_its_own_mobiles_by_a_click_that_is_recorded(case: Any, client: Client) -> None:
    admin = factories.make_admin()
    client.force_login(admin)
    page = client.get(reverse("screening_case", args=[case.pk]) + "?tab=sheet").content.decode()
    assert MASKED in page and MOBILE not in page and looks(case) == []
    page = client.post(reverse("screening_contacts", args=[case.pk])).content.decode()
    assert MOBILE in page and looks(case) == [("42", admin.pk, {})]
    assert MOBILE not in client.get(reverse("screening_case", args=[case.pk]) + "?tab=sheet").content.decode()


def test_another_province_sees_nothing_and_leaves_nothing(case: Any, client: Client) -> None:
    client.force_login(factories.make_admin("11"))
    assert client.post(reverse("screening_contacts", args=[case.pk])).status_code == 404
    assert looks(case) == []


def test_the_centre_says_why(case: Any, client: Client) -> None:
    staff = factories.make_centre()
    client.force_login(staff)
    address = reverse("centre_case", args=[case.pk])
    page = client.get(address).content.decode()
    assert MASKED in page and MOBILE not in page
    for why in ("", "curious"):
        page = client.post(address, {"act": "contacts", "why": why}).content.decode()
        assert "请先选择查看的原因" in page and MOBILE not in page and looks(case) == []
    page = client.post(address, {"act": "contacts", "why": "complaint"}).content.decode()
    assert MOBILE in page and looks(case) == [("42", staff.pk, {"why": "complaint"})]


def test_a_contact_sheet_is_masked_until_somebody_looks(client: Client, now: Any) -> None:
    sheet = send(now)
    ContactSheet.objects.update(mobile=MOBILE, telephone="0871-7654321")
    client.force_login(factories.make_centre())
    address = reverse("centre_sheet", args=[sheet.pk])
    page = client.get(address).content.decode()
    assert MASKED in page and MOBILE not in page and "0871-7654321" not in page
    page = client.post(address, {"verb": "reveal"}).content.decode()
    assert MOBILE in page and "0871-7654321" in page
    assert AuditEntry.objects.filter(verb="sheet.reveal", subject_id=str(sheet.pk)).count() == 1


def test_no_default_table_takes_a_mobile_along(case: Any, client: Client) -> None:
    exports = {
        factories.make_admin(): ("screening_cases_export", "screening_export"),
        factories.make_centre(): ("centre_cases_export", "centre_assignment_export", "centre_audit_export"),
    }
    for user, names in exports.items():
        client.force_login(user)
        for name in names:
            answer = client.get(reverse(name), {"call": case.call.slug})
            assert answer.status_code == 200
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
            assert MOBILE.encode() not in body and MASKED.encode() not in body
