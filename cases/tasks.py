"""Background work of the cases app: inspections, and what becomes due after a hand-in."""

import logging

from calls.queries import reaching
from cases import storing
from cases.actions import closing, completing, inspecting
from kernel import clock
from kernel.jobs import job, tick

logger = logging.getLogger(__name__)


@job("cases.inspect_document", queue="inspect")
def inspect_document(*, document_id: int) -> None:
    _complete(inspecting.inspect_document(document_id=document_id, now=clock.now()))


@job("cases.inspect_supporting", queue="inspect")
def inspect_supporting(*, file_id: int) -> None:
    _complete(inspecting.inspect_supporting(file_id=file_id, now=clock.now()))


@job("cases.discard_bytes", queue="inspect")
def discard_bytes(*, storage_key: str) -> None:
    storing.discard(storage_key)


@tick
def ask_to_settle_files() -> None:
    """While something of a case waits to be settled, a job looks after it, one each quarter of a minute."""
    completing.ask_to_settle(now=clock.now())


@job("cases.settle_files", queue="critical")
def settle_files() -> None:
    """Files whose inspection failed for good are refused; handed-in cases are completed, after the grace without
    the files that were not accepted."""
    now = clock.now()
    waiting = inspecting.give_up_failed(now=now).union(completing.incomplete(now))
    for case_id in waiting:
        try:
            completing.drop_unaccepted(case_id=case_id, now=now)
            completing.complete(case_id=case_id, now=now)
        except Exception:  # one case must not keep the others, or other ticks, waiting
            logger.exception("case %s could not be completed", case_id)


@tick
def ask_to_close_submissions() -> None:
    """When hand-in closes, the authors of drafts hear of it from a job, promised once."""
    now = clock.now()
    for call in reaching(closing.CLOSED, "submission_closes_at", now):
        closing.ask_to_close(call_id=call.pk, now=now)


@job("cases.close_submission", queue="critical")
def close_submission(*, call_id: int) -> None:
    closing.tell_authors_of_drafts(call_id=call_id, now=clock.now())


def _complete(case_id: int | None) -> None:
    if case_id is not None:
        completing.complete(case_id=case_id, now=clock.now())
