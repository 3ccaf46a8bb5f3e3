"""Rows that everything stands on: the audit trail, the job outbox, letters to people."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from kernel.fields import EncryptedText


class AuditEntry(models.Model):
    """One action, appended for ever. The table is made by RunSQL: no foreign keys, no update, no delete."""

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    verb = models.TextField()
    subject = models.TextField()
    subject_id = models.TextField()
    call_id = models.BigIntegerField(null=True)
    province_code = models.TextField()
    facts = models.JSONField()

    class Meta:
        managed = False
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject} {self.subject_id}"


class AuditSeal(models.Model):
    """A link of the chain over the audit trail: what stood in a range of ids when nobody could append there any more.

    `head` is the SHA-256 over the previous head and the entries (kernel.chain). Made by RunSQL, append only.
    """

    from_id = models.BigIntegerField(unique=True)
    to_id = models.BigIntegerField(unique=True)
    entries = models.BigIntegerField()
    head = models.TextField()
    sealed_at = models.DateTimeField()

    class Meta:
        managed = False
        ordering: ClassVar = ["to_id"]

    def __str__(self) -> str:
        return f"{self.from_id}–{self.to_id}"


class JobState(models.TextChoices):
    WAITING = "waiting", "等待"
    RUNNING = "running", "进行中"
    DONE = "done", "完成"
    FAILED = "failed", "失败"


class Job(models.Model):
    """Work for later. This row is the only truth about it; the broker only wakes a worker."""

    kind = models.CharField(max_length=80)
    args = models.JSONField(default=dict)
    queue = models.CharField(max_length=20)
    key = models.CharField(max_length=200, null=True, unique=True)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    run_at = models.DateTimeField(default=timezone.now)
    woken_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    lease = models.UUIDField(null=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["run_at"], name="job_open", condition=models.Q(state__in=["waiting", "running"])),
            models.Index(fields=["-id"], name="job_failed", condition=models.Q(state="failed")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(state__in=JobState.values), name="job_state_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Channel(models.TextChoices):
    MAIL = "mail", "邮件"
    SMS = "sms", "短信"


class Letter(models.Model):
    """A mail or SMS on its way. Text and address may hold codes and personal data: encrypted, and blanked once sent."""

    channel = models.CharField(max_length=4, choices=Channel)
    recipient = EncryptedText(blank=True, findable=True)
    subject = models.CharField(max_length=200, blank=True)
    body = EncryptedText(blank=True)
    purpose = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.channel} {self.purpose} {self.pk}"


class Deletion(models.Model):
    """That rows of a kind were deleted because their period had ended (kernel.retention): how many, never which."""

    kind = models.CharField(max_length=20)
    count = models.PositiveIntegerField()
    days = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.count}"


class Message(models.Model):
    """A message inside the portal to one user: what happened, and where to look."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="inbox")
    text = models.CharField(max_length=500)
    link = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["user"], name="message_unread", condition=models.Q(read_at__isnull=True))
        ]

    def __str__(self) -> str:
        return self.text
