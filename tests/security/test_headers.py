"""What every answer carries, errors included: a policy without anything inline, no sniffing, our frames alone, HSTS."""

import re
from typing import Any

import pytest

from tests.security.walking import answers
from tests.test_access import House

pytestmark = pytest.mark.django_db

INLINE = (
    re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>", re.I),
    re.compile(rb"<style[\s>]", re.I),
    re.compile(rb"<[a-z][^<>]*\sstyle\s*=", re.I),
    re.compile(rb"<[a-z][^<>]*\son[a-z]+\s*=\s*[\"']", re.I),
    re.compile(rb"(href|src|action)\s*=\s*[\"']?\s*javascript:", re.I),
)
"""A script or style that stands in the page, or an attribute that is one."""


def policy_of(answer: Any) -> dict[str, list[str]]:
    parts = [part.split() for part in answer.headers.get("Content-Security-Policy", "").split(";") if part.strip()]
    return {name: values for name, *values in parts}


def test_every_answer_has_a_policy_without_anything_inline(house: House) -> None:
    seen = 0
    for asked, answer in answers(house):
        policy = policy_of(answer)
        assert policy, asked
        scripts = policy.get("script-src", policy["default-src"])
        assert policy["default-src"] == ["'none'"] and scripts in (["'self'"], ["'none'"]), (asked, policy)
        if answer.headers.get("Content-Type", "").startswith("text/html") and "sandbox" not in policy:
            words = {word for values in policy.values() for word in values}
            assert not words & {"'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:"}, asked
            assert (policy["form-action"], policy["base-uri"]) == (["'self'"], ["'none'"]), asked
        seen += 1
    assert seen > 200


def test_no_page_needs_anything_inline(house: House) -> None:
    pages = 0
    for asked, answer in answers(house):
        if answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming:
            pages += 1
            assert [found.search(answer.content) for found in INLINE] == [None] * len(INLINE), asked
    assert pages > 150


def test_every_answer_forbids_sniffing_and_frames_of_others(house: House) -> None:
    for asked, answer in answers(house):
        assert answer.headers.get("X-Content-Type-Options") == "nosniff", asked
        assert answer.headers.get("X-Frame-Options") in ("SAMEORIGIN", "DENY"), asked
        assert policy_of(answer).get("frame-ancestors", ["'self'"]) in (["'self'"], ["'none'"]), asked
        assert answer.headers.get("Referrer-Policy") == "same-origin", asked


def test_over_https_every_answer_asks_for_https_alone(house: House, settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for asked, answer in answers(house, headers={"x-forwarded-proto": "https"}):
        assert "max-age=31536000" in answer.headers.get("Strict-Transport-Security", ""), asked
