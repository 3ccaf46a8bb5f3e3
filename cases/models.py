"""What authors make: cases, their authors, documents, supporting files, uploads under way and receipts."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left
from django.utils import timezone

from accounts.models import Province, Unit, User
from calls.models import Call
from calls.policy import TYPE_CHOICES
from cases.compared import CommonFingerprint as CommonFingerprint
from cases.compared import Compared as Compared
from cases.compared import Fingerprint as Fingerprint
from cases.compared import Likeness as Likeness
from cases.files.kinds import KINDS
from cases.lifecycle import EDITABLE, STATE_CHOICES, State
from cases.likeness import Alike
from cases.parts import Plan
from cases.verified import FaultKind as FaultKind
from cases.verified import FileFault as FileFault
from cases.verified import Verification as Verification
from kernel.encryption import FINGERPRINT
from kernel.fields import EncryptedText


class Case(models.Model):
    """A case (案例): its information sheet (R5) and its state. Only `cases.actions.moving.move` assigns `state`."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="cases")
    type = models.CharField("案例类型", max_length=10, choices=TYPE_CHOICES)
    submitter = models.ForeignKey(User, models.PROTECT, related_name="cases")
    province = models.ForeignKey(Province, models.PROTECT, related_name="cases")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="cases")
    number = models.CharField("案例编号", max_length=20, null=True, unique=True)
    state = models.CharField(max_length=20, choices=STATE_CHOICES, default=State.DRAFT)

    title = models.CharField("案例名称", max_length=60, blank=True)
    overview = models.TextField("案例概述", blank=True)
    sources = models.TextField("非原创部分的出处", max_length=2000, blank=True)
    contribution = models.PositiveIntegerField("工作室年度贡献值", null=True, blank=True)
    broadcasts = models.PositiveSmallIntegerField("年度直播活动次数", null=True, blank=True)
    pledge_signed = models.BooleanField("主持人已签署安全承诺书", null=True, blank=True)

    declared = models.BooleanField(default=False)
    portraits_cleared = models.BooleanField(default=False)
    # R5: null until the author has chosen; both answers may take part.
    consent_publication = models.BooleanField(null=True)
    consent_platform = models.BooleanField(null=True)
    signature = models.CharField("作者签名", max_length=30, blank=True)
    signature_drawing = models.TextField(blank=True)
    signed_on = models.DateField("日期", null=True, blank=True)

    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    handed_in_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    return_reason = models.TextField(blank=True)
    return_due_at = models.DateTimeField(null=True)
    # Why the case was declined, disqualified or taken out, for its author to read.
    verdict_reason = models.TextField(blank=True)
    supporting_bytes = models.PositiveBigIntegerField(default=0)
    supporting_limit = models.PositiveBigIntegerField(default=100 * 1024 * 1024)
    # As counted at hand-in, beside the call's limit then: a draft may be longer, a case handed in may not (R5).
    overview_characters = models.PositiveIntegerField(default=0)
    overview_limit = models.PositiveIntegerField(default=300)

    alike = Alike(0, 0)
    """Read along by the pages of the desks (cases.alike.COUNTED); elsewhere nobody asks."""

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            # All that the list of a desk is counted and ordered by, so that it needs no row of the table.
            models.Index(fields=["call", "province", "handed_in_at", "id"], include=["state"], name="case_arrivals"),
            models.Index(fields=["submitter", "call"], name="case_submitter"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="case_type_is_known", condition=Q(type__in=[t for t, _ in TYPE_CHOICES])),
            models.CheckConstraint(name="case_state_is_known", condition=Q(state__in=[s for s, _ in STATE_CHOICES])),
            models.CheckConstraint(
                name="handed_in_case_has_number", condition=Q(state=State.DRAFT) | Q(number__isnull=False)
            ),
            models.CheckConstraint(
                name="overview_within_limit",
                condition=Q(state__in=sorted(EDITABLE)) | Q(overview_characters__lte=F("overview_limit")),
            ),
            models.CheckConstraint(
                name="supporting_bytes_within_limit", condition=Q(supporting_bytes__lte=F("supporting_limit"))
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"draft {self.pk}"


class CaseAuthor(models.Model):
    """One of at most three authors (R5), in the order they are named."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="authors")
    position = models.PositiveSmallIntegerField()
    name = models.CharField("姓名", max_length=30)
    unit = models.CharField("工作单位", max_length=80)
    post = models.CharField("职称/职务", max_length=40)
    mobile = EncryptedText("手机", findable=True)
    is_host = models.BooleanField("工作室主持人", default=False)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "position"], name="author_position_once"),
            models.CheckConstraint(name="at_most_three_authors", condition=Q(position__gte=1, position__lte=3)),
        ]

    def __str__(self) -> str:
        return self.name


class CoauthorAsk(models.Model):
    """What a co-author, known by their mobile, says of one edition of a case (cases.coauthors)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="asks")
    position = models.PositiveSmallIntegerField()
    mobile = EncryptedText("手机", findable=True)
    edition = models.CharField(max_length=16)
    confirmed = models.BooleanField(null=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["position"]
        indexes: ClassVar = [models.Index(Left("mobile", FINGERPRINT), name="ask_by_mobile")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "position"], name="coauthor_asked_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.position}"


class FileState(models.TextChoices):
    INSPECTING = "inspecting", "检查中"
    ACCEPTED = "accepted", "已接收"
    REFUSED = "refused", "未被接收"
    DROPPED = "dropped", "已移除"


class UploadedFile(models.Model):
    """What every uploaded file has: bytes under a random key, a name as data, and the inspector's word on it."""

    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    key = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=12, choices=FileState, default=FileState.INSPECTING)
    code = models.CharField(max_length=40, blank=True)
    message = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # Begun in time and finished within the grace: those who screen are told.
    late = models.BooleanField(default=False)
    inspected_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class CaseDocument(UploadedFile):
    """A version of the case's Word document (R7). The newest that was not dropped counts.

    `fit` says that an inspected version may stand in a handed-in case: four sections, within the call's limit.
    `confirmed` is the author's word on parts of this version: {section: {"title", "characters", "part", "at"}}.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="documents")
    html_key = models.CharField(max_length=140, blank=True)
    fit = models.BooleanField(default=False)
    characters = models.PositiveIntegerField(null=True)
    characters_allowed = models.PositiveIntegerField(null=True)
    sections_found = models.PositiveSmallIntegerField(null=True)
    confirmed = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="document_state_is_known", condition=Q(state__in=FileState.values)),
            models.CheckConstraint(
                name="fit_document_has_four_sections_within_limit",
                condition=Q(fit=False)
                | Q(state=FileState.ACCEPTED, sections_found=4, characters__lte=F("characters_allowed")),
            ),
        ]


class Category(models.TextChoices):
    """R8: the categories of supporting material; and the signed 附表1 as a scan, which comes in the same way.

    SIGNED names the authors: experts and visitors never get it, and it is no supporting material that a case needs.
    """

    NOTICE = "notice", "通知文件"
    POLICY = "policy", "制度文档"
    EXCHANGE = "exchange", "研究交流"
    PUBLICITY = "publicity", "宣传报道"
    OTHER = "other", "其他成果支撑材料"
    SIGNED = "signed", "签字的信息表"


class ConversionState(models.TextChoices):
    """How far an accepted film or Office file is with what a page shows in its place."""

    NONE = "none", "不需要转换"
    WAITING = "waiting", "正在转换"
    DONE = "done", "已转换"
    FAILED = "failed", "未能转换"


class BlindCopy(UploadedFile):
    """A copy of a version of the document that tells nobody who made it (匿名稿); asked for anew, it is another row.

    Confirmed by the author, it is all that experts read of the document. `known` are the names hidden in it, `words`
    those the author added, `left_out` the names of pictures taken out; its `conversion` draws its pages.
    """

    document = models.OneToOneField(CaseDocument, models.CASCADE, related_name="blind")
    known = models.JSONField(default=list)
    words = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    html_key = models.CharField(max_length=140, blank=True)
    conversion = models.CharField(max_length=10, choices=ConversionState, default=ConversionState.NONE)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="blind_state_is_known", condition=Q(state__in=FileState.values)),
            models.CheckConstraint(
                name="confirmed_blind_copy_was_made",
                condition=Q(confirmed_at__isnull=True) | (Q(state=FileState.ACCEPTED) & ~Q(html_key="")),
            ),
        ]


class SupportingFile(UploadedFile):
    """One supporting file: named, then uploaded on its own (R8). `title` is the name the author gave it.

    While a file that `replaces` another is inspected both stand; the old one goes when the new one is accepted.
    A file that is accepted and has a `message` stands although damage was found in it when nobody could mend it any
    more: the message tells its readers where.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="files")
    category = models.CharField("类别", max_length=10, choices=Category)
    title = models.CharField("材料名称", max_length=60)
    kind = models.CharField(max_length=10, blank=True)
    conversion = models.CharField(max_length=10, choices=ConversionState, default=ConversionState.NONE)
    replaces = models.ForeignKey("self", models.SET_NULL, null=True, related_name="replacements")

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            # By which the same bytes are found in other cases.
            models.Index(
                fields=["sha256"], include=["case"], name="file_same_bytes", condition=Q(state=FileState.ACCEPTED)
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="file_state_is_known", condition=Q(state__in=FileState.values)),
            models.CheckConstraint(name="file_category_is_known", condition=Q(category__in=Category.values)),
            models.CheckConstraint(
                name="accepted_file_is_of_a_known_kind",
                condition=~Q(state=FileState.ACCEPTED) | Q(kind__in=[kind.slug for kind in KINDS]),
            ),
            models.CheckConstraint(name="file_is_not_empty", condition=Q(size__gt=0)),
            models.CheckConstraint(name="file_conversion_is_known", condition=Q(conversion__in=ConversionState.values)),
        ]

    @property
    def place_id(self) -> int | None:
        """The accepted file whose place and room a replacement of this one takes: itself, or the one it replaces."""
        return self.pk if self.state == FileState.ACCEPTED else self.replaces_id


class Target(models.TextChoices):
    """What an upload is to become."""

    DOCUMENT = "document", "案例介绍文档"
    SUPPORTING = "supporting", "支撑材料"


class UploadState(models.TextChoices):
    OPEN = "open", "上传中"
    ASSEMBLING = "assembling", "合并中"
    DONE = "done", "已传完"
    FAILED = "failed", "未完成"
    CANCELLED = "cancelled", "已取消"
    EXPIRED = "expired", "已过期"


UNDER_WAY = (UploadState.OPEN, UploadState.ASSEMBLING)
"""States in which an upload takes up room."""
AWAITED = Q(state=UploadState.ASSEMBLING) | Q(state=UploadState.OPEN, target=Target.SUPPORTING)
"""The uploads that a handed-in case waits for: a document only once it has arrived whole."""


class Upload(models.Model):
    """A file on its way in parts (分片), until it stands in the case as a document or a supporting file.

    `fingerprint` is the browser's, by which the same file picked again goes on where it stopped. `multipart` is the
    object store's own name of the upload, `object_key` where the joined bytes will lie.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="uploads")
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    target = models.CharField(max_length=10, choices=Target)
    category = models.CharField(max_length=10, choices=Category, blank=True)
    title = models.CharField(max_length=60, blank=True)
    replaces = models.ForeignKey(SupportingFile, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    fingerprint = models.CharField(max_length=64)
    part_size = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=UploadState, default=UploadState.OPEN)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    late = models.BooleanField(default=False)
    code = models.CharField(max_length=40, blank=True)
    message = models.TextField(blank=True)
    multipart = models.CharField(max_length=1024, blank=True)
    object_key = models.CharField(max_length=120, blank=True)
    document = models.ForeignKey(CaseDocument, models.SET_NULL, null=True, related_name="+")
    file = models.ForeignKey(SupportingFile, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["created_at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["expires_at"], name="upload_under_way", condition=Q(state__in=UNDER_WAY)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="upload_state_is_known", condition=Q(state__in=UploadState.values)),
            models.CheckConstraint(name="upload_target_is_known", condition=Q(target__in=Target.values)),
            models.CheckConstraint(name="upload_is_not_empty", condition=Q(size__gt=0, part_size__gt=0)),
            models.CheckConstraint(
                name="supporting_upload_is_named",
                condition=~Q(target=Target.SUPPORTING) | (Q(category__in=Category.values) & ~Q(title="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def plan(self) -> Plan:
        return Plan(self.size, self.part_size)

    @property
    def awaited(self) -> bool:
        """Whether it is one of AWAITED."""
        return self.state == UploadState.ASSEMBLING or (
            self.state == UploadState.OPEN and self.target == Target.SUPPORTING
        )


class Receipt(models.Model):
    """What was handed in, as it stood then: number, server's time and a fingerprint of each file. Never changed."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="receipts")
    at = models.DateTimeField()
    contents = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.at:%F %T}"
