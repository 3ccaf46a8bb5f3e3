"""Settings of the portal: every value that differs between places comes from the environment.

DEPLOYMENT is `production` unless said otherwise; `demo` and `test` switch on what must never exist in production.
"""

import os
import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from botocore.config import Config
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from portal.logging_in import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent
ENV = os.environ

DEPLOYMENT = ENV.get("DEPLOYMENT", "production")
if DEPLOYMENT not in {"production", "demo", "test"}:
    raise ImproperlyConfigured("DEPLOYMENT must be production, demo or test")
PRODUCTION = DEPLOYMENT == "production"
DEMO = DEPLOYMENT == "demo"
DEBUG = False


def required(name: str, otherwise: str) -> str:
    """A value that production must be given; elsewhere `otherwise` serves."""
    value = ENV.get(name, "")
    if not value and PRODUCTION:
        raise ImproperlyConfigured(f"{name} must be set in production")
    return value or otherwise


SECRET_KEY = required("SECRET_KEY", "only-for-tests-and-demo-" + "x" * 40)
if PRODUCTION and (SECRET_KEY.startswith("only-for-tests") or len(SECRET_KEY) < 16):
    raise ImproperlyConfigured("SECRET_KEY must not be the one of the tests, nor a short one")


def personal_key(name: str, text: str) -> bytes:
    """32 bytes, written as 64 hexadecimal digits."""
    if not re.fullmatch("[0-9a-fA-F]{64}", text):
        raise ImproperlyConfigured(
            f"{name} must be 64 hexadecimal digits: python3 -c 'import secrets; ...token_hex(32)'"
        )
    return bytes.fromhex(text)


# Contact details at rest (kernel.encryption): id:key, several separated by commas, the first is current.
PERSONAL_KEYS: dict[str, bytes] = {}
for entry in required("PERSONAL_KEYS", f"only-for-tests:{'1' * 64}").split(","):
    ident, _, text = entry.strip().partition(":")
    if ident in PERSONAL_KEYS or not re.fullmatch(r"[A-Za-z0-9_.-]{1,20}", ident):
        raise ImproperlyConfigured("PERSONAL_KEYS must be id:key, several separated by commas, each id once")
    PERSONAL_KEYS[ident] = personal_key("PERSONAL_KEYS", text)
if PRODUCTION and "only-for-tests" in PERSONAL_KEYS:
    raise ImproperlyConfigured("PERSONAL_KEYS must not be those of the tests")
# By it equal contacts are found without being read. It does not turn with the ring: see docs/guides/operator.md.
PERSONAL_INDEX_KEY = personal_key("PERSONAL_INDEX_KEY", required("PERSONAL_INDEX_KEY", "2" * 64))
if PERSONAL_INDEX_KEY in PERSONAL_KEYS.values() or (PRODUCTION and PERSONAL_INDEX_KEY == b"\x22" * 32):
    raise ImproperlyConfigured("PERSONAL_INDEX_KEY must be neither one of PERSONAL_KEYS nor that of the tests")
DATA_DIR = Path(ENV.get("DATA_DIR", BASE_DIR / "var")).resolve()
BASE_URL = required("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
if PRODUCTION and not BASE_URL.startswith("https://"):
    raise ImproperlyConfigured("BASE_URL must begin with https:// in production")
HOST = urlsplit(BASE_URL).hostname or "127.0.0.1"
ALLOWED_HOSTS = [HOST, *filter(None, ENV.get("ALLOWED_HOSTS", "").split(","))]
if not PRODUCTION:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "testserver"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "kernel",
    "calls",
    "accounts",
    "cases",
    "reviews",
    "publishing",
    "portal",
]
if not PRODUCTION:
    INSTALLED_APPS.append("demo")

MIDDLEWARE = [
    "portal.middleware.arrival",
    "portal.keeping.kept_pages",  # outside of what dresses an answer: a kept page has all of its headers already
    "csp.middleware.CSPMiddleware",  # outside of all that may answer in a view's stead, refusals of a host included
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.SessionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.middleware.no_nul",
    "portal.middleware.body_limit",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "environment": "portal.jinja.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "portal.context.frame",
            ],
        },
    },
]


FORM_RENDERER = "django.forms.renderers.Jinja2"

# The application role runs the portal; the owner role migrates (DATABASE_ROLE=owner, set by `prepare_database`).
DATABASE_URL = required("DATABASE_URL", "postgresql://portal_app:x@127.0.0.1:5432/portal")
DATABASE_OWNER_URL = ENV.get("DATABASE_OWNER_URL", "")
DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True)}
DATABASES["default"]["OPTIONS"] = {"connect_timeout": 5}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = required("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL

# Counters of rate limits live in the database: a stopped Redis must not stop a login or open a door.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kernel_cache",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    },
    # Pages for visitors who are nobody yet: what a Redis that is away costs is their making (docs/decisions/0006).
    "pages": {
        "BACKEND": "kernel.redis_cache.Cache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "pages",
        "OPTIONS": {"socket_timeout": 0.3, "socket_connect_timeout": 0.3, "retry": None},
    },
}
if DEPLOYMENT == "test":
    CACHES["pages"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}

SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.views.csrf_failure"
X_FRAME_OPTIONS = "SAMEORIGIN"  # a PDF of ours stands in a page of ours, so the check that asks for DENY is silenced
SILENCED_SYSTEM_CHECKS = ["security.W019"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if BASE_URL.startswith("https://"):
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    },
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backend.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "accounts.passwords.NotAlike",
        "OPTIONS": {"user_attributes": ("email", "mobile", "name")},
    },
    {"NAME": "accounts.passwords.LongEnough", "OPTIONS": {"min_length": 8}},
    {"NAME": "accounts.passwords.NotCommon"},
    {"NAME": "accounts.passwords.NotAllDigits"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/accounts/desk/"
LOGOUT_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "/"
# The second step of a login (accounts.two_step). Required of province and centre: no desk of theirs opens without it.
MFA_REQUIRED = ENV.get("MFA_REQUIRED", "") != "0" if PRODUCTION else ENV.get("MFA_REQUIRED", "") == "1"
# How many proxies of ours stand before the portal. Behind one and told of none, all visitors would share one address
# and its rate limits; told of more than there are, a visitor could make up an address.
ALLAUTH_TRUSTED_PROXY_COUNT = int(ENV.get("TRUSTED_PROXIES", "0"))

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True


def store_origin(bucket: str, endpoint: str | None) -> str:
    """The origin of the bucket's objects as a policy names it; Amazon's own where no endpoint is given."""
    if not endpoint:
        return "https://*.amazonaws.com"
    at = urlsplit(endpoint)
    inside = ENV.get("S3_ADDRESSING_STYLE") == "virtual"
    return f"{at.scheme}://{bucket}.{at.netloc}" if inside else f"{at.scheme}://{at.netloc}"


STATIC_URL = "/static/"
STATIC_ROOT = Path(ENV.get("STATIC_ROOT") or DATA_DIR / "static").resolve()
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    # Private files: teachers' originals and what is derived from them; reached only through a permission check.
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR / "media"}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEPLOYMENT == "test"
        else "portal.storage.StaticFiles",
        # Collected by one account, read by others: nginx, and the portal in its container.
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
S3_OUTSIDE: str | None = None
"""Where browsers reach the object store: at its own address (None: Amazon's), or the portal's where nginx passes
parts of uploads on to it. They send parts there, and fetch files where no nginx of ours stands before the portal."""
if S3_BUCKET := ENV.get("S3_BUCKET", ""):
    S3_OPTIONS = {
        "bucket_name": S3_BUCKET,
        "endpoint_url": ENV.get("S3_ENDPOINT_URL") or None,
        "access_key": ENV.get("S3_ACCESS_KEY") or None,
        "secret_key": ENV.get("S3_SECRET_KEY") or None,
        "region_name": ENV.get("S3_REGION") or None,
        "client_config": Config(
            # Stores of the cloud in China want `virtual`; one of our own is reached by `path`.
            s3={"addressing_style": ENV.get("S3_ADDRESSING_STYLE") or None},
            signature_version="s3v4",
            # A store that is away holds a request, and its thread, for seconds and not for minutes; one that copies
            # 100 MB within itself may take some.
            connect_timeout=2,
            read_timeout=30,
            retries={"total_max_attempts": 2, "mode": "standard"},
        ),
        "file_overwrite": False,
        "querystring_expire": 300,
    }
    STORAGES["default"] = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": S3_OPTIONS}
    # The same bucket by the address that browsers reach it at, which is part of what is signed.
    S3_OUTSIDE = (ENV.get("S3_UPLOAD_URL") or ENV.get("S3_ENDPOINT_URL") or "").rstrip("/") or None
    STORAGES["browsers"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {**S3_OPTIONS, "endpoint_url": S3_OUTSIDE},
    }
    if S3_OUTSIDE != BASE_URL:
        CONTENT_SECURITY_POLICY["DIRECTIVES"]["connect-src"].append(store_origin(S3_BUCKET, S3_OUTSIDE))
    # botocore's newer checksums are trailers that many stores other than Amazon's refuse.
    ENV.setdefault("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required")
    ENV.setdefault("AWS_RESPONSE_CHECKSUM_VALIDATION", "when_required")
X_ACCEL = ENV.get("X_ACCEL", "") == "1"
"""Whether the nginx of deploy/nginx stands before the portal: it sends private files in the portal's stead
(cases.serving) and tells how long it held a request back (portal.middleware)."""
if S3_BUCKET and not X_ACCEL:  # browsers are sent to the store for files (cases.serving)
    for kind in ("img-src", "media-src", "frame-src"):
        CONTENT_SECURITY_POLICY["DIRECTIVES"][kind].append(store_origin(S3_BUCKET, S3_OUTSIDE))
VERIFY_NIGHTS = max(1, int(ENV.get("VERIFY_NIGHTS") or 7))
"""In how many nights the fingerprint of every stored file is taken again (cases.actions.verifying); 1 is each night.
Presence and size are compared every night in any case."""
CLAMD = ENV.get("CLAMD_SOCKET") or ENV.get("CLAMD_HOST", "")
"""Where clamd is asked about every file (cases.files.malware): a path, or host or host:port; empty: nowhere."""
PROGRAMS = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/bin:/usr/bin:/opt/libreoffice/program"])
SOFFICE = ENV.get("SOFFICE", shutil.which("soffice", path=PROGRAMS) or "")
"""The LibreOffice that draws the pages of office files (cases.files.office); empty: they are downloads."""
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "tmp"
for folder in (FILE_UPLOAD_TEMP_DIR, STATIC_ROOT):
    folder.mkdir(parents=True, exist_ok=True)
# nginx reads the files as a member of the portal's group; otherwise nobody else reads them.
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = (0o640, 0o750) if X_ACCEL else (0o600, 0o700)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Mail and SMS: pluggable back ends; in demo and tests both land in the demo outbox.
UNSENT = ("console", "dummy", "filebased", "locmem")
EMAIL_BACKEND = ENV.get("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = ENV.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(ENV.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = ENV.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = ENV.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = ENV.get("EMAIL_USE_TLS", "") == "1"
EMAIL_USE_SSL = ENV.get("EMAIL_USE_SSL", "") == "1"  # port 465
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = ENV.get("DEFAULT_FROM_EMAIL", f"noreply@{HOST}")
SMS_BACKEND = ENV.get("SMS_BACKEND") or "kernel.sms.NoSms"
SMS_ENDPOINT = (ENV.get("SMS_ENDPOINT") or "https://dysmsapi.aliyuncs.com").rstrip("/")
SMS_KEY_ID = ENV.get("SMS_KEY_ID", "")
SMS_KEY_SECRET = ENV.get("SMS_KEY_SECRET", "")
SMS_SIGN = ENV.get("SMS_SIGN", "")
SMS_TEMPLATE_CODE = ENV.get("SMS_TEMPLATE_CODE", "")
SMS_TEMPLATE_NOTICE = ENV.get("SMS_TEMPLATE_NOTICE", "")
if SMS_BACKEND == "kernel.aliyun.Gateway":
    if not all((SMS_KEY_ID, SMS_KEY_SECRET, SMS_SIGN, SMS_TEMPLATE_CODE, SMS_TEMPLATE_NOTICE)):
        raise ImproperlyConfigured("the SMS gateway needs SMS_KEY_ID, SMS_KEY_SECRET, SMS_SIGN and both SMS_TEMPLATEs")
    if PRODUCTION and not SMS_ENDPOINT.startswith("https://"):
        raise ImproperlyConfigured("SMS_ENDPOINT must begin with https:// in production")
if PRODUCTION and EMAIL_BACKEND.startswith(("demo.", *(f"django.core.mail.backends.{name}" for name in UNSENT))):
    raise ImproperlyConfigured("EMAIL_BACKEND must be one that sends letters in production")
if PRODUCTION and SMS_BACKEND.startswith("demo."):
    raise ImproperlyConfigured("SMS_BACKEND must not be the one of the demo in production")
if not PRODUCTION:
    EMAIL_BACKEND = "demo.outbox.EmailBackend"
    SMS_BACKEND = "demo.outbox.SmsBackend"

CLOCK_OFFSET_FILE = None if PRODUCTION else DATA_DIR / "clock-offset"
"""Seconds by which the portal's clock runs ahead, read by all processes; refused in production."""

# What Chinese law wants at the foot of a public site, where it has been given: ICP备案 and 公安备案.
ICP_NUMBER, POLICE_NUMBER = ENV.get("ICP_NUMBER", ""), ENV.get("POLICE_NUMBER", "")

# The audit trail: where the heads of its chain are kept outside the database, whom they are mailed to.
AUDIT_HEADS_DIR = Path(ENV.get("AUDIT_HEADS_DIR") or DATA_DIR / "audit-heads").resolve()
AUDIT_HEADS_MAIL = ENV.get("AUDIT_HEADS_MAIL", "")
AUDIT_KEPT_DAYS = int(ENV.get("AUDIT_KEPT_DAYS") or 3650)
if AUDIT_KEPT_DAYS < 183:
    raise ImproperlyConfigured("AUDIT_KEPT_DAYS must be 183 (six months) or more")

# How many days each kind of personal data is kept (kernel.retention says from when); some may be told otherwise.
RETENTION_DAYS = {
    "registrations": 30, "sessions": 1, "copies": 7, "invitations": 30, "letters": 180, "messages": 730, "drafts": 730,
    "mobiles": 1095, "sheets": 1095,
}  # fmt: skip
for entry in filter(None, ENV.get("RETENTION_DAYS", "").split(",")):
    name, _, text = entry.strip().partition("=")
    if name not in RETENTION_DAYS or not text.isdecimal() or not int(text):
        raise ImproperlyConfigured(
            f"RETENTION_DAYS must be kind=days, separated by commas: {', '.join(RETENTION_DAYS)}"
        )
    RETENTION_DAYS[name] = int(text)

JOB_SWEEP_SECONDS = 20 if PRODUCTION else 3

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO" if DEPLOYMENT != "test" else "WARNING"},
}
