"""What the name of a file says of it before any byte is read: whether it may be carried, and which kind it claims."""

from typing import Final

from cases.files.kinds import KINDS, Kind, Purpose, extension_of, kind_named
from cases.files.unfit import Unfit

LONGEST_NAME: Final = 255
_BIDI: Final = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_OLD_WORD: Final = "不是 .docx 文档。请在 Word 或 WPS 中“另存为”.docx 后重新上传。"


def claimed_kind(name: str, purpose: Purpose) -> Kind:
    """Return the kind a name claims. Refuses names that no file may have and kinds that are not taken (R7, R8)."""
    if len(name) > LONGEST_NAME:
        raise Unfit("name_too_long", f"的文件名超过 {LONGEST_NAME} 个字。请改短文件名后再上传。")
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in name):
        raise Unfit("bad_name", "的文件名含有换行等控制字符。请重新命名后再上传。")
    if _BIDI & set(name):
        raise Unfit("bad_name", "的文件名含有改变文字方向的隐藏字符，容易被误认。请重新命名后再上传。")
    if "/" in name or "\\" in name or name.strip() in ("", ".", ".."):
        raise Unfit("bad_name", "的文件名含有路径符号。请重新命名（不用 / 和 \\）后再上传。")
    if name.startswith("~$"):
        raise Unfit(
            "lock_file", "是 Word 打开文件时的临时锁文件，不是文档本身。请关闭 Word，选择不带“~$”的那一份上传。"
        )
    claimed = kind_named(name, purpose)
    if claimed is not None:
        return claimed
    extension = extension_of(name)
    if extension in ("docm", "pptm", "xlsm", "dotm", "potm", "ppsm", "xltm"):
        raise Unfit("macros", "是含宏的格式，为安全起见不能接收。请另存为不含宏的普通格式后再上传。")
    if purpose == "document":
        raise Unfit("old_word" if extension in ("doc", "wps") else "wrong_kind", _OLD_WORD)
    if extension in ("doc", "wps"):
        raise Unfit("old_word", "是旧版 Word 格式，不能接收。请“另存为”.docx 或导出为 PDF 后再上传。")
    accepted = "、".join(one.slug for one in KINDS)
    raise Unfit("wrong_kind", f"的文件类型不能接收。请转换成以下类型之一后再上传：{accepted}。")
