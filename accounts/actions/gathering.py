"""Contact sheets (附表2) that came to the centre as files, put into its inbox together (R12)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import ContactSheet, SheetState, User
from calls.models import Call
from kernel import audit


@transaction.atomic(durable=True)
def gather_sheets(*, call: Call, sheets: Sequence[dict[str, Any]], actor: User, now: datetime) -> list[ContactSheet]:
    """Put the sheets into the inbox, where each is still to be made sure of; those that are new are returned.

    One that waits there with the same words already, as after a second press of the button, is left as it is.
    """
    waiting = list(ContactSheet.objects.filter(call=call, state=SheetState.NEW).select_related("province"))
    created = []
    for data in sheets:
        if any(all(getattr(one, name) == value for name, value in data.items()) for one in waiting):
            continue
        sheet = ContactSheet.objects.create(call=call, sent_at=now, **data)
        audit.record(
            verb="sheet.send", subject=sheet, actor=actor, now=now, call_id=call.pk, province_code=sheet.province.code
        )
        waiting.append(sheet)
        created.append(sheet)
    return created
