"""Call (届次): its dates, limits, units, wording: everything that may differ from one call to the next."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from calls.policy import Dates, Phase, phase

MIB = 1024 * 1024


class Call(models.Model):
    """One national call. The choices of the rules are its fields, never constants in code."""

    slug = models.SlugField(unique=True)
    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    short = models.CharField("简称", max_length=16)
    organiser = models.CharField(max_length=80, default="活动组织委员会")
    centre = models.CharField(max_length=80, default="项目组织中心")
    hotline = models.CharField(max_length=40, default="010-66490925")
    hotline_hours = models.CharField(max_length=80, default="工作日 9:00–11:30，13:30–17:00")
    help_email = models.EmailField(default="jsyxmoe@163.com")

    contact_sheet_due_at = models.DateTimeField()
    submission_opens_at = models.DateTimeField()
    submission_closes_at = models.DateTimeField()
    recommendation_opens_at = models.DateTimeField()
    recommendation_closes_at = models.DateTimeField()
    scoring_closes_at = models.DateTimeField()
    results_due_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    max_authors = models.PositiveSmallIntegerField(default=3)
    overview_limit = models.PositiveIntegerField(default=300)
    document_limit = models.PositiveIntegerField(default=3000)
    document_tolerance_percent = models.PositiveSmallIntegerField(default=2)
    document_bytes = models.PositiveBigIntegerField(default=20 * MIB)
    supporting_bytes = models.PositiveBigIntegerField(default=100 * MIB)
    places = models.PositiveSmallIntegerField(default=200)
    cases_per_author = models.PositiveSmallIntegerField(null=True, blank=True)
    grace_minutes = models.PositiveSmallIntegerField(default=30)
    return_margin_days = models.PositiveSmallIntegerField(default=3)
    experts_per_case = models.PositiveSmallIntegerField(default=3)
    contribution_minimum = models.PositiveIntegerField(default=100)
    broadcasts_minimum = models.PositiveSmallIntegerField(default=1)
    activation_days = models.PositiveSmallIntegerField(default=7)
    city_units = models.BooleanField(default=False)
    weights = models.JSONField(default=dict, blank=True)

    declaration = models.TextField(default="我(们)在此申明：该案例是我(们)原创，不涉及抄袭或侵犯他人著作权等问题。")
    consent_publication_text = models.TextField(default="同意将案例结集出版或在教师活动网站等公益性网站共享")
    consent_platform_text = models.TextField(default="同意将案例推荐给国家智慧教育公共服务平台（www.smartedu.cn）")

    class Meta:
        ordering: ClassVar = ["-submission_opens_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="call_dates_in_order",
                condition=Q(submission_opens_at__lt=F("submission_closes_at"))
                & Q(submission_closes_at__lte=F("recommendation_opens_at"))
                & Q(recommendation_opens_at__lt=F("recommendation_closes_at"))
                & Q(recommendation_closes_at__lt=F("scoring_closes_at")),
                violation_error_message="时间顺序不对：报送、推荐、评审须依次进行。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def dates(self) -> Dates:
        return Dates(
            self.submission_opens_at,
            self.submission_closes_at,
            self.recommendation_opens_at,
            self.recommendation_closes_at,
            self.scoring_closes_at,
            self.published_at,
        )

    def phase(self, now: datetime) -> Phase:
        return phase(self.dates, now)


class Reached(models.Model):
    """That the side effects of one of a call's moments have been asked for, once (the phase itself is never stored)."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="reached")
    moment = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["call", "moment"], name="moment_reached_once")]

    def __str__(self) -> str:
        return f"{self.call_id} {self.moment}"
