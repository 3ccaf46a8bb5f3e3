"""The measure of all pages: one view that does nothing, as the address table of a server of its own."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns: list[URLPattern] = [path("", bare, name="bare")]
