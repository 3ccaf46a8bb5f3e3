"""What happens to every request: its moment of arrival is fixed once."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from kernel import clock


def arrival(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """`request.now`: the moment by which every rule judges this request, taken before any of its body is read."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.now = clock.now()  # type: ignore[attr-defined]
        return get_response(request)

    return middleware
