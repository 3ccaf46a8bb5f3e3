"""The answer of an address that speaks JSON when it says no (RFC 9457)."""

from typing import Any

from django.http import JsonResponse

TYPE = "application/problem+json"


def problem(status: int, error: str, detail: str, **more: Any) -> JsonResponse:
    """`{"error": a short English word for the page's script, "detail": a sentence for people, …}`."""
    said = {"error": error, "detail": detail, **more}
    return JsonResponse(said, status=status, content_type=TYPE, json_dumps_params={"ensure_ascii": False})
