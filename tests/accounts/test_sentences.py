"""What a refused form of the gate says: plain Chinese, whichever library found the fault."""

import re

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from tests import factories

LATIN_WORD = re.compile(r"[A-Za-z]{4,}")


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("q7-研", "密码至少 8 位，请再加长一些。"),
        ("password", "这个密码太常见，容易被猜到，请换一个。"),
        ("83920175", "密码不能全是数字，请加入字母或符号。"),
        ("weiqiutang8", "密码与电子邮箱太相近，请换一个。"),
    ],
)
def test_a_weak_password_is_refused_in_chinese(password: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password, User(name="韦秋棠", email="weiqiutang8@example.cn"))
    assert refused.value.messages == [sentence]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "typed", "sentence"),
    [
        ("/accounts/login/code/", {}, "请填写手机号或电子邮箱，任选一项。"),
        ("/accounts/login/code/", {"email": "a@"}, "邮箱格式不对，例如 name@example.cn。"),
        ("/accounts/login/code/", {"email": "a@example.cn", "phone": "13812345678"}, "手机号和电子邮箱请只填一项。"),
        ("/accounts/password/reset/", {}, "请填写电子邮箱。"),
        ("/accounts/password/reset/", {"email": "a@"}, "邮箱格式不对，例如 name@example.cn。"),
        ("/accounts/signup/", {"email": "a@"}, "邮箱格式不对，例如 name@example.cn。"),
    ],
)
def test_a_refused_field_says_what_to_do(client: Client, address: str, typed: dict[str, str], sentence: str) -> None:
    page = client.post(address, typed)
    assert page.status_code == 200
    assert sentence in page.content.decode()
    said = re.findall(r'class="error"[^>]*>([^<]+)<', page.content.decode())
    assert [words for words in said if LATIN_WORD.search(words.replace("name@example.cn", ""))] == []


@pytest.mark.django_db
def test_what_is_missing_of_a_new_password_is_named(client: Client) -> None:
    client.force_login(factories.make_user())
    page = client.post("/accounts/password/change/", {}).content.decode()
    assert page.count("请填写当前密码。") == page.count("请填写新密码。") > 0
    assert "必填项" not in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "kept"), [("", "/my/new/"), ("?next=/my/", "/my/new/"), ("?next=/guide/", "/guide/")]
)
def test_who_registers_goes_on_to_a_new_case_unless_they_came_from_elsewhere(
    client: Client, asked: str, kept: str
) -> None:
    page = client.get(f"/accounts/signup/{asked}").content.decode()
    assert f'<input type="hidden" name="next" value="{kept}">' in page
