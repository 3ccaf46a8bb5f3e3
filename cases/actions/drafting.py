"""What an author does to a case before handing it in: open, write, sign, delete."""

import base64
import binascii
import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from PIL import Image, UnidentifiedImageError

from accounts.models import User
from calls.models import Call
from calls.policy import TYPE_NAMES, CaseType, Phase, require_phase
from cases import caps
from cases.actions.adding import discard_row
from cases.actions.ending import end_upload
from cases.actions.moving import lock
from cases.editing import NotYours, require_editable
from cases.lifecycle import State
from cases.models import UNDER_WAY, Case, CaseAuthor, UploadState
from kernel import audit
from kernel.errors import Refusal, Stale

DRAWING_PREFIX = "data:image/png;base64,"
DRAWING_BYTES = 100 * 1024
DRAWING_SIDE = 2400
SHEET_FIELDS = ("title", "overview", "sources", "contribution", "broadcasts", "pledge_signed")
DECLARATION_FIELDS = (
    "declared", "portraits_cleared", "consent_publication", "consent_platform",
    "signature", "signature_drawing", "signed_on",
)  # fmt: skip
OVERVIEW_ROOM = 5000
"""Characters a draft's overview may hold: over the call's limit nothing typed is lost, but it cannot be handed in."""


class AnotherType(Refusal):
    """R2: one account hands in cases of one type in a call."""

    code = "another_type"

    def __init__(self, kept: str) -> None:
        name = TYPE_NAMES[CaseType(kept)]
        super().__init__(
            f"您在本届已有“{name}”，一个账号在一届征集中只报送一类案例。请选择同一类型，或先删除原来的草稿。",
            field="type",
        )


class NoMoreCases(Refusal):
    code = "no_more_cases"

    def __init__(self, limit: int) -> None:
        super().__init__(f"本届每个账号最多报送 {limit} 件案例，您已达到上限。可以修改已有的案例，或删除不用的草稿。")


class NoProvince(Refusal):
    code = "no_province"
    sentence = (
        "您的账号没有所在省份，案例无法送到省级组织单位。请退出后用本人的邮箱或手机号注册一个作者账号，再来报送。"
    )


class TooManyAuthors(Refusal):
    code = "too_many_authors"

    def __init__(self, most: int) -> None:
        super().__init__(f"作者最多 {most} 人，请移除多出的作者。")


class TooLong(Refusal):
    code = "too_long"


class BadDrawing(Refusal):
    code = "bad_drawing"
    sentence = "手写签名没有读出来。请点“重写”再签一次，或改为输入姓名。"


class NotADraft(Refusal):
    code = "not_a_draft"
    sentence = "这件案例已经报送过，不能删除或更改类型。如不再参加，可以撤回。"


class WrittenElsewhere(Stale):
    """The form was saved by another window or device after this one had read it."""

    code = "written_elsewhere"
    sentence = "这份内容刚在另一个窗口或设备上改过。您在这里写的都还在：再保存一次，就以这里的为准。"


@dataclass(frozen=True)
class AuthorLine:
    """One author as written on the information sheet (R5); a draft's line may be incomplete."""

    name: str = ""
    unit: str = ""
    post: str = ""
    mobile: str = ""
    is_host: bool = False

    @property
    def empty(self) -> bool:
        return not (self.name or self.unit or self.post or self.mobile)


def require_type(call: Call, author: User, kind: str, *, besides: int | None = None) -> None:
    """R2: refuse (AnotherType) a type other than that of the author's standing cases in the call."""
    others = Case.objects.filter(call=call, submitter=author).exclude(type=kind).exclude(state=State.WITHDRAWN)
    if besides is not None:
        others = others.exclude(pk=besides)
    other = others.values_list("type", flat=True).first()
    if other is not None:
        raise AnotherType(other)


def lock_author(author: User) -> User:
    """The account's row, so that two of its requests at once cannot open cases of two types."""
    return User.objects.select_for_update(no_key=True).get(pk=author.pk)


@transaction.atomic(durable=True)
def open_case(*, call_id: int, type: str, actor: User, now: datetime) -> Case:
    """Open a draft in the call, with the actor as first author.

    Locks the account. Refuses: WindowClosed (R11), AnotherType (R2), NoMoreCases, TooManyDrafts, NoProvince.
    """
    author = lock_author(actor)
    call = Call.objects.get(pk=call_id)
    require_phase(call.dates, now, Phase.SUBMISSION, sentence="现在不在作者报送时间内，不能新建案例。")
    if author.province_id is None:
        raise NoProvince
    require_type(call, author, type)
    limit = call.cases_per_author
    standing = Case.objects.filter(call=call, submitter=author).exclude(state=State.WITHDRAWN)
    if limit is not None and standing.count() >= limit:
        raise NoMoreCases(limit)
    if Case.objects.filter(call=call, submitter=author, state=State.DRAFT).count() >= caps.DRAFTS_A_CALL:
        raise caps.TooManyDrafts
    case = Case.objects.create(
        call=call, type=CaseType(type), submitter=author, province_id=author.province_id, unit_id=author.unit_id,
        supporting_limit=call.supporting_bytes, created_at=now, saved_at=now,
    )  # fmt: skip
    CaseAuthor.objects.create(
        case=case, position=1, name=author.name, unit=author.unit.name if author.unit else "",
        mobile=(author.mobile or "").removeprefix("+86"),
    )  # fmt: skip
    _record(case, "case.open", actor, now, type=case.type)
    return case


@transaction.atomic(durable=True)
def save_sheet(
    *,
    case_id: int,
    values: dict[str, Any],
    authors: list[AuthorLine] | None,
    actor: User,
    now: datetime,
    edition: str | None = None,
) -> Case:
    """Keep what the information sheet says so far (R5, R9, R19); it may be incomplete.

    `values` holds some of SHEET_FIELDS; `authors` replaces the list, None leaves it; `edition` is what the writer had
    read (`sheet_edition`), None asks for no check. Locks the case.
    Refuses: what `require_editable` refuses, WrittenElsewhere, TooManyAuthors, TooLong.
    """
    case = lock(case_id)
    require_editable(case, actor, now)
    read = edition is None or edition == sheet_edition(case)
    changed = write_sheet(case, values, authors)
    if changed and not read:
        raise WrittenElsewhere
    return keep(case, "case.save_sheet", changed, actor, now)


@transaction.atomic(durable=True)
def save_declaration(
    *, case_id: int, values: dict[str, Any], actor: User, now: datetime, edition: str | None = None
) -> Case:
    """Keep declaration, signature, date and the two sharing consents (R5); `values` holds some of DECLARATION_FIELDS.

    `edition` is what the writer had read (`declaration_edition`), None asks for no check. Locks the case.
    Refuses: what `require_editable` refuses, BadDrawing, WrittenElsewhere.
    """
    case = lock(case_id)
    require_editable(case, actor, now)
    if values.get("signature_drawing"):
        require_drawing(values["signature_drawing"])
    read = edition is None or edition == declaration_edition(case)
    changed = assign(case, values, DECLARATION_FIELDS)
    if changed and not read:
        raise WrittenElsewhere
    return keep(case, "case.save_declaration", changed, actor, now)


@transaction.atomic(durable=True)
def change_type(*, case_id: int, type: str, actor: User, now: datetime) -> Case:
    """Give a draft another type. Locks the account, then the case. Refuses: NotADraft, AnotherType (R2)."""
    author = lock_author(actor)
    case = lock(case_id)
    require_editable(case, actor, now)
    if case.state != State.DRAFT:
        raise NotADraft
    require_type(case.call, author, type, besides=case.pk)
    changed = assign(case, {"type": str(CaseType(type))}, ("type",))
    return keep(case, "case.change_type", changed, actor, now)


@transaction.atomic(durable=True)
def delete_draft(*, case_id: int, actor: User, now: datetime) -> None:
    """Delete a case that was never handed in, with its files. Locks the case. Refuses: NotYours, NotADraft."""
    case = lock(case_id)
    if case.submitter_id != actor.pk:
        raise NotYours
    if case.state != State.DRAFT:
        raise NotADraft
    discard_draft(case, actor=actor, now=now)


def discard_draft(case: Case, *, actor: User | None, now: datetime) -> None:
    """The deleting itself, with the case's files; the caller holds the row's lock. `actor` None is the portal."""
    _record(case, "case.delete_draft", actor, now, type=case.type)
    for document in case.documents.all():
        discard_row(document)
    for file in case.files.all():
        discard_row(file)
    for upload in case.uploads.filter(state__in=UNDER_WAY):
        end_upload(upload, case, UploadState.CANCELLED, actor=actor, now=now)
    case.delete()


def sheet_edition(case: Case) -> str:
    """A fingerprint of what the information sheet says, by which a window finds out that another has saved."""
    lines = [(one.name, one.unit, one.post, one.mobile, one.is_host) for one in case.authors.all()]
    return _fingerprint([getattr(case, name) for name in SHEET_FIELDS] + lines)


def declaration_edition(case: Case) -> str:
    """The same of declaration, signature and consents."""
    return _fingerprint([getattr(case, name) for name in DECLARATION_FIELDS])


def _fingerprint(said: list[Any]) -> str:
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def require_drawing(data_url: str) -> None:
    """Refuse (BadDrawing) what is not a PNG of at most 100 KB with something drawn on it."""
    if not data_url.startswith(DRAWING_PREFIX) or len(data_url) > DRAWING_BYTES * 4 // 3 + 64:
        raise BadDrawing(field="signature")
    try:
        content = base64.b64decode(data_url.removeprefix(DRAWING_PREFIX), validate=True)
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            # The size stands in the header: a small file that unfolds into a huge picture is never unfolded.
            small = max(picture.size) <= DRAWING_SIDE and len(content) <= DRAWING_BYTES
            inked = small and picture.convert("RGBA").getchannel("A").getbbox() is not None
    except (binascii.Error, UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        raise BadDrawing(field="signature") from None
    if not inked:
        raise BadDrawing(field="signature")


def write_sheet(case: Case, values: dict[str, Any], authors: list[AuthorLine] | None) -> list[str]:
    """Put what differs into a locked case and its authors; the names of what did. Refuses: TooLong, TooManyAuthors."""
    changed = assign(case, values, SHEET_FIELDS)
    if len(case.title) > 60:
        raise TooLong("案例名称不超过 60 字，请缩短。", field="title")
    if len(case.overview) > OVERVIEW_ROOM:
        raise TooLong(f"案例概述太长了，请压缩到 {case.call.overview_limit} 字以内。", field="overview")
    if authors is not None and _replace_authors(case, [line for line in authors if not line.empty]):
        changed.append("authors")
    return changed


def assign(case: Case, values: dict[str, Any], allowed: tuple[str, ...]) -> list[str]:
    """Set the allowed values that differ; their names."""
    changed = [name for name in allowed if name in values and getattr(case, name) != values[name]]
    for name in changed:
        setattr(case, name, values[name])
    return changed


def _replace_authors(case: Case, lines: list[AuthorLine]) -> bool:
    """Make the case's authors these lines, in order; whether anything changed."""
    if len(lines) > case.call.max_authors:
        raise TooManyAuthors(case.call.max_authors)
    standing = [AuthorLine(a.name, a.unit, a.post, a.mobile, a.is_host) for a in case.authors.all()]
    if standing == lines:
        return False
    case.authors.all().delete()
    CaseAuthor.objects.bulk_create(
        CaseAuthor(
            case=case, position=position, name=line.name, unit=line.unit, post=line.post, mobile=line.mobile,
            is_host=line.is_host,
        )
        for position, line in enumerate(lines, start=1)
    )  # fmt: skip
    return True


def keep(case: Case, verb: str, changed: list[str], actor: User, now: datetime) -> Case:
    """Save what changed; a save that changes nothing only moves the time of saving."""
    case.saved_at = now
    fields = ["saved_at", *(name for name in changed if name != "authors")]
    if changed:
        case.version += 1
        fields.append("version")
        _record(case, verb, actor, now, fields=changed)
    case.save(update_fields=fields)
    return case


def _record(case: Case, verb: str, actor: User | None, now: datetime, **facts: str | list[str]) -> None:
    audit.record(
        verb=verb, subject=case, actor=actor, now=now, call_id=case.call_id, province_code=case.province.code, **facts
    )
