"""What the public sees: publications, selected cases as they were published, certificates, notices and events."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Right

from accounts.models import Province, User
from calls.models import Call
from calls.policy import TYPE_CHOICES
from cases.models import Case


class Publication(models.Model):
    """The publishing of a call's results: prepared by one account of the centre, confirmed by another (R15).

    `decisions` holds {case id: grade} as the two saw them; what is published is this and nothing later.
    """

    call = models.OneToOneField(Call, models.PROTECT, related_name="publication")
    decisions = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    prepared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="publication_takes_two",
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("prepared_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"publication of {self.call_id}"


MIXED = (F("published_at").desc(), F("grade").desc(), Right("number", 6), F("number"))
"""The public order: the newest call, the higher class first, then the provinces mixed and always in the same way.

Numbers begin with year and province, so in their order the first province would fill the first pages; their ends are
drawn at random (cases.numbers).
"""


class SelectedCase(models.Model):
    """A selected case (推荐案例) as it was published (R15, R16): one row holds all that a card or list needs."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="selected")
    call = models.ForeignKey(Call, models.PROTECT, related_name="selected")
    number = models.CharField(max_length=20, unique=True)
    grade = models.CharField(max_length=10, choices=[("typical", "典型案例"), ("showcase", "展示案例")])
    type = models.CharField(max_length=10, choices=TYPE_CHOICES)
    province = models.ForeignKey(Province, models.PROTECT, related_name="selected")
    title = models.CharField(max_length=60)
    overview = models.TextField()
    authors = models.JSONField()
    unit = models.CharField(max_length=80)
    published_at = models.DateTimeField()
    # Whether the centre lets it be shown; the author's consent is asked of the case each time.
    shown = models.BooleanField(default=True)
    words = SearchVectorField(null=True)

    class Meta:
        ordering: ClassVar = ["-published_at", "-grade", "number"]
        indexes: ClassVar = [
            GinIndex(fields=["words"], name="selected_words"),
            models.Index(fields=["call", "type", "grade", "province"], name="selected_facets"),
            models.Index(*MIXED, name="selected_mixed"),
            models.Index("type", *MIXED, name="selected_mixed_of_type"),
        ]

    def __str__(self) -> str:
        return self.number


class Certificate(models.Model):
    """The electronic certificate of a selected case (R15). The code leads to its verification page."""

    selected = models.OneToOneField(SelectedCase, models.PROTECT, related_name="certificate")
    number = models.CharField(max_length=30, unique=True)
    code = models.CharField(max_length=20, unique=True)
    issued_at = models.DateTimeField()
    key = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.number


class NoticeKind(models.TextChoices):
    NOTICE = "notice", "通知"
    EVENT = "event", "交流活动"


class Notice(models.Model):
    """A public notice, or an exchange event with its day and place (R16)."""

    kind = models.CharField(max_length=10, choices=NoticeKind, default=NoticeKind.NOTICE)
    call = models.ForeignKey(Call, models.SET_NULL, null=True, blank=True, related_name="notices")
    title = models.CharField("标题", max_length=80)
    body = models.TextField("正文")
    published_at = models.DateTimeField("发布时间")
    event_at = models.DateTimeField("活动时间", null=True, blank=True)
    place = models.CharField("活动地点", max_length=120, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-published_at"]

    def __str__(self) -> str:
        return self.title
