"""How long drafts and authors' mobiles are kept (kernel.retention)."""

from datetime import datetime

from cases.actions.drafting import discard_draft
from cases.actions.moving import lock_many
from cases.lifecycle import State
from cases.models import Case, CaseAuthor, CoauthorAsk
from kernel.retention import Rows, keeps


@keeps(
    "drafts",
    words="没有报送的草稿和其中的文件",
    since="该届报送截止之日",
    due=lambda before: Case.objects.filter(state=State.DRAFT, call__submission_closes_at__lt=before),
)
def delete_drafts(rows: Rows, now: datetime) -> None:
    for case in lock_many(list(rows.values_list("pk", flat=True))):
        discard_draft(case, actor=None, now=now)


@keeps(
    "mobiles",
    words="案例信息表上作者的手机号",
    since="该届公布结果之日",
    due=lambda before: CaseAuthor.objects.filter(case__call__results_due_at__lt=before).exclude(mobile=""),
)
def blank_mobiles(rows: Rows, now: datetime) -> None:
    CoauthorAsk.objects.filter(case__authors__in=rows).update(mobile="")
    rows.update(mobile="")
