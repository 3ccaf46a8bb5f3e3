"""When a window opens or closes, a job promised once tells those it concerns (R11)."""

from collections.abc import Callable
from datetime import datetime

import pytest

from calls.models import Reached
from cases import tasks as case_tasks
from cases.actions import closing
from kernel.models import Job, Message
from reviews import tasks as review_tasks
from reviews.actions import opening
from tests.factories import make_admin, make_call, make_case

pytestmark = pytest.mark.django_db


def test_administrators_hear_once_that_recommending_has_opened(now: datetime, do_jobs: Callable[[], int]) -> None:
    call = make_call(phase="recommendation")
    make_case(call=call, state="handed_in")
    make_case(call=call, state="eligible")
    make_case(call=call, state="recommended")
    here, elsewhere = make_admin("42"), make_admin("51")
    for _ in range(2):
        review_tasks.ask_to_open_recommendations()
        do_jobs()
    opening.tell_administrators(call_id=call.pk, now=now)  # the job run again
    words = dict(Message.objects.values_list("user_id", "text"))
    assert words == {
        here.pk: f"{call.short}征集的省级推荐已经开始：本省有 2 件案例待推荐，名额 200 个。",
        elsewhere.pk: f"{call.short}征集的省级推荐已经开始：本省有 0 件案例待推荐，名额 200 个。",
    }
    assert Message.objects.count() == 2
    assert Reached.objects.get(moment="recommendation_opened").call == call
    assert Job.objects.filter(kind="reviews.open_recommendation", state="done").count() == 1


def test_authors_of_drafts_hear_once_that_hand_in_has_closed(now: datetime, do_jobs: Callable[[], int]) -> None:
    call = make_call(phase="recommendation")
    draft = make_case(call=call, state="draft", title="没写完的")
    make_case(call=call, state="handed_in")
    for _ in range(2):
        case_tasks.ask_to_close_submissions()
        do_jobs()
    closing.tell_authors_of_drafts(call_id=call.pk, now=now)
    message = Message.objects.get()
    assert (message.user, message.link) == (draft.submitter, f"/my/{draft.pk}/")
    assert "“没写完的”没有报送" in message.text


@pytest.mark.parametrize("phase", ["submission", "review"])
def test_nobody_hears_of_it_too_early_or_long_after(phase: str, do_jobs: Callable[[], int]) -> None:
    call = make_call(phase=phase)
    make_case(call=call, state="draft")
    make_admin()
    review_tasks.ask_to_open_recommendations()
    case_tasks.ask_to_close_submissions()
    do_jobs()
    assert not Message.objects.exists()
