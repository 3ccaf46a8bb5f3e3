"""The apps of allauth without what they do at the start: the bare view has Django's default middleware alone."""

from django.apps import AppConfig


class Account(AppConfig):
    name = "allauth.account"


class Mfa(AppConfig):
    name = "allauth.mfa"
