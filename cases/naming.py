"""Which names a file may carry; a name that is taken comes back exactly as it was typed."""

import unicodedata

from cases.files.inspection import refused
from cases.files.kinds import Purpose
from cases.files.names import claimed_kind
from cases.files.unfit import Unfit
from kernel.errors import Refusal

LONGEST_NAME = 255
LONGEST_TITLE = 60
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class BadName(Refusal):
    """The name of the file on the author's device."""

    code = "bad_name"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="file")


class WrongKind(Refusal):
    """By its name the file is of a kind that the portal does not take here."""

    code = "wrong_kind"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="file")


class BadTitle(Refusal):
    """The name the author gives a supporting file."""

    code = "bad_title"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="title")


class BadCategory(Refusal):
    """The category of a supporting file (R8)."""

    code = "bad_category"

    def __init__(self) -> None:
        super().__init__("请选择材料的类别。", field="category")


def check_name(name: str) -> str:
    """The name unchanged. Refuses (BadName) paths, NUL, line breaks, hidden marks and what is too long."""
    if not name.strip():
        raise BadName("文件没有名称。请给文件起个名字后再上传。")
    if len(name) > LONGEST_NAME:
        raise BadName(f"文件名有 {len(name)} 个字符，超过 {LONGEST_NAME} 个。请改短文件名后再上传。")
    if "\0" in name:
        raise BadName("文件名里含有空字符，这个文件可能已损坏。请重新命名后再上传。")
    if "\r" in name or "\n" in name:
        raise BadName("文件名里含有换行。请把文件名改成一行后再上传。")
    if _BIDI.intersection(name):
        raise BadName("文件名里含有改变文字方向的隐藏字符，容易让人看错。请重新输入文件名后再上传。")
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
        raise BadName("文件名里含有看不见的控制字符。请重新命名后再上传。")
    if "/" in name or "\\" in name or name.strip() in (".", ".."):
        raise BadName("文件名里含有路径符号（/、\\ 或 ..）。请去掉后再上传。")
    return name


def check_kind(name: str, purpose: Purpose) -> str:
    """The name unchanged. Refuses (WrongKind) what the inspector would refuse for its name alone, in its words."""
    try:
        claimed_kind(name, purpose)
    except Unfit as unfit:
        raise WrongKind(refused(name, unfit.code, unfit.reason).message) from None
    return name


def check_title(title: str) -> str:
    """The title without blanks around it. Refuses (BadTitle) what is empty, too long or holds hidden marks."""
    title = title.strip()
    if not title:
        raise BadTitle("请填写材料名称，让评审人员一看就明白这是什么。")
    if len(title) > LONGEST_TITLE:
        raise BadTitle(f"材料名称有 {len(title)} 个字，请压缩到 {LONGEST_TITLE} 个字以内。")
    if _BIDI.intersection(title) or any(unicodedata.category(letter) in ("Cc", "Cs") for letter in title):
        raise BadTitle("材料名称里含有看不见的控制字符。请重新输入一遍。")
    return title
