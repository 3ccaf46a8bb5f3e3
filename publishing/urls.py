"""Addresses of the publishing app."""

from django.urls import URLPattern, path, register_converter

from publishing.views import (
    certificates,
    contact_forms,
    gallery,
    guide,
    home,
    notices,
    noticing,
    pages,
    publication,
    results,
)


class TypeConverter:
    """One of the three case types (R2)."""

    regex = "region|school|studio"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return str(value)


class NumberConverter(TypeConverter):
    """A case number such as 2024-42-7K3M9Q."""

    regex = "[0-9A-Z-]{1,20}"


class VariantConverter(TypeConverter):
    """A name under which something derived from a file is kept: no folders."""

    regex = r"[A-Za-z0-9._-]{1,60}"


register_converter(TypeConverter, "casetype")
register_converter(NumberConverter, "casenumber")
register_converter(VariantConverter, "publicvariant")

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("guide/", guide.guide, name="guide"),
    path("contact-sheet/blank.docx", guide.contact_sheet, name="contact_sheet_paper"),
    path("contact-sheet/form/", contact_forms.contact_form, name="contact_form"),
    path("contact-sheet/filled.<str:kind>", contact_forms.contact_filled, name="contact_filled"),
    path("guide/<casetype:type>/", guide.guide_type, name="guide_type"),
    path("guide/<casetype:type>/information-sheet.docx", guide.information_sheet, name="guide_information_sheet"),
    path("guide/<casetype:type>/document-template.docx", guide.template, name="guide_document_template"),
    path("covers/<casetype:type>/<casenumber:number>.svg", gallery.cover, name="cover"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("gallery/<casenumber:number>/", gallery.gallery_case, name="gallery_case"),
    path(
        "gallery/<casenumber:number>/files/<str:kind>/<int:pk>/<publicvariant:variant>",
        gallery.gallery_file,
        name="gallery_file",
    ),
    path("results/", results.latest, name="results"),
    path("results/<slug:call>/", results.results_call, name="results_call"),
    path("results/<slug:call>/list.csv", results.results_csv, name="results_csv"),
    path("certificates/", certificates.look_up, name="certificates"),
    path("certificates/<str:code>/", certificates.certificate, name="certificate"),
    path("certificates/<str:code>/certificate.pdf", certificates.pdf, name="certificate_pdf"),
    path("certificates/<str:code>/certificate.png", certificates.picture, name="certificate_picture"),
    path("my/<int:case_id>/certificate/", certificates.my_certificate, name="my_certificate"),
    path("notices/", notices.notices, name="notices"),
    path("notices/<int:notice_id>/", notices.notice, name="notice"),
    path("help/", pages.help_page, name="help"),
    path("help/account/", pages.help_guide, {"name": "account"}, name="help_account"),
    path("help/author/", pages.help_guide, {"name": "author"}, name="help_author"),
    path("help/province/", pages.help_guide, {"name": "province"}, name="help_province"),
    path("help/expert/", pages.help_guide, {"name": "expert"}, name="help_expert"),
    path("help/centre/", pages.help_guide, {"name": "centre"}, name="help_centre"),
    path("help/operator/", pages.help_operator, name="help_operator"),
    path("privacy/", pages.privacy, name="privacy"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("centre/publication/", publication.centre_publication, name="centre_publication"),
    path("centre/publication/<int:case_id>/", publication.centre_published, name="centre_published"),
    path("centre/notices/", noticing.centre_notices, name="centre_notices"),
    path("centre/notices/new/", noticing.centre_notice_new, name="centre_notice_new"),
    path("centre/notices/<int:notice_id>/", noticing.centre_notice_edit, name="centre_notice_edit"),
    path("centre/notices/<int:notice_id>/delete/", noticing.centre_notice_delete, name="centre_notice_delete"),
]
