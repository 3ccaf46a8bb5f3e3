"""What happens to a case after hand-in: screening, recommendation, assignment, scores, decisions, disqualification."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import Expert, Province, User
from calls.models import Call
from cases.models import Case


class Allowance(models.Model):
    """The places of one province in one call (R10). Its row is locked by whoever spends or frees a place."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="allowances")
    province = models.ForeignKey(Province, models.PROTECT, related_name="allowances")
    places = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["call", "province"], name="allowance_once")]

    def __str__(self) -> str:
        return f"{self.call_id} {self.province_id}: {self.places}"


class Recommendation(models.Model):
    """One place spent on one case (R10). The place number and the cap beside it let the database refuse the 201st."""

    allowance = models.ForeignKey(Allowance, models.PROTECT, related_name="recommendations")
    case = models.OneToOneField(Case, models.PROTECT, related_name="recommendation")
    place = models.PositiveSmallIntegerField()
    cap = models.PositiveSmallIntegerField()
    rank = models.PositiveSmallIntegerField(default=0)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["rank", "place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["allowance", "place"], name="place_spent_once"),
            models.CheckConstraint(name="place_within_cap", condition=Q(place__gte=1, place__lte=F("cap"))),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} #{self.place}"


class ListSeal(models.Model):
    """The seal on a province's ranked list: put there by one person, confirmed by a second (封存, 两人).

    While it stands nobody of the province changes the list. `digest` is SHA-256 over the case numbers in their order.
    """

    allowance = models.OneToOneField(Allowance, models.PROTECT, related_name="seal")
    count = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    sealed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sealed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="seal_takes_two", condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("sealed_by"))
            ),
        ]

    def __str__(self) -> str:
        return f"seal on {self.allowance_id}"


class Screening(models.Model):
    """A province's work on one case: the checklist (R9; 政治性、科学性、规范性、适用性) and its notes."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="screening")
    checks = models.JSONField(default=dict)
    note = models.TextField(max_length=1000, blank=True)
    reason = models.TextField(max_length=500, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        # Asked for every case of a desk: whether it was read.
        indexes: ClassVar = [models.Index(fields=["case"], include=["read_at"], name="screening_read")]

    def __str__(self) -> str:
        return f"screening of {self.case_id}"


class Draw(models.Model):
    """One assignment run: a function of the snapshot and the seed, rerunnable by an auditor."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="draws")
    seed = models.CharField(max_length=64)
    seed_hash = models.CharField(max_length=64)
    snapshot = models.JSONField(default=dict)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"draw {self.pk}"


class Vote(models.TextChoices):
    TYPICAL = "typical", "典型案例"
    SHOWCASE = "showcase", "展示案例"
    NOT = "not", "不推荐"
    CANNOT = "cannot", "无法评判"


class Assignment(models.Model):
    """One expert's duty to score one case. Hidden from the expert until the centre releases it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="assignments")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="assignments")
    draw = models.ForeignKey(Draw, models.PROTECT, null=True, related_name="assignments")
    at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    recused_at = models.DateTimeField(null=True)
    recusal_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "expert"], name="expert_once_a_case")]

    def __str__(self) -> str:
        return f"{self.expert_id} → {self.case_id}"


class ScoreSheet(models.Model):
    """An expert's scores of one case by the rubric of its type (R18, R19): 0–100 a dimension, comments, a vote."""

    assignment = models.OneToOneField(Assignment, models.CASCADE, related_name="sheet")
    scores = models.JSONField(default=dict)
    comments = models.JSONField(default=dict)
    remark = models.TextField(max_length=1000, blank=True)
    vote = models.CharField(max_length=10, choices=Vote, blank=True)
    doubts_originality = models.BooleanField(default=False)
    doubts_eligibility = models.BooleanField(default=False)
    total = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="submitted_sheet_has_vote", condition=Q(submitted_at__isnull=True) | ~Q(vote="")
            ),
        ]

    def __str__(self) -> str:
        return f"sheet of {self.assignment_id}"


class Grade(models.TextChoices):
    """R15. Typical is the higher class."""

    TYPICAL = "typical", "典型案例"
    SHOWCASE = "showcase", "展示案例"
    NOT = "not", "不入选"


class Decision(models.Model):
    """The centre's grade for a case, taken before publication; the case's state follows only when it is published."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="decision")
    grade = models.CharField(max_length=10, choices=Grade)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.case_id} {self.grade}"


class Disqualification(models.Model):
    """R9: the case lost its place in the call, with the reason and the state it had."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="disqualification")
    reason = models.TextField(max_length=500)
    from_state = models.CharField(max_length=20)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"disqualified {self.case_id}"
