"""Notices and events as the public reads them (R16)."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import public
from accounts.http import Request
from publishing import queries
from publishing.models import NoticeKind

PAGE = 20


@public(reason="notices are announced to everyone (R16)", cached_for=30, cached_by=("page",))
@require_safe
def notices(request: Request) -> HttpResponse:
    every = queries.notices(request.now)
    page = Paginator(every, PAGE).get_page(request.GET.get("page"))
    ahead = every.filter(kind=NoticeKind.EVENT, event_at__gte=request.now).order_by("event_at")
    return render(request, "publishing/notices.html", {"page": page, "ahead": list(ahead[:5])})


@public(reason="notices are announced to everyone (R16)", cached_for=30, cached_by=("page",))
@require_safe
def notice(request: Request, notice_id: int) -> HttpResponse:
    one = get_object_or_404(queries.notices(request.now), pk=notice_id)
    more = list(queries.notices(request.now).exclude(pk=one.pk)[:5])
    paragraphs = [part.strip() for part in one.body.replace("\r\n", "\n").split("\n") if part.strip()]
    return render(request, "publishing/notice.html", {"one": one, "more": more, "paragraphs": paragraphs})
