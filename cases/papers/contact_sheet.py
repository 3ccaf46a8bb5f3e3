"""The contact sheet of a province's organising unit (联系人信息表, 附表2), blank or filled."""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from cases.files.forms.text import clean
from cases.papers.layout import chinese_day
from cases.papers.setting import as_pdf, as_word

FORM_TITLE = "各省（自治区、直辖市）活动组织单位联系人信息表"
_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class ContactSheetData:
    """What a province's contact writes on 附表2 (R12); anything may be left empty."""

    unit: str = ""
    department: str = ""
    contact: str = ""
    post: str = ""
    address: str = ""
    postcode: str = ""
    telephone: str = ""
    mobile: str = ""
    wechat: str = ""
    qq: str = ""
    email: str = ""


def contact_sheet(data: ContactSheetData | None = None, *, due: date | None = None, mailbox: str = "") -> bytes:
    """附表2, blank without `data`.

    The note below it says where to send it and by when; both are data of the call (R12), and without a mailbox
    there is no note.
    """
    return as_word(_FOLDER / "contact_sheet.docx", _words(data, due, mailbox))


def contact_sheet_pdf(data: ContactSheetData, *, due: date | None = None, mailbox: str = "") -> bytes:
    """The same as PDF, to print and stamp. Refuses: MissingGlyph."""
    return as_pdf(_FOLDER / "contact_sheet.typ", _words(data, due, mailbox))


def _words(data: ContactSheetData | None, due: date | None, mailbox: str) -> dict[str, str]:
    words = {name: clean(value) for name, value in asdict(data or ContactSheetData()).items()}
    return words | {
        # What the form itself has where these go.
        "telephone": words["telephone"] or "（  ）-",
        "email": words["email"] or "@",
        "when": f"于{chinese_day(due)}前" if due else "",
        "mailbox": mailbox,
    }
