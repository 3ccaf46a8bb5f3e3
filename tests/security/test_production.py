"""Production does not start on what is good for a demo alone, and asks browsers for more over TLS."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
GOOD = {
    "DEPLOYMENT": "production",
    "SECRET_KEY": "k" * 60,
    "PERSONAL_KEYS": "2026:" + "ab" * 32,
    "PERSONAL_INDEX_KEY": "cd" * 32,
    "BASE_URL": "https://portal.example",
    "DATABASE_URL": "postgresql://portal_app:x@127.0.0.1:1/portal",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}
ASK = """
import json
from portal import settings as s
names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
         "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS",
         "INSTALLED_APPS", "EMAIL_BACKEND", "SMS_BACKEND", "CLOCK_OFFSET_FILE", "DEBUG", "ALLOWED_HOSTS",
         "MFA_REQUIRED")
print(json.dumps({name: getattr(s, name) for name in names}))
"""


def start(tmp_path: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **GOOD, **changes}
    return subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, env=environment, capture_output=True, text=True)


def test_production_starts_on_what_it_was_given(tmp_path: Path) -> None:
    found = json.loads(start(tmp_path).stdout)
    assert (found["SESSION_COOKIE_NAME"], found["CSRF_COOKIE_NAME"]) == ("__Host-session", "__Host-csrf")
    assert found["SESSION_COOKIE_SECURE"] and found["CSRF_COOKIE_SECURE"] and found["SESSION_COOKIE_HTTPONLY"]
    assert found["SESSION_COOKIE_SAMESITE"] == "Lax" and found["SECURE_SSL_REDIRECT"]
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert "demo" not in found["INSTALLED_APPS"] and found["CLOCK_OFFSET_FILE"] is None and not found["DEBUG"]
    assert found["ALLOWED_HOSTS"] == ["portal.example"]
    assert found["MFA_REQUIRED"]
    assert not found["EMAIL_BACKEND"].startswith("demo") and not found["SMS_BACKEND"].startswith("demo")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "only-for-tests-and-demo-" + "x" * 40}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"PERSONAL_KEYS": ""}, "PERSONAL_KEYS"),
        ({"PERSONAL_KEYS": "2026:short"}, "PERSONAL_KEYS"),
        ({"PERSONAL_KEYS": "only-for-tests:" + "1" * 64}, "PERSONAL_KEYS"),
        ({"PERSONAL_KEYS": "2026:" + "ab" * 32 + ",2026:" + "ef" * 32}, "PERSONAL_KEYS"),
        ({"PERSONAL_INDEX_KEY": ""}, "PERSONAL_INDEX_KEY"),
        ({"PERSONAL_INDEX_KEY": "2" * 64}, "PERSONAL_INDEX_KEY"),
        ({"PERSONAL_INDEX_KEY": "ab" * 32}, "PERSONAL_INDEX_KEY"),
        ({"BASE_URL": ""}, "BASE_URL"),
        ({"BASE_URL": "http://portal.example"}, "BASE_URL"),
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
        ({"REDIS_URL": ""}, "REDIS_URL"),
        ({"EMAIL_BACKEND": "demo.outbox.EmailBackend"}, "EMAIL_BACKEND"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, "EMAIL_BACKEND"),
        ({"SMS_BACKEND": "demo.outbox.SmsBackend"}, "SMS_BACKEND"),
        ({"SMS_BACKEND": "kernel.aliyun.Gateway", "SMS_KEY_ID": "k", "SMS_KEY_SECRET": "s"}, "SMS_SIGN"),
        (
            {
                "SMS_BACKEND": "kernel.aliyun.Gateway",
                "SMS_KEY_ID": "k",
                "SMS_KEY_SECRET": "s",
                "SMS_SIGN": "n",
                "SMS_TEMPLATE_CODE": "SMS_1",
                "SMS_TEMPLATE_NOTICE": "SMS_2",
                "SMS_ENDPOINT": "http://sms.example",
            },
            "SMS_ENDPOINT",
        ),
        ({"AUDIT_KEPT_DAYS": "90"}, "AUDIT_KEPT_DAYS"),
        ({"DEPLOYMENT": "staging"}, "DEPLOYMENT"),
    ],
    ids=lambda value: " ".join(value.values()) if isinstance(value, dict) else value,
)
def test_production_refuses_what_is_good_for_a_demo_alone(changes: dict[str, str], told: str, tmp_path: Path) -> None:
    done = start(tmp_path, **changes)
    assert done.returncode != 0
    assert "ImproperlyConfigured" in done.stderr and told in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(("said", "required"), [("", True), ("1", True), ("0", False)])
def test_the_second_step_is_required_unless_somebody_says_no(said: str, required: bool, tmp_path: Path) -> None:
    assert json.loads(start(tmp_path, MFA_REQUIRED=said).stdout)["MFA_REQUIRED"] is required


def test_in_production_there_is_no_filling(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **GOOD}
    done = subprocess.run(
        [sys.executable, "manage.py", "fill_demo"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode != 0 and "Unknown command: 'fill_demo'" in done.stderr
