"""Jobs of the publishing app: publishing a call, making certificates, following what happens to published cases."""

from django.db import transaction

from cases.lifecycle import SELECTED
from kernel import clock
from kernel.jobs import enqueue, job, tick
from publishing.actions import certifying, publishing
from publishing.models import SelectedCase


@job("publishing.publish", queue="export")
def publish(*, call_id: int) -> None:
    """Write down what was selected, batch by batch, then make the results public at one stroke."""
    while publishing.publish_batch(call_id=call_id, now=clock.now()):
        pass
    publishing.finish_publication(call_id=call_id, now=clock.now())


@job("publishing.certificate", queue="export")
def certificate(*, case_id: int) -> None:
    certifying.make_certificate(case_id=case_id, now=clock.now())


@job("publishing.follow_loss", queue="critical")
def follow_loss(*, case_id: int) -> None:
    certifying.follow_loss(case_id=case_id, now=clock.now())


@tick
def look_for_losses() -> None:
    """Cases disqualified after publication: public pages leave them out at once, certificates are revoked by a job."""
    public = SelectedCase.objects.filter(call__published_at__isnull=False, certificate__revoked_at__isnull=True)
    lost = public.exclude(case__state__in=SELECTED)
    with transaction.atomic():
        for case_id in lost.values_list("case_id", flat=True):
            enqueue("publishing.follow_loss", key=f"follow-loss-{case_id}", case_id=case_id)
