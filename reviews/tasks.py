"""Jobs and ticks of the reviews app."""

from calls.models import Call
from kernel import clock
from kernel.jobs import job, tick
from reviews.actions import assigning, closing


@tick
def ask_to_close_recommendations() -> None:
    """A call whose recommendation phase has ended is closed by a job, promised once."""
    now = clock.now()
    due = Call.objects.filter(recommendation_closes_at__lte=now).exclude(reached__moment=closing.CLOSED)
    for call_id in due.values_list("pk", flat=True):
        closing.ask_to_close(call_id=call_id, now=now)


@job("reviews.close_recommendation", queue="critical")
def close_recommendation(call_id: int) -> None:
    """Recommended cases enter review, the rest are passed over; a second run finds nothing left to do."""
    while closing.close_batch(call_id=call_id, now=clock.now()):
        pass


@job("reviews.draw", queue="critical")
def draw(draw_id: int) -> None:
    assigning.carry_out_draw(draw_id=draw_id, now=clock.now())


@job("reviews.repair", queue="critical")
def repair(case_id: int) -> None:
    assigning.repair(case_id=case_id, now=clock.now())
