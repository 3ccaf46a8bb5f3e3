"""The Celery application: queues, bounds, the static schedule and its signs of life."""

import os
from typing import Any

from celery import Celery
from celery.schedules import schedule
from celery.signals import heartbeat_sent
from django.conf import settings
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
QUEUES = ("critical", "mail", "inspect", "convert", "export")
PULSE = settings.JOB_SWEEP_SECONDS
app.conf.update(
    task_queues=[Queue(name) for name in QUEUES],
    task_default_queue="critical",
    task_ignore_result=True,
    # The Job row redelivers, so a message may be forgotten as soon as it is read.
    task_acks_late=False,
    worker_prefetch_multiplier=1,
    task_soft_time_limit=570,
    task_time_limit=600,
    # Without these a hung broker hangs worker and beat; requests publish within bounds of their own (kernel.jobs).
    broker_transport_options={"socket_timeout": 2, "socket_connect_timeout": 1, "max_retries": 1},
    broker_connection_timeout=1,
    broker_connection_retry_on_startup=True,
    # However long the broker is away, the worker is there when it comes back; the default gives up after a while.
    broker_connection_max_retries=None,
    worker_hijack_root_logger=False,
    # The schedule file is written after every task sent, so that its age tells whether beat lives (launcher.processes).
    beat_sync_every=1,
    beat_schedule={
        "sweep": {"task": "kernel.sweep", "schedule": schedule(PULSE), "options": {"expires": PULSE}},
        "tick": {"task": "kernel.tick", "schedule": schedule(PULSE), "options": {"expires": PULSE}},
    },
)
app.autodiscover_tasks(["kernel"])


@heartbeat_sent.connect
def show_life(sender: Any, **kwargs: Any) -> None:
    """A worker that reads its queues touches `run/NAME.alive` every two seconds; launcher.processes sees how old."""
    folder = settings.DATA_DIR / "run"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / f"{sender.eventer.hostname}.alive").touch()
