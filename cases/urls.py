"""Addresses of the cases app."""

from django.urls import URLPattern, path

from cases.views import (
    blind,
    doctor,
    document,
    files,
    forms,
    handing_in,
    materials,
    mine,
    parts,
    privacy,
    sheet,
    uploads,
)

urlpatterns: list[URLPattern] = [
    path("my/", mine.my_cases, name="my_cases"),
    path("my/new/", mine.my_new, name="my_new"),
    path("my/privacy/", privacy.my_privacy, name="my_privacy"),
    path("my/privacy/copy/<int:copy_id>/", privacy.my_copy, name="my_copy"),
    path("my/<int:case_id>/", mine.my_case, name="my_case"),
    path("my/<int:case_id>/type/", mine.my_type, name="my_type"),
    path("my/<int:case_id>/delete/", mine.my_delete, name="my_delete"),
    path("my/<int:case_id>/sheet/", sheet.my_sheet, name="my_sheet"),
    path("my/<int:case_id>/document/", document.my_document, name="my_document"),
    path("my/<int:case_id>/document/blind/", blind.my_blind, name="my_blind"),
    path("my/<int:case_id>/document/section/", doctor.my_section, name="my_section"),
    path("my/<int:case_id>/materials/", materials.my_materials, name="my_materials"),
    path("my/<int:case_id>/materials/<int:file_id>/", materials.my_material, name="my_material"),
    path("my/files/<str:kind>/<int:pk>/<str:variant>", files.my_file, name="my_file"),
    path("my/<int:case_id>/declaration/", sheet.my_declaration, name="my_declaration"),
    path("my/<int:case_id>/check/", handing_in.my_check, name="my_check"),
    path("my/<int:case_id>/receipt/", handing_in.my_receipt, name="my_receipt"),
    path("my/<int:case_id>/form/", forms.my_form, name="my_form"),
    path("my/<int:case_id>/sheet.docx", forms.my_paper, name="my_paper"),
    path("my/<int:case_id>/sheet.pdf", forms.my_paper_pdf, name="my_paper_pdf"),
    path("my/<int:case_id>/withdraw/", handing_in.my_withdraw, name="my_withdraw"),
    path("my/<int:case_id>/consent/", handing_in.my_consent, name="my_consent"),
    path("api/uploads", uploads.api_uploads, name="api_uploads"),
    path("api/uploads/<uuid:upload_id>", uploads.api_upload, name="api_upload"),
    path("api/uploads/<uuid:upload_id>/parts", uploads.api_upload_parts, name="api_upload_parts"),
    path("api/uploads/<uuid:upload_id>/complete", uploads.api_upload_complete, name="api_upload_complete"),
    path("part/<uuid:upload_id>/<int:number>", parts.part, name="part"),
]
