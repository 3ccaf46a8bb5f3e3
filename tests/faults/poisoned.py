"""The worker's application as the tests of faults run it: one file kills whoever inspects it."""

import os
import signal
from typing import Any

from celery.signals import worker_process_init

from portal.celery import app as app
from tests.faults.files import POISON


@worker_process_init.connect
def poison(**_: Any) -> None:
    """Once Django stands in a child of the worker, put the deadly inspection in the place of the real one."""
    from cases.actions import inspecting  # models may be imported only now

    real = inspecting.inspect_in_child

    def inspect(path: Any, *, name: str, **more: Any) -> Any:
        if name == POISON:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(path, name=name, **more)

    inspecting.inspect_in_child = inspect
