"""What follows acceptance: films are looked at whole and copied to play everywhere, office files drawn by pages."""

import logging
import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from cases.actions.inspecting import clean_up, conversion_key, tell_refused, write_verdict
from cases.actions.moving import lock
from cases.actions.reserving import recount
from cases.editing import may_edit
from cases.files.conversion import Conversion, convert_film, convert_office
from cases.files.film import plan_for
from cases.files.inspection import refused
from cases.files.kinds import BY_SLUG, KINDS
from cases.models import Case, ConversionState, FileState, SupportingFile
from cases.storing import fetch, keep_derived
from kernel import audit
from kernel.jobs import enqueue
from kernel.letters import tell
from kernel.models import Job, JobState

logger = logging.getLogger(__name__)

GIVEN_UP = Conversion("failed", "given_up")


def ask_to_convert() -> int:
    """Promise its copy to every accepted film that has none and waits for none; how many. Twice is harmless.

    They were accepted before films were copied, or when some were shown as they are. One for which it failed is left
    to whoever retries its job.
    """
    kinds = [kind.slug for kind in KINDS if kind.group == "video"]
    settled = SupportingFile.objects.filter(
        state=FileState.ACCEPTED, kind__in=kinds, conversion__in=(ConversionState.NONE, ConversionState.DONE)
    )
    bare = settled.exclude(facts__contains={"derived": [{"role": "view"}]})
    return sum(_promise(file) for file in list(bare.order_by("pk")))


@transaction.atomic(durable=True)
def _promise(file: SupportingFile) -> bool:
    """Let a film wait for its copy, unless its row has changed meanwhile. Its first job, if any, is done for good."""
    unchanged = SupportingFile.objects.filter(pk=file.pk, state=file.state, conversion=file.conversion)
    if not unchanged.update(conversion=ConversionState.WAITING):
        return False
    enqueue("cases.convert_supporting", key=f"{conversion_key(file)}:copy", file_id=file.pk)
    return True


def convert_supporting(*, file_id: int, now: datetime) -> None:
    """Convert an accepted file and settle what came of it; one that is gone or converted stays as it is."""
    file = SupportingFile.objects.filter(pk=file_id, state=FileState.ACCEPTED).first()
    if file is None or file.conversion not in (ConversionState.WAITING, ConversionState.FAILED):
        return
    conversion = _converted(file)
    settle(file_id=file_id, conversion=conversion, now=now)
    clean_up(file)


def _converted(file: SupportingFile) -> Conversion:
    """What came of it in a child process; the files made are put beside the original."""
    film = BY_SLUG[file.kind].group == "video"
    if not film and not settings.SOFFICE:
        return Conversion("unavailable")
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="convert-") as place:
        path, made = Path(place) / "file", Path(place) / "made"
        fetch(file.key, path)
        if film:
            conversion = convert_film(path, plan=plan_for(file.facts), derive_to=made)
        else:
            conversion = convert_office(path, kind=file.kind, program=settings.SOFFICE, derive_to=made)
        keep_derived(file.key, made, [derived["name"] for derived in conversion.derived])
    return conversion


@transaction.atomic(durable=True)
def settle(*, file_id: int, conversion: Conversion, now: datetime) -> None:
    """Write what came of a conversion onto an accepted file that waits for it, or for which it failed before.

    Locks the case, then the file. A film that proves rotten is refused while its author may edit the case. Otherwise
    it stands, marked for whoever reads the case, and nothing is taken away. Its author is told either way.
    """
    case_id = SupportingFile.objects.filter(pk=file_id).values_list("case_id", flat=True).first()
    if case_id is None:
        return
    case = lock(case_id)
    open_states = (ConversionState.WAITING, ConversionState.FAILED)
    waiting = case.files.select_for_update().filter(state=FileState.ACCEPTED, conversion__in=open_states)
    file = waiting.filter(pk=file_id).first()
    if file is None:
        return
    if conversion.outcome == "rotten":
        _settle_rotten(case, file, conversion, now)
        return
    file.conversion = {
        "done": ConversionState.DONE,
        "failed": ConversionState.FAILED,
        "unavailable": ConversionState.NONE,
    }[conversion.outcome]
    _add_derived(file, conversion)
    if conversion.pages:  # sheets and slides until now; what is shown are pages
        file.facts["pages"] = conversion.pages
    if conversion.code:
        file.facts["not_converted"] = conversion.code
    else:
        file.facts.pop("not_converted", None)
    file.save(update_fields=["conversion", "facts"])


def _settle_rotten(case: Case, file: SupportingFile, conversion: Conversion, now: datetime) -> None:
    if file.code == conversion.code:  # it was marked, and its author told, by an earlier run
        _add_derived(file, conversion)
        file.save(update_fields=["facts"])
        return
    file.conversion = ConversionState.FAILED
    if may_edit(case, now):
        advice = "请在电脑上播放确认，用剪辑软件重新导出后再上传。"
        if replaced := file.facts.get("replaced"):
            advice += f"它上传时替换掉的“{replaced}”已经不在了，如果那一份是好的，也可以重新上传那一份。"
        verdict = refused(file.name, conversion.code, conversion.message + advice)
        verdict.facts.update(file.facts)
        write_verdict(file, case, verdict, now, category=file.category)
        recount(case)
        tell_refused(case, file, "my_materials", now)
        return
    # Its readers may not learn the author's name from that of the file, so the sentence does without it.
    file.code, file.message = conversion.code, f"这个视频{conversion.message}"
    _add_derived(file, conversion)
    file.save(update_fields=["conversion", "code", "message", "facts"])
    _note("file.flag", case, file, now, code=conversion.code)
    words = f"材料“{file.title}”{conversion.message}文件仍按原样保留，审看人员会看到这个提示。"
    words += "如果手边有完好的文件，可以替换：案例还能撤回的，请撤回后上传；不能撤回的，请联系省级单位退回修改。"
    tell(user=case.submitter, text=words[:500], now=now, link=reverse("my_case", args=[case.pk]))


def _add_derived(file: SupportingFile, conversion: Conversion) -> None:
    """Put what was made among what is derived of a file, in place of what had the same name."""
    names = {derived["name"] for derived in conversion.derived}
    kept = [derived for derived in file.facts.get("derived", []) if derived["name"] not in names]
    file.facts = {**file.facts, "derived": kept + conversion.derived}


def give_up_failed(*, now: datetime) -> None:
    """Let no file stay “正在转换” for ever whose conversion failed for good; a retry by hand still converts it."""
    waiting = {conversion_key(row): row.pk for row in abandoned()}
    for key, pk in waiting.items():
        try:
            settle(file_id=pk, conversion=GIVEN_UP, now=now)
        except Exception:  # one row must not keep the others
            logger.exception("%s could not be given up", key)


def abandoned() -> list[SupportingFile]:
    """Files that wait for a conversion whose job has failed for good."""
    failed = Job.objects.filter(kind="cases.convert_supporting", state=JobState.FAILED).values_list("args", flat=True)
    ids = [args["file_id"] for args in failed]
    return list(SupportingFile.objects.filter(pk__in=ids, conversion=ConversionState.WAITING)) if ids else []


def _note(verb: str, case: Case, file: SupportingFile, now: datetime, **facts: str) -> None:
    audit.record(
        verb=verb,
        subject=file,
        actor=None,
        now=now,
        call_id=case.call_id,
        province_code=case.province.code,
        case_id=case.pk,
        **facts,
    )
