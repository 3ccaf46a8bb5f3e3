"""What a province takes along as a table: the list on its desk, and its recommendations."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from calls.policy import TYPE_NAMES, CaseType
from cases.lifecycle import STATE_NAMES, State
from cases.models import CaseAuthor
from reviews.forms.screening import PileForm
from reviews.queries import screening as queries
from reviews.views.desk import desk_of
from reviews.views.tables import MOST, table, too_many

LIST = ("名次", "案例编号", "案例名称", "案例类型", "作者", "工作单位", "市州", "状态")
DESK = (
    "案例编号",
    "案例名称",
    "案例类型",
    "作者",
    "工作单位",
    "市州",
    "报送时间",
    "状态",
    "理由",
    "内部备注",
    "处理人",
)


def _names(authors: dict[int, list[CaseAuthor]], case_id: int) -> str:
    return "、".join(author.name for author in authors.get(case_id, []))


@requires(Role.PROVINCE)
@require_safe
def screening_export(request: Request) -> HttpResponse:
    """The ranked list, whole or of one type."""
    desk = desk_of(request)
    if desk.call is None:
        return redirect("screening_home")
    kind = request.GET.get("type", "")
    rows = [row for row in queries.ranked(desk.province, desk.call) if not kind or row["case__type"] == kind]
    authors = queries.authors_of([row["case_id"] for row in rows])
    cells = [
        (
            row["number"],
            row["case__number"],
            row["case__title"],
            TYPE_NAMES[CaseType(row["case__type"])],
            _names(authors, row["case_id"]),
            row["case__unit__name"] or "",
            row["case__unit__city"] or "",
            STATE_NAMES[State(row["case__state"])],
        )
        for row in rows
    ]
    return table(request, name=f"{desk.call.year}年{desk.province.name}推荐名单", head=LIST, rows=cells)


@requires(Role.PROVINCE)
@require_safe
def screening_cases_export(request: Request) -> HttpResponse:
    """The cases on the desk under the filters of the request, in its order."""
    desk = desk_of(request)
    if desk.call is None:
        return redirect("screening_home")
    listed = queries.desk_rows(desk.province, desk.call, PileForm(request.GET).wanted())
    if (count := listed.count()) > MOST:
        return too_many(request, count, f"{reverse('screening_cases')}?{request.GET.urlencode()}")
    rows = list(listed)
    authors = queries.authors_of([row["pk"] for row in rows])
    cells = [
        (
            row["number"],
            row["title"],
            TYPE_NAMES[CaseType(row["type"])],
            _names(authors, row["pk"]),
            row["unit__name"] or "",
            row["unit__city"] or "",
            f"{timezone.localtime(row['handed_in_at']):%Y-%m-%d %H:%M}" if row["handed_in_at"] else "",
            STATE_NAMES[State(row["state"])],
            row["return_reason"] if row["state"] == State.RETURNED else row["verdict_reason"],
            row["screening__note"] or "",
            row["screening__by__name"] or "",
        )
        for row in rows
    ]
    return table(request, name=f"{desk.call.year}年{desk.province.name}初筛案例", head=DESK, rows=cells)
