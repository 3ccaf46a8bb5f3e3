"""What the centre takes along as a table: the lists of its desk, under the filters and in the order that are shown."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from calls.models import Call
from calls.policy import TYPE_NAMES, TYPE_SHORT, CaseType, Phase
from cases.lifecycle import STATE_NAMES, State
from reviews.models import Grade, Vote
from reviews.queries import centre as queries
from reviews.queries import ranking
from reviews.queries.progress import LAGS, progress_of_provinces
from reviews.queries.screening import authors_of
from reviews.views import centre_assignment, centre_progress
from reviews.views.centre_cases import wanted_of
from reviews.views.tables import MOST, table, too_many

CASES = ("案例编号", "案例名称", "案例类型", "省份", "作者", "工作单位", "报送时间", "状态")
RANKING = (
    "名次",
    "案例编号",
    "案例名称",
    "案例类型",
    "省份",
    "平均分",
    "专家评分",
    "意见",
    "分差",
    "存疑",
    "评定",
    "说明",
)
PROGRESS = ("单位", "管理员", "已报送", "待初筛", "退回中", "合格备选", "已推荐", "名额", "进度", "上次提醒")
EXPERTS = ("代号", "专家", "可评类型", "省份", "分到", "已评", "还差", "回避", "未发放", "是否启用", "上次提醒")


def _minute(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def _call(request: Request, *phases: Phase) -> Call | None:
    return queries.chosen_call(request.GET.get("call", ""), request.now, *phases)


@requires(Role.CENTRE)
@require_safe
def centre_cases_export(request: Request) -> HttpResponse:
    """All cases that the filters leave; mobiles and addresses stay in the portal."""
    slug = request.GET.get("call", "")
    call = Call.objects.filter(slug=slug).first() if slug else None
    listed = queries.listed(call, wanted_of(request))
    if (count := listed.count()) > MOST:
        return too_many(request, count, f"{reverse('centre_cases')}?{request.GET.urlencode()}")
    rows = list(listed)
    authors = authors_of([row["pk"] for row in rows])
    cells = [
        (
            row["number"],
            row["title"],
            TYPE_NAMES[CaseType(row["type"])],
            row["province__short"],
            "、".join(author.name for author in authors.get(row["pk"], [])),
            row["unit__name"] or "",
            _minute(row["handed_in_at"]),
            STATE_NAMES[State(row["state"])],
        )
        for row in rows
    ]
    return table(request, name=f"{call.short if call else '全部届次'}案例", head=CASES, rows=cells)


@requires(Role.CENTRE)
@require_safe
def centre_decisions_export(request: Request) -> HttpResponse:
    """The ranking that the filters leave, with the scores that count and the centre's decisions."""
    call = _call(request, Phase.REVIEW, Phase.DECISION)
    if call is None:
        return redirect("centre_decisions")
    wanted = wanted_of(request)
    if (count := ranking.count_ranked(call, wanted)) > MOST:
        return too_many(request, count, f"{reverse('centre_decisions')}?{request.GET.urlencode()}")
    found = ranking.ranked(call, wanted, order=request.GET.get("sort", ""), limit=MOST)
    grades, votes = dict(Grade.choices), dict(Vote.choices)
    cells = [
        (
            one.place if one.mean is not None else "",
            one.number,
            one.title,
            TYPE_NAMES[CaseType(one.type)],
            one.province,
            one.mean if one.mean is not None else "",
            "、".join(f"{score:g}" for score in one.scores),
            "、".join(votes[vote] for vote in one.votes),
            float(one.spread) if len(one.scores) > 1 else "",
            "、".join(words for up, words in ((one.originality, "原创性"), (one.eligibility, "资格")) if up),
            grades.get(one.grade, ""),
            one.note,
        )
        for one in found
    ]
    return table(request, name=f"{call.short}评审排名", head=RANKING, rows=cells)


@requires(Role.CENTRE)
@require_safe
def centre_progress_export(request: Request) -> HttpResponse:
    """How far the provinces have come, those that the filter leaves in the order shown."""
    call = _call(request, *centre_progress.OPEN)
    if call is None:
        return redirect("centre_progress")
    cells = [
        (
            row.province.name,
            "、".join(row.admins),
            row.handed_in,
            row.unscreened,
            row.returned,
            row.eligible,
            row.recommended,
            call.places,
            LAGS.get(row.lag, ""),
            _minute(row.reminded_at),
        )
        for row in centre_progress.shown(request, progress_of_provinces(call, request.now))
    ]
    return table(request, name=f"{call.short}各省进度", head=PROGRESS, rows=cells)


@requires(Role.CENTRE)
@require_safe
def centre_assignment_export(request: Request) -> HttpResponse:
    """The experts with their loads, those that the filter leaves in the order shown."""
    call = _call(request, Phase.REVIEW)
    if call is None:
        return redirect("centre_assignment")
    reminded = queries.reminded_at(call)
    cells = [
        (
            one.alias,
            one.user.name,
            "、".join(TYPE_SHORT[CaseType(kind)] for kind in one.types),
            one.province.short if one.province else "",
            one.given,
            one.done,
            one.given - one.done - one.hidden,
            one.recused,
            one.hidden,
            "启用" if one.active else "停用",
            _minute(reminded.get(one.pk)),
        )
        for one in centre_assignment.shown(request, list(queries.experts_with_loads(call)))
    ]
    return table(request, name=f"{call.short}专家与分配", head=EXPERTS, rows=cells)
