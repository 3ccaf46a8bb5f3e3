"""The centre's desk of notices: list, new, change, delete (R16)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from publishing.actions.noticing import change_notice, delete_notice, post_notice
from publishing.forms.notices import NoticeForm, first_values
from publishing.models import Notice

PAGE = 30


@requires(Role.CENTRE)
@require_safe
def centre_notices(request: Request) -> HttpResponse:
    rows = Notice.objects.select_related("call", "by")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "centre/notices.html", {"page": page})


@requires(Role.CENTRE)
@require_http_methods(["GET", "HEAD", "POST"])
def centre_notice_new(request: Request) -> HttpResponse:
    form = NoticeForm(request.POST or None, initial=first_values(request.now))
    if request.method == "POST" and form.is_valid():
        post_notice(actor=request.user, now=request.now, **form.cleaned_data)
        messages.success(request, "通知已保存。")
        return redirect("centre_notices")
    return render(request, "centre/notice.html", {"form": form, "one": None}, status=422 if form.errors else 200)


@requires(Role.CENTRE)
@require_http_methods(["GET", "HEAD", "POST"])
def centre_notice_edit(request: Request, notice_id: int) -> HttpResponse:
    one = get_object_or_404(Notice, pk=notice_id)
    known = {name: getattr(one, name) for name in NoticeForm.base_fields}
    form = NoticeForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        change_notice(notice_id=one.pk, actor=request.user, now=request.now, **form.cleaned_data)
        messages.success(request, "修改已保存。")
        return redirect("centre_notices")
    return render(request, "centre/notice.html", {"form": form, "one": one}, status=422 if form.errors else 200)


@requires(Role.CENTRE)
@require_POST
def centre_notice_delete(request: Request, notice_id: int) -> HttpResponse:
    one = get_object_or_404(Notice, pk=notice_id)
    delete_notice(notice_id=one.pk, actor=request.user, now=request.now)
    messages.success(request, f"已删除“{one.title}”。")
    return redirect("centre_notices")
