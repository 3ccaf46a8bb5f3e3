"""Text messages through the HTTP gateway, tried on a server of the test's own."""

import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import urllib3
from django.db import transaction
from django.utils import timezone

from kernel import aliyun, jobs, letters, sms
from kernel.models import Job, JobState

MOBILE, SECRET = "19900001234", "a-secret-of-the-test"
CODE = "您的验证码是 481516，15 分钟内有效。请勿告诉他人。"


class Stub(ThreadingHTTPServer):
    """What a gateway does: it checks the signature by its own means, and says what it is told to say."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.asked: list[dict[str, str]] = []
        self.answer: tuple[int, Any] = (200, {"Code": "OK", "BizId": "1"})
        self.wait = 0.0


class Answering(BaseHTTPRequestHandler):
    server: Stub

    def do_POST(self) -> None:
        time.sleep(self.server.wait)
        names = self.headers["Authorization"].split("SignedHeaders=")[1].split(",")[0]
        lines = "".join(f"{name}:{self.headers[name]}\n" for name in names.split(";"))
        query = urlsplit(self.path).query
        request = f"POST\n/\n{query}\n{lines}\n{names}\n{hashlib.sha256(b'').hexdigest()}"
        signed = "ACS3-HMAC-SHA256\n" + hashlib.sha256(request.encode()).hexdigest()
        good = hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).hexdigest()
        told = self.headers["Authorization"].rpartition("Signature=")[2]
        status, answer = self.server.answer if told == good else (400, {"Code": "SignatureDoesNotMatch"})
        self.server.asked.append({name: values[0] for name, values in parse_qs(query).items()})
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def gateway(settings: Any) -> Iterator[Stub]:
    stub = Stub()
    threading.Thread(target=stub.serve_forever, args=(0.05,), daemon=True).start()
    settings.SMS_BACKEND = "kernel.aliyun.Gateway"
    settings.SMS_ENDPOINT = f"http://127.0.0.1:{stub.server_port}"
    settings.SMS_KEY_ID, settings.SMS_KEY_SECRET, settings.SMS_SIGN = "key", SECRET, "案例征集"
    settings.SMS_TEMPLATE_CODE, settings.SMS_TEMPLATE_NOTICE = "SMS_1", "SMS_2"
    yield stub
    stub.shutdown()
    stub.server_close()


def send(text: str = CODE) -> None:
    sms.backend().send(mobile=MOBILE, text=text)


def test_the_signature_is_that_of_the_gateways_own_example() -> None:
    """“V3 请求结构和签名” at help.aliyun.com gives these values and this result."""
    headers = aliyun.signed(
        {"RegionId": "cn-shanghai", "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"},
        host="ecs.cn-shanghai.aliyuncs.com",
        action="RunInstances",
        version="2014-05-26",
        moment=datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC),
        nonce="3156853299f313e23d1673dc12e1703d",
        key_id="YourAccessKeyId",
        secret="YourAccessKeySecret",
    )
    assert headers["Authorization"].endswith(
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_a_code_goes_into_its_template(gateway: Stub) -> None:
    send(sms.with_code("481516"))
    assert gateway.asked == [
        {"PhoneNumbers": MOBILE, "SignName": "案例征集", "TemplateCode": "SMS_1", "TemplateParam": '{"code": "481516"}'}
    ]


def test_any_other_message_is_a_notice_without_its_words(gateway: Stub) -> None:
    send("您的案例“山里的教研”需要修改。")
    assert gateway.asked == [{"PhoneNumbers": MOBILE, "SignName": "案例征集", "TemplateCode": "SMS_2"}]


def test_a_wrong_key_is_refused_by_the_stub(gateway: Stub, settings: Any) -> None:
    """The control: the stub does look at the signature."""
    settings.SMS_KEY_SECRET = "another"
    with pytest.raises(sms.NotAccepted, match="SignatureDoesNotMatch"):
        send()


@pytest.mark.parametrize(
    ("answer", "raised", "said"),
    [
        ((200, {"Code": "isv.MOBILE_NUMBER_ILLEGAL", "Message": MOBILE}), sms.NotAccepted, "isv.MOBILE_NUMBER_ILLEGAL"),
        ((400, {"Code": "isv.SMS_TEMPLATE_ILLEGAL"}), sms.NotAccepted, "isv.SMS_TEMPLATE_ILLEGAL"),
        ((200, {"Code": "isv.BUSINESS_LIMIT_CONTROL"}), sms.Away, "isv.BUSINESS_LIMIT_CONTROL"),
        ((200, {"Code": "isv.AMOUNT_NOT_ENOUGH"}), sms.Away, "isv.AMOUNT_NOT_ENOUGH"),
        ((400, {"Code": "Throttling.User"}), sms.Away, "Throttling.User"),
        ((503, {"Code": "ServiceUnavailable"}), sms.Away, "ServiceUnavailable"),
        ((502, b"<html>bad gateway</html>"), sms.Away, "HTTP502"),
        ((429, b""), sms.Away, "HTTP429"),
        ((200, b"[]"), sms.NotAccepted, "HTTP200"),
        ((200, {"Code": f"no such number {MOBILE}"}), sms.NotAccepted, "HTTP200"),
    ],
)
def test_what_the_gateway_says_is_told_apart(answer: Any, raised: type[Exception], said: str, gateway: Stub) -> None:
    gateway.answer = answer
    with pytest.raises(sms.Unsent) as refused:
        send()
    assert (type(refused.value), refused.value.code) == (raised, said)


def test_a_gateway_that_does_not_answer_in_time_is_away(gateway: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway.wait = 1
    short = urllib3.PoolManager(timeout=urllib3.Timeout(connect=0.5, read=0.2), retries=False)
    monkeypatch.setattr(aliyun, "_pool", short)
    with pytest.raises(sms.Away, match="ReadTimeoutError"):
        send()


def test_nobody_waits_for_the_gateway_longer_than_ten_seconds() -> None:
    assert (aliyun.PATIENCE.connect_timeout or 99) + (aliyun.PATIENCE.read_timeout or 99) <= 10


def test_where_nobody_listens_the_gateway_is_away(gateway: Stub, settings: Any) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.SMS_ENDPOINT = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(sms.Away, match="NewConnectionError"):
            send()


@pytest.mark.django_db
def test_a_letter_waits_for_the_gateway_and_fails_on_a_no(gateway: Stub) -> None:
    with transaction.atomic():
        letter = letters.post_letter(channel="sms", recipient=MOBILE, purpose="verification_code", body=CODE)
    row = Job.objects.get()
    gateway.answer = (503, b"")
    jobs.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error) == (JobState.WAITING, 0, "Away HTTP503")
    assert row.run_at > timezone.now() + timedelta(seconds=50)
    gateway.answer = (200, {"Code": "isv.MOBILE_NUMBER_ILLEGAL", "Message": f"illegal {MOBILE}"})
    for _ in range(3):
        Job.objects.update(run_at=timezone.now())
        jobs.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.error) == (JobState.FAILED, "NotTaken: NotAccepted isv.MOBILE_NUMBER_ILLEGAL")
    gateway.answer = (200, {"Code": "OK"})
    jobs.retry(row.pk)
    jobs.run(row.pk)
    letter.refresh_from_db()
    assert (letter.sent_at is not None, letter.recipient, letter.body) == (True, "", "")


@pytest.mark.parametrize("text", ["", "您的案例已报送，编号 2024-42-A1B2。", "验证码是 123456"])
def test_what_holds_no_code_gives_none(text: str) -> None:
    assert sms.code_in(text) == ""
