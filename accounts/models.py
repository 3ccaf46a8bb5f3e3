"""People and organisations: users, provinces, units, memberships, contact sheets, activation codes."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left, Lower
from django.utils import timezone

from accounts.consents import Purpose
from accounts.policy import CODE_DAYS
from calls.models import Call
from calls.policy import TYPE_CHOICES
from kernel.encryption import FINGERPRINT
from kernel.fields import EncryptedText
from kernel.models import Letter


class Province(models.Model):
    """A provincial unit: the 31 and the Corps, in the order of the administrative-division code."""

    code = models.CharField(max_length=6, unique=True)
    name = models.CharField(max_length=20)
    short = models.CharField(max_length=6)
    position = models.PositiveSmallIntegerField(unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True)
    enabled = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        return self.short


class InstitutionKind(models.TextChoices):
    SCHOOL = "school", "中小学"
    KINDERGARTEN = "kindergarten", "幼儿园"
    TRAINING = "training", "师训机构"
    RESEARCH = "research", "教研机构"
    EDTECH = "edtech", "电教机构"
    EQUIPMENT = "equipment", "装备机构"
    OFFICE = "office", "教育行政部门"
    OTHER = "other", "其他"


class Unit(models.Model):
    """A work unit (工作单位). The directory offers those that are confirmed; anybody may register with another.

    `same_as` names the unit of which this is another name; people and cases then belong to that one.
    """

    name = models.CharField(max_length=80)
    province = models.ForeignKey(Province, models.PROTECT, related_name="work_units")
    city = models.CharField(max_length=40, blank=True)
    county = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=20, choices=InstitutionKind, default=InstitutionKind.SCHOOL)
    confirmed_at = models.DateTimeField(null=True)
    same_as = models.ForeignKey("self", models.PROTECT, null=True, related_name="aliases")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["province", "name"], name="unit_once_a_province"),
            models.CheckConstraint(name="unit_is_no_alias_of_itself", condition=~Q(same_as=F("id"))),
        ]

    def __str__(self) -> str:
        return self.name


class PostKind(models.TextChoices):
    """R1: who may take part."""

    MANAGEMENT = "management", "管理人员"
    TEACHING = "teaching", "教学人员"
    TECHNICAL = "technical", "技术人员"
    TEACHER = "teacher", "中小学、幼儿园教师"


class UserManager(BaseUserManager["User"]):
    def create_user(self, *, name: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(pk=int(username or 0))


class User(AbstractBaseUser):
    """A person. Logs in by e-mail or mobile; what they may do follows from memberships."""

    name = models.CharField("姓名", max_length=30)
    email = models.EmailField("电子邮箱", null=True, blank=True)
    mobile = EncryptedText("手机", null=True, blank=True, findable=True)
    mobile_verified = models.BooleanField(default=False)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="people")
    province = models.ForeignKey(Province, models.PROTECT, null=True, blank=True, related_name="people")
    post_kind = models.CharField("岗位类别", max_length=20, choices=PostKind, default=PostKind.TEACHER)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    unread: int | None = None
    """How many messages wait to be read; counted with the user of a request (accounts.backend)."""

    objects = UserManager()
    USERNAME_FIELD = "id"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="email_of_one_user"),
            models.UniqueConstraint(Left("mobile", FINGERPRINT), name="mobile_of_one_user"),
            models.CheckConstraint(
                name="user_can_be_reached", condition=Q(email__isnull=False) | Q(mobile__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ConsentText(models.Model):
    """A wording that somebody has agreed to; another wording is another version. Never changed."""

    purpose = models.CharField(max_length=20, choices=Purpose)
    text = models.TextField()
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["purpose", "text"], name="consent_text_once")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.since:%F}"


class Consent(models.Model):
    """A person's answer to a wording at a moment: given, not given, or taken back. Appended only; the newest counts.

    `case_id` names the case it was given for. No foreign key: the answer outlives a draft, and cases stand above.
    """

    user = models.ForeignKey("User", models.PROTECT, related_name="consents")
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="+")
    case_id = models.BigIntegerField(null=True)
    given = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["user", "-id"], name="consent_of_user")]

    def __str__(self) -> str:
        return f"{self.text_id} {self.given}"


class DataCopy(models.Model):
    """A person's copy of what is kept of them: made by a job, encrypted, there for RETENTION_DAYS["copies"]."""

    user = models.ForeignKey("User", models.CASCADE, related_name="copies")
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    contents = EncryptedText(blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.asked_at:%F}"

    @property
    def ends_at(self) -> datetime:
        """Until when it can be taken."""
        return self.asked_at + timedelta(days=settings.RETENTION_DAYS["copies"])

    def is_there(self, now: datetime) -> bool:
        return now < self.ends_at


class Session(AbstractBaseSession):
    """A session as accounts.sessions keeps it: whose it is, and when a hand was last on it."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    seen_at = models.DateTimeField()


class ProvinceAdmin(models.Model):
    """Membership: this user administers this province (R13)."""

    user = models.OneToOneField(User, models.CASCADE, related_name="province_admin")
    province = models.ForeignKey(Province, models.PROTECT, related_name="admins")
    since = models.DateTimeField(default=timezone.now)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.province_id} {self.user_id}"


class CentreStaff(models.Model):
    """Membership: this user works at the national centre."""

    user = models.OneToOneField(User, models.CASCADE, related_name="centre_staff")
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return str(self.user_id)


class Expert(models.Model):
    """Membership: this user reviews cases of some types (R14)."""

    user = models.OneToOneField(User, models.CASCADE, related_name="expert")
    alias = models.CharField("评委代号", max_length=10, unique=True)
    types = ArrayField(models.CharField(max_length=10, choices=TYPE_CHOICES), default=list)
    province = models.ForeignKey(Province, models.PROTECT, null=True)
    unit_name = models.CharField(max_length=80, blank=True)
    active = models.BooleanField(default=True)
    # What the expert declares: one name a line. People are others' names, so they are encrypted.
    conflict_units = models.TextField("须回避的单位", max_length=1000, blank=True)
    conflict_people = EncryptedText("须回避的人", blank=True)
    available = models.BooleanField("可以参加评审", default=True)
    declared_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.alias


class SheetState(models.TextChoices):
    NEW = "new", "待核实"
    ACCEPTED = "accepted", "已接收"
    REJECTED = "rejected", "未通过"


class ContactSheet(models.Model):
    """附表2: the contact of a province's organising unit (R12). Anyone may send one; the centre makes sure."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="contact_sheets")
    province = models.ForeignKey(Province, models.PROTECT, related_name="contact_sheets")
    unit = models.CharField("单位名称", max_length=80)
    department = models.CharField("部门", max_length=60)
    contact = models.CharField("联系人", max_length=30)
    post = models.CharField("职务", max_length=40)
    address = EncryptedText("通讯地址")
    postcode = models.CharField("邮政编码", max_length=6)
    telephone = EncryptedText("联系电话")
    mobile = EncryptedText("手机", findable=True)
    wechat = EncryptedText("微信号", blank=True)
    qq = EncryptedText("QQ", blank=True)
    email = EncryptedText("电子邮箱", findable=True)
    state = models.CharField(max_length=10, choices=SheetState, default=SheetState.NEW)
    sent_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    assurance = models.CharField("核实方式", max_length=200, blank=True)
    reason = models.CharField("未通过原因", max_length=200, blank=True)

    WRITTEN: ClassVar = (
        "province", "unit", "department", "contact", "post", "address", "postcode", "telephone", "mobile", "wechat",
        "qq", "email",
    )  # fmt: skip
    """The fields that its sender fills in."""

    class Meta:
        ordering: ClassVar = ["-sent_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="accepted_sheet_was_made_sure_of", condition=~Q(state="accepted") | ~Q(assurance="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.province_id} {self.unit}"


class ActivationCode(models.Model):
    """A code for one administrator account (R13): only its public id and a salted hash are kept.

    The centre sends it to the contact of an accepted sheet, or an administrator to a colleague (`name`, `email`); with
    `hands_over` the one who invited gives the province over to whoever activates it.
    """

    sheet = models.ForeignKey(ContactSheet, models.PROTECT, null=True, related_name="codes")
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    name = models.CharField("姓名", max_length=30, blank=True)
    email = EncryptedText("电子邮箱", blank=True, findable=True)
    hands_over = models.BooleanField(default=False)
    province = models.ForeignKey(Province, models.PROTECT, related_name="codes")
    letter = models.ForeignKey(Letter, models.SET_NULL, null=True, related_name="+")
    public_id = models.CharField(max_length=10, unique=True)
    salt = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="code_used_by_someone",
                condition=Q(used_at__isnull=True, used_by__isnull=True)
                | Q(used_at__isnull=False, used_by__isnull=False),
            ),
            models.CheckConstraint(
                name="code_of_a_sheet_or_an_invitation",
                condition=Q(sheet__isnull=False, invited_by__isnull=True, hands_over=False)
                | Q(sheet__isnull=True, invited_by__isnull=False),
            ),
            models.CheckConstraint(
                name="code_lives_a_week_at_most",
                condition=Q(expires_at__lte=F("created_at") + timedelta(days=CODE_DAYS)),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
