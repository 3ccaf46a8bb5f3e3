"""The portal's settings with Django's default middleware and the bare view alone."""

from portal.settings import *  # noqa: F403
from portal.settings import INSTALLED_APPS as PORTAL_APPS

PLAIN = {"allauth.account": "benchmarks.bare_apps.Account", "allauth.mfa": "benchmarks.bare_apps.Mfa"}
"""Their own configurations insist on a middleware; our modules only need their tables."""

INSTALLED_APPS = [PLAIN.get(app, app) for app in PORTAL_APPS]
ROOT_URLCONF = "benchmarks.bare"
MIDDLEWARE = [
    # As `django-admin startproject` writes them.
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
