"""How people log in: the settings of allauth that are the same in every place."""

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
# allauth wants one of them required; our form asks for either (accounts.forms.registration).
ACCOUNT_SIGNUP_FIELDS = ["email*", "phone", "password1*"]
ACCOUNT_FORMS = {
    "signup": "accounts.forms.registration.SignupForm",
    "login": "accounts.forms.registration.LoginForm",
    "request_login_code": "accounts.forms.registration.RequestLoginCodeForm",
    "reset_password": "accounts.forms.registration.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.registration.ResetPasswordKeyForm",
    "change_password": "accounts.forms.registration.ChangePasswordForm",
    "reauthenticate": "accounts.forms.registration.ReauthenticateForm",
    "confirm_login_code": "accounts.forms.codes.LoginCodeForm",
    "confirm_password_reset_code": "accounts.forms.codes.ResetCodeForm",
    "confirm_email_verification_code": "accounts.forms.codes.EmailCodeForm",
    "verify_phone": "accounts.forms.codes.PhoneCodeForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
# The letters say 15 minutes (accounts.letters); allauth's own 3 are over before many a mail has arrived.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
# Six digits, as people know them from elsewhere; how often they may be guessed stands in ACCOUNT_RATE_LIMITS.
ACCOUNT_LOGIN_BY_CODE_FORMAT = ACCOUNT_PASSWORD_RESET_BY_CODE_CODE_FORMAT = (
    ACCOUNT_EMAIL_VERIFICATION_BY_CODE_FORMAT
) = ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT = {"length": 6, "numeric": True, "dashed": False}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_TEMPLATE_EXTENSION = "html"
MFA_ADAPTER = "accounts.two_step.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "accounts.forms.two_step.AuthenticateForm",
    "reauthenticate": "accounts.forms.two_step.ReauthenticateForm",
    "activate_totp": "accounts.forms.two_step.ActivateForm",
}
MFA_TOTP_ISSUER = "教师研修应用案例"
MFA_TOTP_TOLERANCE = 1  # half a minute that a phone's clock may be wrong, or its owner slow
MFA_RECOVERY_CODES_SHOW_ONCE = True

# Sized for a whole school behind one address. Strangers together have 6 passwords and 4 codes in 15 minutes for an
# account, and each device of its owner as many of its own (docs/decisions/0021).
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "60/m/ip,6/15m/key",
    "code_failed": "60/m/ip,4/15m/key",
    "request_login_code": "60/m/ip,3/m/key",
    "reset_password": "60/m/ip,5/m/key",
    "signup": "60/m/ip",
    "verify_phone": "1/30s/key,30/m/ip",
    "change_contact": "5/15m/user",
    "prove": "5/15m/user",
    "activate": "20/15m/ip",
    "contact_sheet": "20/h/ip",
    "units": "300/m/ip",
    "read_form": "60/10m/user",
    "read_contact_form": "30/10m/ip",
}
