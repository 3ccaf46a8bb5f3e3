"""Certificates: made by a job, looked up, verified, revoked (R15)."""

import pytest
from django.core.files.storage import default_storage

from accounts.models import User
from cases.actions.moving import lock, move
from cases.lifecycle import Verb
from kernel import clock
from kernel.models import AuditEntry, Job, Message
from publishing.actions import certifying
from publishing.models import Certificate, SelectedCase
from publishing.tasks import look_for_losses
from tests.factories import make_call, make_centre, make_user
from tests.publishing.published import confirm, decided_case, publish, run

pytestmark = pytest.mark.django_db


def made() -> Certificate:
    publish("typical", certificates=True)
    return Certificate.objects.get()


def test_the_job_makes_a_pdf_with_its_picture_and_tells_the_author() -> None:
    row = made()
    with default_storage.open(row.key) as file:
        assert file.read(5) == b"%PDF-"
    with default_storage.open(certifying.picture_key(row.key)) as file:
        assert file.read(4) == b"\x89PNG"
    assert row.made_at is not None
    assert len(row.sha256) == 64
    last = Message.objects.latest("pk")
    assert (last.user_id, last.link) == (row.selected.case.submitter_id, f"/my/{row.selected.case_id}/certificate/")
    assert AuditEntry.objects.latest("id").verb == "certificate.make"


def test_making_it_twice_leaves_the_first() -> None:
    row = made()
    files, messages = sorted(default_storage.listdir("certificates")[1]), Message.objects.count()
    certifying.make_certificate(case_id=row.selected.case_id, now=clock.now())
    assert sorted(default_storage.listdir("certificates")[1]) == files
    assert Message.objects.count() == messages
    assert Certificate.objects.get().made_at == row.made_at


def test_the_face_says_what_was_published_and_where_to_verify(settings) -> None:  # type: ignore[no-untyped-def]
    settings.BASE_URL = "https://cases.example.edu.cn"
    row = made()
    face = certifying.face_of(row)
    assert (face.grade, face.number, face.authors, face.kind) == (
        "典型案例", row.number, ("韦秋棠",), "校本研修应用案例",
    )  # fmt: skip
    assert face.verification_url == f"https://cases.example.edu.cn/certificates/{row.code}/"


# Looking up


def test_a_code_leads_to_the_certificate_however_it_is_typed(client) -> None:  # type: ignore[no-untyped-def]
    row = made()
    for typed in (row.code, row.code.lower(), row.code.replace("-", " ")):
        answer = client.get("/certificates/", {"code": typed})
        assert (answer.status_code, answer["Location"]) == (302, f"/certificates/{row.code}/")


def test_a_name_and_a_number_lead_there_too(client) -> None:  # type: ignore[no-untyped-def]
    row = made()
    answer = client.post("/certificates/", {"name": "韦 秋棠", "number": row.number.replace("-", "－")})
    assert (answer.status_code, answer["Location"]) == (302, f"/certificates/{row.code}/")


def test_the_dot_of_a_long_name_may_be_any_dot(client) -> None:  # type: ignore[no-untyped-def]
    publish("typical", author=make_user("阿依古丽·买买提"))
    row = Certificate.objects.get()
    answer = client.post("/certificates/", {"name": "阿依古丽•买买提", "number": row.number})
    assert (answer.status_code, answer["Location"]) == (302, f"/certificates/{row.code}/")


def test_unknown_pairs_get_one_and_the_same_answer(client) -> None:  # type: ignore[no-untyped-def]
    row = made()
    pairs = [("韦秋棠", "2024-典-9999"), ("欧阳若", row.number), ("欧阳若", "2024-典-9999")]
    for name, number in pairs:
        page = client.post("/certificates/", {"name": name, "number": number}).content.decode()
        assert "没有查到与姓名和编号都相符的证书" in page
        assert row.code not in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "请输入证书上的查验码"), ("ABC", "查验码共 12 位"), ("YT7K-9M2D-4TQA", "没有查到这个查验码")],
)
def test_a_code_that_leads_nowhere_is_told_why(typed: str, said: str, client) -> None:  # type: ignore[no-untyped-def]
    assert said in client.get("/certificates/", {"code": typed}).content.decode()


# Verifying


def test_the_page_of_a_valid_certificate(client) -> None:  # type: ignore[no-untyped-def]
    row = made()
    page = client.get(f"/certificates/{row.code}/").content.decode()
    for words in ("证书真实有效", row.number, row.selected.title, "韦秋棠", "云岭镇中心小学", "活动组织委员会"):
        assert words in page
    assert f"/certificates/{row.code}/certificate.pdf?download=1" in page


def test_a_scanned_code_in_other_letters_leads_to_its_one_address(client) -> None:  # type: ignore[no-untyped-def]
    row = made()
    answer = client.get(f"/certificates/{row.code.lower()}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/certificates/{row.code}/")


def test_the_page_of_one_being_made_asks_again(client) -> None:  # type: ignore[no-untyped-def]
    publish("typical")
    row = Certificate.objects.get()
    page = client.get(f"/certificates/{row.code}/").content.decode()
    assert "证书制作中" in page
    assert f'data-poll="/certificates/{row.code}/"' in page
    assert client.get(f"/certificates/{row.code}/certificate.pdf").status_code == 404
    run("publishing.certificate")
    fragment = client.get(f"/certificates/{row.code}/", HTTP_X_FRAGMENT="1").content.decode()
    assert "证书真实有效" in fragment
    assert "data-poll" not in fragment


@pytest.mark.parametrize("code", ["YT7K-9M2D-4TQA", "nonsense"])
def test_an_unknown_code_is_404_with_a_sentence(code: str, client) -> None:  # type: ignore[no-untyped-def]
    answer = client.get(f"/certificates/{code}/")
    assert answer.status_code == 404
    assert "查验码" in answer.content.decode()


def test_a_certificate_is_unknown_before_its_call_is_published(client) -> None:  # type: ignore[no-untyped-def]
    call, _ = publish("typical", certificates=True)
    row = Certificate.objects.get()
    call.published_at = None
    call.save()
    assert client.get(f"/certificates/{row.code}/").status_code == 404
    assert client.get(f"/certificates/{row.code}/certificate.pdf").status_code == 404


def test_the_pdf_in_the_page_and_as_a_download(client) -> None:  # type: ignore[no-untyped-def]
    row = made()
    shown = client.get(f"/certificates/{row.code}/certificate.pdf")
    saved = client.get(f"/certificates/{row.code}/certificate.pdf?download=1")
    assert shown["Content-Type"] == "application/pdf"
    assert b"".join(shown.streaming_content).startswith(b"%PDF-")
    assert shown["Content-Disposition"].startswith("inline")
    assert saved["Content-Disposition"].startswith("attachment")
    b"".join(saved)
    picture = client.get(f"/certificates/{row.code}/certificate.png")
    assert picture["Content-Type"] == "image/png"
    assert b"".join(picture).startswith(b"\x89PNG")


# Revoking and hiding


def test_a_revoked_certificate_says_so_with_its_reason_and_is_not_handed_out(client, now) -> None:  # type: ignore[no-untyped-def]
    row = made()
    certifying.revoke_certificate(case_id=row.selected.case_id, reason="经核查不是原创", actor=make_centre(), now=now)
    page = client.get(f"/certificates/{row.code}/").content.decode()
    assert "证书已撤销" in page
    assert "经核查不是原创" in page
    assert "证书真实有效" not in page
    assert client.get(f"/certificates/{row.code}/certificate.pdf").status_code == 404
    assert AuditEntry.objects.latest("id").verb == "certificate.revoke"
    with pytest.raises(certifying.AlreadyRevoked):
        certifying.revoke_certificate(case_id=row.selected.case_id, reason="又", actor=make_centre(), now=now)


@pytest.mark.parametrize("action", [certifying.revoke_certificate, certifying.hide_selected])
def test_neither_goes_without_a_reason(action, now) -> None:  # type: ignore[no-untyped-def]
    row = made()
    with pytest.raises(certifying.ReasonMissing):
        action(case_id=row.selected.case_id, reason="  ", actor=make_centre(), now=now)


def test_a_hidden_case_keeps_its_place_and_its_certificate(client, now) -> None:  # type: ignore[no-untyped-def]
    row = made()
    number, call = row.selected.number, row.selected.call
    assert client.get(f"/gallery/{number}/").status_code == 200
    certifying.hide_selected(case_id=row.selected.case_id, reason="作者撤回同意", actor=make_centre(), now=now)
    assert client.get(f"/gallery/{number}/").status_code == 404
    assert row.selected.title in client.get(f"/results/{call.slug}/").content.decode()
    assert "证书真实有效" in client.get(f"/certificates/{row.code}/").content.decode()
    with pytest.raises(certifying.AlreadyHidden):
        certifying.hide_selected(case_id=row.selected.case_id, reason="又", actor=make_centre(), now=now)


def test_a_disqualified_case_leaves_public_view_at_once_and_loses_its_certificate(client, now) -> None:  # type: ignore[no-untyped-def]
    row = made()
    case = row.selected.case
    move(lock(case.pk), Verb.DISQUALIFY, actor=None, now=now)
    assert client.get(f"/gallery/{case.number}/").status_code == 404
    assert case.title not in client.get(f"/results/{case.call.slug}/").content.decode()
    page = client.get(f"/certificates/{row.code}/").content.decode()
    assert "证书已撤销" in page and "证书真实有效" not in page, "valid until a job comes by"
    assert {client.get(f"/certificates/{row.code}/certificate.{kind}").status_code for kind in ("pdf", "png")} == {404}
    look_for_losses()
    look_for_losses()
    assert list(Job.objects.filter(kind="publishing.follow_loss").values_list("key", "args")) == [
        (f"follow-loss-{case.pk}", {"case_id": case.pk})
    ]
    run("publishing.follow_loss")
    row.refresh_from_db()
    assert (row.revoked_reason, SelectedCase.objects.get().shown) == ("案例已被取消参加资格", False)
    assert "证书已撤销" in client.get(f"/certificates/{row.code}/").content.decode()


def test_a_case_lost_before_its_certificate_was_made_gets_none(now) -> None:  # type: ignore[no-untyped-def]
    _, (case,) = publish("typical")
    move(lock(case.pk), Verb.DISQUALIFY, actor=None, now=now)
    told = Message.objects.count()
    run("publishing.certificate")
    assert (Certificate.objects.get().made_at, Message.objects.count()) == (None, told)


@pytest.mark.parametrize("kind", ["pdf", "png"])
def test_bytes_that_the_storage_lost_are_404(kind: str, client) -> None:  # type: ignore[no-untyped-def]
    row = made()
    default_storage.delete(row.key if kind == "pdf" else certifying.picture_key(row.key))
    assert client.get(f"/certificates/{row.code}/certificate.{kind}").status_code == 404


def test_the_centre_hides_and_revokes_from_its_page(client) -> None:  # type: ignore[no-untyped-def]
    row = made()
    client.force_login(make_centre())
    address = f"/centre/publication/{row.selected.case_id}/"
    assert client.post(address, {"verb": "hide", "hide-reason": ""}).status_code == 422
    client.post(address, {"verb": "hide", "hide-reason": "作者撤回同意"})
    client.post(address, {"verb": "revoke", "revoke-reason": "更正"})
    row.refresh_from_db()
    assert (SelectedCase.objects.get().shown, row.revoked_reason) == (False, "更正")
    assert client.get(address).status_code == 200


# The author's own page


def page_of(client, user: User, case_id: int, **extra: str) -> str:  # type: ignore[no-untyped-def]
    client.force_login(user)
    return client.get(f"/my/{case_id}/certificate/", **extra).content.decode()


def test_the_authors_page_from_confirmation_to_download(client, now) -> None:  # type: ignore[no-untyped-def]
    call = make_call(phase="decision")
    case = decided_case(call, "showcase")
    author = case.submitter
    assert "还没有证书" in page_of(client, author, case.pk)
    confirm(call, now)
    assert "证书制作中" in page_of(client, author, case.pk)
    run("publishing.publish")
    page = page_of(client, author, case.pk)
    assert "证书制作中" in page
    assert f'data-poll="/my/{case.pk}/certificate/"' in page
    run("publishing.certificate")
    fragment = page_of(client, author, case.pk, HTTP_X_FRAGMENT="1")
    assert "下载 PDF 证书" in fragment
    assert "data-poll" not in fragment


def test_a_case_not_selected_has_no_certificate_page_to_wait_for(client, now) -> None:  # type: ignore[no-untyped-def]
    call = make_call(phase="decision")
    case = decided_case(call, "not")
    confirm(call, now)
    assert "还没有证书" in page_of(client, case.submitter, case.pk)


def test_anothers_certificate_page_is_404(client) -> None:  # type: ignore[no-untyped-def]
    row = made()
    client.force_login(make_user())
    assert client.get(f"/my/{row.selected.case_id}/certificate/").status_code == 404
