"""The contact sheet of a province's organising unit (联系人信息表, 附表2), blank or filled."""

from dataclasses import dataclass
from datetime import date

from docx.shared import Pt

from cases.papers.layout import chinese_day, fill, heading_line, new_paper, ruled_table, set_height, to_bytes, write

FORM_TITLE = "各省（自治区、直辖市）活动组织单位联系人信息表"
_COLUMNS = (2.5, 5.2, 2.5, 5.2)


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
    filled = data or ContactSheetData()
    paper = new_paper(FORM_TITLE)
    write(paper.add_paragraph(), "附表2：")
    heading_line(paper, FORM_TITLE, size=16)
    rows = (
        ("单位名称", filled.unit, "部门", filled.department),
        ("联系人", filled.contact, "职务", filled.post),
        ("通讯地址", filled.address, "邮政编码", filled.postcode),
        ("联系电话", filled.telephone or "（  ）-", "手机", filled.mobile),
        ("微信号", filled.wechat, "QQ", filled.qq),
    )
    table = ruled_table(paper, _COLUMNS, len(rows) + 1)
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            fill(table.cell(row, column), text, centred=column % 2 == 0)
        set_height(table, row, 1.2)
    last = len(rows)
    fill(table.cell(last, 0), "电子邮箱", centred=True)
    fill(table.cell(last, 1).merge(table.cell(last, 3)), filled.email or "@")
    set_height(table, last, 1.2)
    if mailbox:
        when = f"于{chinese_day(due)}前" if due else ""
        note = paper.add_paragraph()
        note.paragraph_format.space_before = Pt(10)
        write(note, f"注：请各省级组织单位{when}通过电子邮件将此表发送到{mailbox}。")
    return to_bytes(paper)
