"""The activity's papers (附表1, 附表2, the document template) as Word and PDF files; knows nothing of models.

The forms are templates beside this file that anyone can open in Word; `cases.files.forms` reads them back.
"""

from cases.papers.contact_sheet import ContactSheetData, contact_sheet, contact_sheet_pdf
from cases.papers.document_template import document_template
from cases.papers.information_sheet import (
    InformationSheet,
    SheetAuthor,
    blank_information_sheet,
    filled_information_sheet,
    information_sheet_pdf,
)

__all__ = [
    "ContactSheetData",
    "InformationSheet",
    "SheetAuthor",
    "blank_information_sheet",
    "contact_sheet",
    "contact_sheet_pdf",
    "document_template",
    "filled_information_sheet",
    "information_sheet_pdf",
]
