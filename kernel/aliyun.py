"""The SMS gateway of Aliyun (短信服务, API 2017-05-25), called over HTTP without its SDK.

Carriers take approved wordings alone, so a message becomes one of two templates: SMS_TEMPLATE_CODE with its variable
`code`, or SMS_TEMPLATE_NOTICE, which says without variables that something new is to be read in the portal.
"""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, urlsplit

import urllib3
from django.conf import settings

from kernel.sms import Away, NotAccepted, code_in

ACTION: Final = "SendSms"
VERSION: Final = "2017-05-25"
PATIENCE: Final = urllib3.Timeout(connect=3, read=7)
LARGEST_ANSWER: Final = 64 * 1024
ASK_AGAIN: Final = re.compile(
    r"Throttling|ServiceUnavailable|InternalError|SignatureNonceUsed|InvalidTimeStamp|isp\.|"
    r"isv\.(BUSINESS_LIMIT_CONTROL|DAY_LIMIT_CONTROL|AMOUNT_NOT_ENOUGH|OUT_OF_SERVICE)"
)
"""What passes by itself, or once the operator has paid (the gateway's list of error codes)."""

_pool = urllib3.PoolManager(timeout=PATIENCE, retries=False)


class Gateway:
    """SMS_BACKEND=kernel.aliyun.Gateway, with the settings that begin with SMS_."""

    def send(self, *, mobile: str, text: str) -> None:
        """One request, never repeated by itself. Raises: Away, NotAccepted."""
        code = code_in(text)
        query = {
            "PhoneNumbers": mobile,
            "SignName": settings.SMS_SIGN,
            "TemplateCode": settings.SMS_TEMPLATE_CODE if code else settings.SMS_TEMPLATE_NOTICE,
        }
        if code:
            query["TemplateParam"] = json.dumps({"code": code})
        status, answer = _post(query)
        said = answer.get("Code")
        if status == 200 and said == "OK":
            return
        # Only the word is kept: the sentence beside it may repeat the number.
        word = said if isinstance(said, str) and re.fullmatch(r"[A-Za-z0-9_.]{1,80}", said) else f"HTTP{status}"
        raise Away(word) if status >= 500 or status == 429 or ASK_AGAIN.match(word) else NotAccepted(word)


def _post(query: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    """(status, answer); what is not an object of JSON comes back empty. Raises: Away."""
    headers = signed(
        query,
        host=urlsplit(settings.SMS_ENDPOINT).netloc,
        action=ACTION,
        version=VERSION,
        moment=datetime.now(UTC),
        nonce=secrets.token_hex(16),
        key_id=settings.SMS_KEY_ID,
        secret=settings.SMS_KEY_SECRET,
    )
    try:
        response = _pool.request(
            "POST", f"{settings.SMS_ENDPOINT}/?{canonical(query)}", headers=headers, preload_content=False
        )
        try:
            body = response.read(LARGEST_ANSWER)
        finally:
            response.release_conn()
    except urllib3.exceptions.HTTPError as error:
        raise Away(type(error).__name__) from None  # its words hold the address, and that the number
    try:
        answer = json.loads(body)
    except ValueError:
        answer = {}
    return response.status, answer if isinstance(answer, dict) else {}


def canonical(query: Mapping[str, str]) -> str:
    """The parameters in order, percent-encoded by RFC 3986."""
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in sorted(query.items()))


def signed(
    query: Mapping[str, str],
    *,
    host: str,
    action: str,
    version: str,
    moment: datetime,
    nonce: str,
    key_id: str,
    secret: str,
) -> dict[str, str]:
    """The headers of an empty POST, with its signature: ACS3-HMAC-SHA256 (Aliyun, “V3 请求结构和签名”)."""
    payload = hashlib.sha256(b"").hexdigest()
    headers = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": payload,
        "x-acs-date": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        "x-acs-signature-nonce": nonce,
        "x-acs-version": version,
    }
    names = ";".join(headers)
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    request = "\n".join(["POST", "/", canonical(query), lines, names, payload])
    digest = hashlib.sha256(request.encode()).hexdigest()
    signature = hmac.new(secret.encode(), f"ACS3-HMAC-SHA256\n{digest}".encode(), "sha256").hexdigest()
    headers["Authorization"] = f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={names},Signature={signature}"
    return headers
