"""Background work of the cases app: inspections, and what becomes due after a hand-in."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from calls.queries import reaching
from cases import storing
from cases.actions import (
    assembling,
    blinding,
    closing,
    collecting,
    completing,
    converting,
    expiring,
    inspecting,
    likening,
    verifying,
)
from cases.staging import staging
from kernel import clock
from kernel.jobs import Later, job, tick

logger = logging.getLogger(__name__)

AWAY = timedelta(seconds=30)
"""After how long a job looks again for a store that did not answer: that is no fault of the upload's."""

AT_A_TIME = 120.0
"""Seconds of a night's walk that one job does before it promises the rest: others wait in its queue."""


@contextmanager
def _waiting_for_the_store() -> Iterator[None]:
    """A storage that is away is asked again later, and no attempt counts; one that says no has answered."""
    try:
        yield
    except storing.Denied:
        raise
    except storing.Unreadable as away:
        raise Later(str(away), delay=AWAY) from away


@job("cases.inspect_document", queue="inspect")
def inspect_document(*, document_id: int) -> None:
    _complete(inspecting.inspect_document(document_id=document_id, now=clock.now()))


@job("cases.inspect_supporting", queue="inspect")
def inspect_supporting(*, file_id: int) -> None:
    _complete(inspecting.inspect_supporting(file_id=file_id, now=clock.now()))


@job("cases.make_blind_copy", queue="inspect")
def make_blind_copy(*, blind_id: int) -> None:
    with _waiting_for_the_store():
        blinding.make(blind_id=blind_id, now=clock.now())


@job("cases.draw_blind_copy", queue="convert")
def draw_blind_copy(*, blind_id: int) -> None:
    with _waiting_for_the_store():
        blinding.draw(blind_id=blind_id)


@job("cases.assemble_upload", queue="critical")
def assemble_upload(*, upload_id: str) -> None:
    with _waiting_for_the_store():
        case_id = assembling.assemble(upload_id=upload_id, now=clock.now())
    _complete(case_id)


@tick
def ask_to_clear_uploads() -> None:
    """Uploads that have run out are ended by a job, and what killed processes left is swept, once an hour."""
    expiring.ask_to_clear(now=clock.now())


@job("cases.expire_uploads", queue="critical")
def expire_uploads() -> None:
    expiring.expire_all(now=clock.now())


@job("cases.sweep_parts", queue="critical")
def sweep_parts() -> None:
    with _waiting_for_the_store():
        expiring.sweep(now=clock.now())


@job("cases.discard_parts", queue="critical")
def discard_parts(*, upload: str, multipart: str) -> None:
    with _waiting_for_the_store():
        staging().discard(upload, multipart)


@job("cases.convert_supporting", queue="convert")
def convert_supporting(*, file_id: int) -> None:
    converting.convert_supporting(file_id=file_id, now=clock.now())


@job("cases.discard_bytes", queue="inspect")
def discard_bytes(*, storage_key: str) -> None:
    with _waiting_for_the_store():
        storing.discard(storage_key)


@job("cases.liken", queue="inspect")
def liken(*, case_id: int) -> None:
    with _waiting_for_the_store():
        likening.liken(case_id=case_id)


@tick
def ask_to_refresh_likeness() -> None:
    """A version of the method that is new here has every document compared anew."""
    likening.ask_to_refresh()


@job("cases.refresh_likeness", queue="export")
def refresh_likeness(*, after: int) -> None:
    """A stretch of the documents, then the promise of the next."""
    with _waiting_for_the_store():
        rest = likening.refresh(after=after, seconds=AT_A_TIME)
    if rest is not None:
        likening.ask_to_go_on(after=rest)


@tick
def ask_to_settle_files() -> None:
    """While something of a case waits to be settled, a job looks after it, one each quarter of a minute."""
    completing.ask_to_settle(now=clock.now(), abandoned=bool(converting.abandoned()) or blinding.waiting())


@job("cases.settle_files", queue="critical")
def settle_files() -> None:
    """Files whose joining or inspection failed for good are refused, those whose conversion did are downloads;
    handed-in cases are completed, after the grace without the files that were not accepted."""
    now = clock.now()
    converting.give_up_failed(now=now)
    blinding.give_up_failed(now=now)
    given_up = assembling.give_up_failed(now=now) | inspecting.give_up_failed(now=now)
    waiting = given_up.union(completing.incomplete(now))
    for case_id in waiting:
        try:
            completing.drop_unaccepted(case_id=case_id, now=now)
            completing.complete(case_id=case_id, now=now)
        except Exception:  # one case must not keep the others, or other ticks, waiting
            logger.exception("case %s could not be completed", case_id)


@job("cases.collect_copy", queue="export")
def collect_copy(*, copy_id: int) -> None:
    collecting.collect_copy(copy_id=copy_id, now=clock.now())


@tick
def ask_to_close_submissions() -> None:
    """When hand-in closes, the authors of drafts hear of it from a job, promised once."""
    now = clock.now()
    for call in reaching(closing.CLOSED, "submission_closes_at", now):
        closing.ask_to_close(call_id=call.pk, now=now)


@job("cases.close_submission", queue="critical")
def close_submission(*, call_id: int) -> None:
    closing.tell_authors_of_drafts(call_id=call_id, now=clock.now())


@tick
def ask_to_verify_files() -> None:
    """Once a night a job begins to compare the storage with the rows of all files."""
    verifying.ask_to_verify(now=clock.now())


@job("cases.verify_files", queue="export")
def verify_files(*, night: str) -> None:
    """A stretch of the night's walk; a storage that is away is asked again later and nothing is concluded from it."""
    here, until = date.fromisoformat(night), time.monotonic() + AT_A_TIME
    try:
        while verifying.verify_batch(night=here, now=clock.now()):
            if time.monotonic() > until:
                verifying.ask_to_go_on(night=here)
                return
    except storing.Unreadable as error:
        raise Later(f"存储没有回应：{error}", delay=timedelta(minutes=10)) from error
    verifying.close_settled(now=clock.now())
    verifying.finish(night=here, now=clock.now())


def _complete(case_id: int | None) -> None:
    if case_id is not None:
        completing.complete(case_id=case_id, now=clock.now())
