"""What an author chose of a filled-in form (附表1) becomes part of the information sheet."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from cases.actions import drafting
from cases.actions.drafting import AuthorLine, NotADraft, WrittenElsewhere
from cases.actions.moving import lock
from cases.editing import require_editable
from cases.lifecycle import State
from cases.models import Case


@transaction.atomic(durable=True)
def apply_form(
    *,
    case_id: int,
    values: dict[str, Any],
    authors: list[AuthorLine] | None,
    type: str,
    edition: str,
    actor: User,
    now: datetime,
) -> Case:
    """Write the chosen values, authors (None leaves them) and type (empty leaves it), all or nothing (R5).

    `edition` is what the author saw beside them (`drafting.sheet_edition`). An author who was the studio's host and is
    named again stays it: the form does not say. Locks the account where another type is asked, then the case.
    Refuses: what `require_editable` refuses, NotADraft and AnotherType (R2) for the type, TooManyAuthors, TooLong,
    WrittenElsewhere.
    """
    author = drafting.lock_author(actor) if type else actor
    case = lock(case_id)
    require_editable(case, actor, now)
    read = edition == drafting.sheet_edition(case)
    changed = []
    if type and type != case.type:
        if case.state != State.DRAFT:
            raise NotADraft
        drafting.require_type(case.call, author, type, besides=case.pk)
        changed = drafting.assign(case, {"type": type}, ("type",))
    changed += drafting.write_sheet(case, values, authors and _with_hosts(case, authors))
    if changed and not read:
        raise WrittenElsewhere
    return drafting.keep(case, "case.apply_form", changed, actor, now)


def _with_hosts(case: Case, lines: list[AuthorLine]) -> list[AuthorLine]:
    hosts = {one.name for one in case.authors.all() if one.is_host}
    return [AuthorLine(one.name, one.unit, one.post, one.mobile, one.name in hosts) for one in lines]
