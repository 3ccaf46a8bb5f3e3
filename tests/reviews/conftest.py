"""Fixtures of a province's desk: a call that is being recommended in, its administrator logged in, cases handed in."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from cases.lifecycle import State
from cases.models import Case
from tests import factories


@pytest.fixture
def call(now: datetime) -> Any:
    return factories.make_call(phase="recommendation", now=now, places=3)


@pytest.fixture
def admin(client: Any) -> Any:
    user = factories.make_admin()
    client.force_login(user)
    return user


@pytest.fixture
def make(call: Any, now: datetime) -> Any:
    def one(state: str = State.HANDED_IN, **fields: Any) -> Case:
        moment = now - timedelta(days=2)
        return factories.make_case(
            **{"call": call, "state": state, "completed_at": moment, "handed_in_at": moment} | fields
        )

    return one
