"""The kernel app: finds every app's background jobs and periods of keeping at start."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class KernelConfig(AppConfig):
    name = "kernel"

    def ready(self) -> None:
        autodiscover_modules("tasks", "retention")
