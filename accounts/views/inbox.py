"""A user's messages inside the portal."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.actions.reading import mark_read
from accounts.http import Request
from accounts.policy import Role


@requires(*Role)
@require_safe
def my_messages(request: Request) -> HttpResponse:
    """The newest first; what is on the page counts as read from the next page on."""
    page = Paginator(request.user.inbox.all(), 20).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    response = render(request, "accounts/messages.html", {"page": page, "shown": shown})
    mark_read(user=request.user, ids=[message.pk for message in shown], now=request.now)
    return response
