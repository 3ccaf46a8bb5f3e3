"""How allauth meets our users: where a mobile lives, what letters say, who may sign up."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts import devices
from accounts.actions.registering import fill_in, forget_password
from accounts.contact import NotAMobile, mobile_digits
from accounts.forms.fields import MobileField
from accounts.letters import ALREADY_EXISTS, text_of, write_to
from accounts.links import login_link
from accounts.models import User
from kernel.encryption import fingerprint
from kernel.letters import post_letter
from kernel.models import Channel
from kernel.sms import with_code


class AccountAdapter(DefaultAccountAdapter):
    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "邮箱或密码不正确，请重新输入。",
        "phone_password_mismatch": "手机号或密码不正确，请重新输入。",
        "username_password_mismatch": "账号或密码不正确，请填写注册时的手机号或电子邮箱。",
        "too_many_login_attempts": "输错次数过多。请 15 分钟后再试，或点“用验证码登录”，打开邮件里的链接直接登录。",
        "too_many_codes": "验证码输错次数过多。请 15 分钟后再试；邮件里的链接仍可直接登录。",
        "incorrect_password": "密码不正确，请重新输入。",
        "email_taken": "这个邮箱不能用于您的账号，请换一个。",
        "phone_taken": "这个手机号不能用于您的账号，请换一个。",
        "incorrect_code": "验证码不正确，请核对后重新输入。",
        "select_only_one": "手机号和电子邮箱请只填一项。",
        "enter_current_password": "现在的密码不正确，请重新输入。",
        "same_as_current": "新填的内容与原来的相同，请换一个。",
        "rate_limited": "操作太频繁，请过几分钟再试。",
    }

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def get_login_stages(self) -> list[str]:
        own = "accounts.stages.EmailStage"
        return [own if path.endswith(".EmailVerificationStage") else path for path in super().get_login_stages()]

    def save_user(self, request: HttpRequest, user: Any, form: BaseForm, commit: bool = True) -> AbstractBaseUser:
        fill_in(user=user, data=form.cleaned_data, now=request.now)  # type: ignore[attr-defined]
        return user

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Whoever confirms a contact by a login code need not be who registered with it and chose the password."""
        if user.last_login is None and not kwargs["signup"]:
            records = get_authentication_records(request, user)
            if records and records[-1].get("method") == "code":
                forget_password(user=user, now=request.now)  # type: ignore[attr-defined]
        return super().pre_login(request, user, **kwargs)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """What failed logins are counted by: the account, whichever of its contacts was typed, apart for each device
        that its owner has used, so that strangers' tries do not keep the owner out.

        allauth counts by e-mail alone, so that all logins by mobile would be one account to it.
        """
        if phone := credentials.get("phone"):
            user = self.get_user_by_phone(phone)
        else:
            user = User.objects.filter(email__iexact=credentials.get("email", "")).first()
        if user is None:
            return f"contact:{fingerprint(phone or credentials.get('email', ''), place='login')}"
        return f"account:{user.pk}:{devices.name_of(request, user.pk)}"

    def login(self, request: HttpRequest, user: Any) -> None:
        """The one way into a session: it is told what its owner will know it by."""
        super().login(request, user)
        request.session["device"] = devices.described(request.headers.get("User-Agent", ""))
        request.session["place"] = devices.place(self.get_client_ip(request))
        request.just_logged_in = user.pk  # type: ignore[attr-defined]

    # Letters go through the outbox: a mail server that is away must not stop a registration.
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        if template_prefix == "account/email/login_code":
            context = {**context, "link": login_link(User.objects.get(email__iexact=email))}
        subject, body = text_of(template_prefix, context)
        with transaction.atomic():
            post_letter(
                channel=Channel.MAIL, recipient=email, purpose=template_prefix[-40:], subject=subject, body=body
            )

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """What has happened to an account is told by the way its owner is reached, which may be SMS."""
        subject, body = text_of(template_prefix, context or {})
        with transaction.atomic():
            write_to(user, purpose=template_prefix[-40:], subject=subject, body=body)

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **kwargs: Any) -> None:
        with transaction.atomic():
            post_letter(channel=Channel.SMS, recipient=phone, purpose="verification_code", body=with_code(code))

    def send_account_already_exists_sms(self, phone: str) -> None:
        with transaction.atomic():
            post_letter(channel=Channel.SMS, recipient=phone, purpose="account_already_exists", body=ALREADY_EXISTS)

    def phone_form_field(self, **kwargs: Any) -> MobileField:
        kwargs.pop("label", None)
        return MobileField(**kwargs)

    def get_phone(self, user: Any) -> tuple[str, bool] | None:
        return (user.mobile, user.mobile_verified) if user.mobile else None

    def set_phone(self, user: Any, phone: str, verified: bool) -> None:
        User.objects.filter(pk=user.pk).update(mobile=phone, mobile_verified=verified)
        user.mobile, user.mobile_verified = phone, verified

    def set_phone_verified(self, user: Any, phone: str) -> None:
        self.set_phone(user, phone, True)

    def get_user_by_phone(self, phone: str) -> User | None:
        try:
            return User.objects.filter(mobile=mobile_digits(phone)).first()
        except NotAMobile:
            return None
