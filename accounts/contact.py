"""How people write down a mobile number, and how the portal keeps it."""

import re
import unicodedata

from kernel.errors import Refusal

MOBILE = re.compile(r"1[3-9][0-9]{9}")


class NotAMobile(Refusal):
    code = "not_a_mobile"
    sentence = "手机号应为 11 位数字，例如 13812345678。"


def plain_digits(typed: str) -> str:
    """A mobile as typed, without +86, spaces and hyphens, full-width digits made plain; whatever it is then."""
    digits = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", typed))
    return re.sub(r"^(\+86|0086)", "", digits)


def mobile_digits(typed: str) -> str:
    """The 11 digits of a mainland mobile. Refuses: NotAMobile."""
    digits = plain_digits(typed)
    if not MOBILE.fullmatch(digits):
        raise NotAMobile
    return digits
