"""How people write down a mobile number, and how the portal keeps it."""

import re
import unicodedata

from kernel.errors import Refusal

MOBILE = re.compile(r"1[3-9]\d{9}")


class NotAMobile(Refusal):
    code = "not_a_mobile"
    sentence = "手机号应为 11 位数字，请检查后重新填写。"


def mobile_digits(typed: str) -> str:
    """The 11 digits of a mainland mobile; full-width digits, spaces, hyphens and +86 are taken. Refuses: NotAMobile."""
    plain = unicodedata.normalize("NFKC", typed)
    digits = re.sub(r"[\s\-()]", "", plain)
    digits = re.sub(r"^(\+86|0086)", "", digits)
    if not MOBILE.fullmatch(digits):
        raise NotAMobile
    return digits
