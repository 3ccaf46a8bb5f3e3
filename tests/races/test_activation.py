"""One activation code, many hands at once: one account (R13)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection

from accounts.actions.activating import activate
from accounts.models import ProvinceAdmin, User
from accounts.policy import CodeRefused
from tests.accounts.test_activating import accepted

HANDS = 20


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_code_gives_one_account_however_many_redeem_it_at_once(now: datetime) -> None:
    _, code = accepted(now)
    before = User.objects.count()

    def redeem(n: int) -> str:
        try:
            activate(typed=code, name=f"段知微{n}", password="一句很长的话2024", actor=None, now=now)
            return "activated"
        except CodeRefused:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(HANDS) as hands:
        answers = list(hands.map(redeem, range(HANDS)))
    assert answers.count("activated") == 1
    assert answers.count("refused") == HANDS - 1
    assert (ProvinceAdmin.objects.count(), User.objects.count()) == (1, before + 1)
