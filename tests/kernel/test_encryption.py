"""Contact details at rest: sealed under a ring of keys, found by fingerprint, turned over to another key."""

import io
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from kernel.encryption import Unreadable, decrypt, encrypt, fingerprint
from kernel.models import Letter
from kernel.rotation import decrypt_all, encrypt_all
from tests.factories import make_user

MOBILE = "19900001234"
OLD, NEW = bytes(range(32)), bytes(range(32, 64))


def stored(user: User) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT mobile FROM accounts_user WHERE id = %s", [user.pk])
        return str(cursor.fetchone()[0])


def test_a_value_opens_again_and_never_looks_the_same_twice() -> None:
    one, other = (encrypt(MOBILE, place="a.b", findable=True) for _ in range(2))
    assert one != other and MOBILE not in one + other
    assert one.split("$")[0] == other.split("$")[0] == fingerprint(MOBILE, place="a.b") != ""
    assert decrypt(one, place="a.b") == decrypt(other, place="a.b") == MOBILE


def test_the_empty_text_stays_empty() -> None:
    assert (encrypt("", place="a.b"), decrypt("", place="a.b"), fingerprint("", place="a.b")) == ("", "", "")


def test_columns_share_neither_values_nor_fingerprints() -> None:
    assert fingerprint(MOBILE, place="a.b") != fingerprint(MOBILE, place="a.c")
    with pytest.raises(Unreadable, match=r"a\.c: does not open"):
        decrypt(encrypt(MOBILE, place="a.b"), place="a.c")


def test_what_was_changed_or_never_sealed_does_not_open() -> None:
    sealed = encrypt(MOBILE, place="a.b")
    middle = len(sealed) // 2
    changed = sealed[:middle] + ("A" if sealed[middle] != "A" else "B") + sealed[middle + 1 :]
    for bad in (changed, MOBILE, "$demo$", "$demo$é"):
        with pytest.raises(Unreadable) as told:
            decrypt(bad, place="a.b")
        assert MOBILE not in str(told.value)


def test_a_key_that_is_gone_is_named(settings: Any) -> None:
    settings.PERSONAL_KEYS = {"old": OLD}
    sealed = encrypt(MOBILE, place="a.b")
    settings.PERSONAL_KEYS = {"new": NEW}
    with pytest.raises(Unreadable, match="no key 'old'"):
        decrypt(sealed, place="a.b")


@pytest.mark.django_db
def test_the_attribute_reads_and_writes_plain_text_by_every_way() -> None:
    user = make_user(mobile=MOBILE)
    assert User.objects.get(pk=user.pk).mobile == MOBILE
    user.mobile = "19900005678"
    user.save(update_fields=["mobile"])
    assert User.objects.get(mobile="19900005678") == user
    User.objects.update(mobile=MOBILE)
    assert list(User.objects.values_list("mobile", flat=True)) == [MOBILE]
    User.objects.bulk_update([user], ["mobile"])
    assert User.objects.get(mobile="19900005678") == user
    User.objects.update(mobile=F("mobile"))
    assert User.objects.get(mobile__in=["19900005678", MOBILE]) == user
    assert "19900005678" not in stored(user)
    User.objects.update(mobile=None)
    assert User.objects.get(mobile__isnull=True).mobile is None


@pytest.mark.django_db
def test_a_mobile_is_found_by_one_query_that_the_index_answers() -> None:
    user = make_user(mobile=MOBILE)
    make_user(mobile="19900005678")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert User.objects.filter(mobile=MOBILE).first() == user
    assert len(asked) == 1 and MOBILE not in asked[0]["sql"]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "Index Scan using mobile_of_one_user" in User.objects.filter(mobile=MOBILE).order_by().explain()


@pytest.mark.django_db
def test_two_users_cannot_have_one_mobile() -> None:
    make_user(mobile=MOBILE)
    with pytest.raises(IntegrityError, match="mobile_of_one_user") as told, transaction.atomic():
        make_user(mobile=MOBILE)
    assert MOBILE not in str(told.value)


@pytest.mark.django_db
def test_nothing_but_equality_can_be_asked() -> None:
    with pytest.raises(FieldError):
        User.objects.filter(mobile__contains="1990").exists()
    with pytest.raises(TypeError, match="not findable"):
        Letter.objects.filter(body="您的验证码").exists()


@pytest.mark.django_db
def test_rotation_turns_everything_over_and_the_old_key_can_go(settings: Any) -> None:
    settings.PERSONAL_KEYS = {"old": OLD}
    users = [make_user(mobile=f"1990000{n:04d}") for n in range(3)]
    make_user()
    letter = Letter.objects.create(channel="sms", recipient=MOBILE, body="您的验证码是 1234")
    settings.PERSONAL_KEYS = {"new": NEW, "old": OLD}
    assert User.objects.get(mobile="19900000001") == users[1]
    said = io.StringIO()
    call_command("rotate_keys", stdout=said)
    assert "accounts_user.mobile：3 项" in said.getvalue() and "kernel_letter.body：1 项" in said.getvalue()
    assert {stored(user).split("$")[1] for user in users} == {"new"}
    settings.PERSONAL_KEYS = {"new": NEW}
    assert User.objects.get(mobile="19900000001") == users[1]
    letter.refresh_from_db()
    assert (letter.recipient, letter.body) == (MOBILE, "您的验证码是 1234")
    call_command("rotate_keys", stdout=(again := io.StringIO()))
    assert "共 0 项" in again.getvalue()


@pytest.mark.django_db
def test_rotation_makes_fingerprints_anew_too(settings: Any) -> None:
    settings.PERSONAL_KEYS = {"old": OLD}
    user = make_user(mobile=MOBILE)
    settings.PERSONAL_KEYS, settings.PERSONAL_INDEX_KEY = {"new": NEW, "old": OLD}, b"i" * 32
    assert not User.objects.filter(mobile=MOBILE).exists()
    call_command("rotate_keys", stdout=io.StringIO())
    assert User.objects.get(mobile=MOBILE) == user


@pytest.mark.django_db
def test_the_migration_encrypts_what_stands_in_plain_and_gives_it_back() -> None:
    user, other = make_user(mobile=MOBILE), make_user(mobile="19900005678")
    make_user()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET mobile = %s WHERE id = %s", [MOBILE, user.pk])
    assert encrypt_all("accounts_user", "mobile", findable=True) == 1
    assert encrypt_all("accounts_user", "mobile", findable=True) == 0
    assert User.objects.get(mobile=MOBILE) == user and User.objects.get(mobile="19900005678") == other
    assert decrypt_all("accounts_user", "mobile") == 2
    assert (stored(user), stored(other)) == (MOBILE, "19900005678")
