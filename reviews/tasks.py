"""Jobs and ticks of the reviews app."""

from calls.queries import reaching
from kernel import clock
from kernel.jobs import job, tick
from reviews.actions import assigning, closing, following, opening


@tick
def ask_to_close_recommendations() -> None:
    """A call whose recommendation phase has ended is closed by a job, promised once."""
    now = clock.now()
    for call in reaching(closing.CLOSED, "recommendation_closes_at", now):
        closing.ask_to_close(call_id=call.pk, now=now)


@tick
def ask_to_open_recommendations() -> None:
    """When recommending opens, every province's administrators hear of it from a job, promised once."""
    now = clock.now()
    for call in reaching(opening.OPENED, "recommendation_opens_at", now):
        opening.ask_to_open(call_id=call.pk, now=now)


@job("reviews.open_recommendation", queue="critical")
def open_recommendation(call_id: int) -> None:
    opening.tell_administrators(call_id=call_id, now=clock.now())


@job("reviews.close_recommendation", queue="critical")
def close_recommendation(call_id: int) -> None:
    """Recommended cases enter review, the rest are passed over; a second run finds nothing left to do."""
    while closing.close_batch(call_id=call_id, now=clock.now()):
        pass


@job("reviews.draw", queue="critical")
def draw(draw_id: int) -> None:
    assigning.carry_out_draw(draw_id=draw_id, now=clock.now())


@job("reviews.withdraw_all", queue="critical")
def withdraw_all(user_id: int) -> None:
    following.withdraw_all(user_id=user_id, now=clock.now())


@job("reviews.repair", queue="critical")
def repair(case_id: int) -> None:
    assigning.repair(case_id=case_id, now=clock.now())
