"""附表2 read: the unit and its contact, and what is wrong with each."""

import re
from collections.abc import Sequence
from typing import Final

from accounts.contact import MOBILE
from accounts.contact import plain_digits as mobile_digits
from cases.files.forms.grid import Row
from cases.files.forms.labels import CONTACT, pairs
from cases.files.forms.text import folded, one_line, plain_digits

Problem = dict[str, str]

WORDS: Final = {
    "unit": "单位名称", "department": "部门", "contact": "联系人", "post": "职务", "address": "通讯地址",
    "postcode": "邮政编码", "telephone": "联系电话", "mobile": "手机", "wechat": "微信号", "qq": "QQ",
    "email": "电子邮箱",
}  # fmt: skip
ROOM: Final = {
    "unit": 80, "department": 60, "contact": 30, "post": 40, "address": 120, "telephone": 30, "wechat": 40,
    "email": 254,
}  # fmt: skip
"""Characters that the columns of the model hold."""
_OPTIONAL: Final = {"wechat", "qq"}
# What the blank form has where a value goes.
_BLANKS: Final = {"telephone": re.compile(r"[(（]?\s*[)）]?\s*[-－—]?"), "email": re.compile(r"[@＠]")}
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def read(rows: Sequence[Row]) -> tuple[dict[str, str], list[Problem]]:
    """Return the fields under the model's names, and a sentence for each that is missing or wrong."""
    said: dict[str, str] = {}
    for row in rows:
        for name, values in pairs(row.cells, CONTACT):
            text = one_line("\n".join(value.text for value in values if value.text))
            if not said.get(name):
                said[name] = _tidy(name, text)
    fields = {name: said.get(name, "") for name in WORDS}
    return fields, [
        {"field": name, "message": message}
        for name in WORDS
        if (message := _complaint(name, fields[name], lost=name not in said))
    ]


def _tidy(name: str, text: str) -> str:
    blank = _BLANKS.get(name)
    if blank and blank.fullmatch(text):
        return ""
    if name == "mobile":
        digits = mobile_digits(text)
        return digits if MOBILE.fullmatch(digits) else text
    if name in ("postcode", "qq"):
        return folded(text)
    if name == "email":
        return re.sub(r"\s+", "", text.replace("＠", "@"))
    return plain_digits(text) if name == "telephone" else text


def _complaint(name: str, value: str, *, lost: bool) -> str:
    words = WORDS[name]
    if lost:
        return "" if name in _OPTIONAL else f"没有找到“{words}”一栏，请对照附表 2 补上。"
    if not value:
        return "" if name in _OPTIONAL else f"“{words}”没有填写。"
    if len(value) > ROOM.get(name, len(value)):
        return f"{words}不能超过 {ROOM[name]} 字，请缩短。"
    wrong = {
        "mobile": not MOBILE.fullmatch(value) and "手机号应为 11 位数字，例如 13812345678。",
        "postcode": not re.fullmatch(r"[0-9]{6}", value) and "邮政编码应为 6 位数字。",
        "qq": not re.fullmatch(r"[0-9]{5,15}", value) and "QQ 号应为 5 位以上的数字。",
        "email": not _EMAIL.fullmatch(value) and "邮箱格式不对，例如 name@example.cn。",
    }
    return wrong.get(name) or ""
