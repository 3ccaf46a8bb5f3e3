"""The one way a reader says that a file cannot be taken."""


class Unfit(Exception):
    """A file is refused: `code` is a short English slug, `reason` a Chinese sentence with the next step.

    The sentence follows the file's quoted name, so it begins with a predicate: “已损坏，请……”.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


def damaged() -> Unfit:
    """The bytes do not hold together."""
    return Unfit("damaged", "已损坏或不完整，无法打开。请在电脑上确认能正常打开，重新保存后再上传。")


def bomb() -> Unfit:
    """What is packed is out of all proportion."""
    return Unfit("bomb", "解压后的内容异常庞大，为安全起见不能接收。请打开原文件，删去多余内容后“另存为”一份再上传。")


def strange() -> Unfit:
    """The container is not built as any office program builds it."""
    return Unfit("strange_zip", "的内部结构不规范，为安全起见不能接收。请用 Office 或 WPS 打开后“另存为”一份再上传。")


def encrypted() -> Unfit:
    """A password stands between the file and its readers."""
    return Unfit("encrypted", "设有打开密码，评审人员无法查看。请取消密码、重新保存后再上传。")


def macros() -> Unfit:
    """The file carries macros."""
    return Unfit("macros", "含有宏，为安全起见不能接收。请用 Office 或 WPS 另存为不含宏的普通格式后再上传。")


def program() -> Unfit:
    """The file carries or starts a program."""
    return Unfit("program", "里嵌有可运行的程序，为安全起见不能接收。请删去该嵌入对象、重新保存后再上传。")


def polyglot() -> Unfit:
    """The file also opens as something else."""
    return Unfit("polyglot", "里还夹带着另一种文件的内容，为安全起见不能接收。请用原来的软件重新导出一份再上传。")
