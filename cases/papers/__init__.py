"""The activity's papers (附表1, 附表2, the document template) as .docx bytes; knows nothing of models."""

from cases.papers.contact_sheet import ContactSheetData, contact_sheet
from cases.papers.document_template import document_template
from cases.papers.information_sheet import (
    InformationSheet,
    SheetAuthor,
    blank_information_sheet,
    filled_information_sheet,
)

__all__ = [
    "ContactSheetData",
    "InformationSheet",
    "SheetAuthor",
    "blank_information_sheet",
    "contact_sheet",
    "document_template",
    "filled_information_sheet",
]
