"""Rows of the nightly verification: how far a walk over the stored files has come, and what it found wrong."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from cases.storing import ORIGINAL


class FaultKind(models.TextChoices):
    MISSING = "missing", "缺失"
    CHANGED = "changed", "内容变了"


OPEN = Q(resolved_at__isnull=True)


class FileFault(models.Model):
    """That the storage does not hold what a file's row says, as the verifier found it; closed once it does again.

    `name` is that of the object: the original, or what was derived from it.
    """

    document = models.ForeignKey("cases.CaseDocument", models.CASCADE, null=True, related_name="faults")
    file = models.ForeignKey("cases.SupportingFile", models.CASCADE, null=True, related_name="faults")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=FaultKind)
    found_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="fault_is_of_one_file",
                condition=Q(document__isnull=False, file__isnull=True) | Q(document__isnull=True, file__isnull=False),
            ),
            models.CheckConstraint(name="fault_kind_is_known", condition=Q(kind__in=FaultKind.values)),
            models.UniqueConstraint(fields=["document", "name"], name="document_fault_open_once", condition=OPEN),
            models.UniqueConstraint(fields=["file", "name"], name="file_fault_open_once", condition=OPEN),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name} of {self.document_id or self.file_id}"

    @property
    def part(self) -> str:
        """Which of the file's objects it is, in words."""
        return "原文件" if self.name == ORIGINAL else f"平台生成的 {self.name}"


class Verification(models.Model):
    """One night's walk over all stored files, and how far it has come: up to which document, then which file."""

    night = models.DateField(unique=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    documents_to = models.BigIntegerField(default=0)
    files_to = models.BigIntegerField(default=0)
    looked_at = models.PositiveIntegerField(default=0)
    hashed = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.night)
