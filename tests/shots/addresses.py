"""Which address of the portal is a page, and whose: the table that the tour of pictures walks.

A new address belongs into one of these tables (or into POST of tests/access_tables.py); a test compares them with the
resolver. Which object a page is shown with stands in tests/shots/samples.py.
"""

ANYONE, AUTHOR, PROVINCE, EXPERT, CENTRE = "public", "author", "province", "expert", "centre"
LOGINS = {AUTHOR: "teacher", PROVINCE: "province", EXPERT: "expert", CENTRE: "centre"}
"""The account of the demo that plays each role; the public has none."""

NOBODYS = {AUTHOR: "teacher3", PROVINCE: "province3", EXPERT: "expert4"}
"""The accounts of the demo that have nothing yet."""

# {name of the address: the role whose page it is}. A page that others may see too is compared with theirs.
PAGES: dict[str, str] = dict.fromkeys(
    (
        "home", "guide", "guide_type", "gallery", "gallery_case", "results_call", "certificates", "certificate",
        "notices", "notice", "help", "help_account", "help_author", "help_province", "help_expert", "help_centre",
        "privacy", "accessibility", "contact_sheet", "contact_form", "contact_sheet_sent", "activate",
        "account_login", "account_signup", "account_request_login_code", "account_inactive", "account_reset_password",
        "account_reset_password_from_key_done", "account_password_reset_completed", "demo_outbox", "demo_clock",
    ),
    ANYONE,
)  # fmt: skip
PAGES |= dict.fromkeys(
    (
        "account_logout", "account_change_password", "account", "account_reauthenticate", "account_prove",
        "my_cases", "my_new", "my_messages", "my_case", "my_type",
        "my_privacy", "my_sheet", "my_form", "my_document", "my_blind", "my_materials", "my_material",
        "my_declaration", "my_check", "my_receipt", "my_certificate", "my_coauthor",
    ),
    AUTHOR,
)  # fmt: skip
PAGES |= dict.fromkeys(
    (
        "screening_home", "screening_colleagues", "screening_cases", "screening_case", "screening_likeness",
        "screening_recommendations", "screening_preview", "screening_letter",
    ),
    PROVINCE,
)  # fmt: skip
PAGES |= dict.fromkeys(
    ("expert_pile", "expert_declaration", "expert_done", "expert_score", "expert_likeness", "expert_recuse"), EXPERT
)
PAGES |= dict.fromkeys(
    (
        "centre_home", "centre_calls", "centre_call_new", "centre_call", "centre_cases", "centre_case",
        "centre_likeness", "centre_assignment", "centre_decisions", "centre_jobs", "centre_audit", "centre_publication",
        "centre_published", "centre_notices", "centre_notice_new", "centre_notice_edit", "centre_provinces",
        "centre_forms", "centre_sheet", "centre_sheet_correct", "centre_experts", "centre_progress", "centre_list",
        "help_operator", "centre_experts_import",
    ),
    CENTRE,
)  # fmt: skip

# Pages that only stand in the middle of a way: tests/shots/plays.py walks it.
STEPS = dict.fromkeys(
    (
        "account_email_verification_sent", "account_confirm_login_code", "account_confirm_password_reset_code",
        "account_complete_password_reset", "account_login_link", "account_take_back",
    ),
    ANYONE,
)  # fmt: skip

STEPS |= dict.fromkeys(
    (
        "account_change_email", "account_change_phone", "account_confirm_contact", "mfa_authenticate",
        "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
    ),
    AUTHOR,
)  # fmt: skip

# No page of their own: they lead on (the mobile's code is asked for only where SMS is the way in).
LEAD_ON = {"mfa_index", "results", "desk", "account_email", "account_set_password", "account_verify_phone"}

# Bytes, not pages.
FILES = {
    "part", "api_uploads", "api_upload",
    "healthz", "readyz", "units", "guide_information_sheet", "guide_document_template", "cover", "contact_sheet_paper",
    "gallery_file", "results_csv", "certificate_pdf", "certificate_picture", "my_file", "my_paper",
    "my_paper_pdf", "my_copy", "screening_file",
    "screening_export", "screening_cases_export", "centre_audit_export", "expert_file", "centre_file",
    "centre_draw_run", "centre_sending", "centre_experts_template",
    "centre_cases_export", "centre_assignment_export", "centre_decisions_export",
    "centre_progress_export",
}  # fmt: skip

# {page one works on: the states it must be shown in beside the usual one}.
STATES: dict[str, tuple[str, ...]] = {
    "gallery": ("empty", "full"),
    "gallery_case": ("full",),
    "results_call": ("empty", "full"),
    "certificates": ("error", "empty"),
    "contact_sheet": ("error",),
    "contact_form": ("error", "read"),
    "activate": ("error",),
    "account_login": ("error",),
    "account_signup": ("error",),
    "account_request_login_code": ("error",),
    "account_reset_password": ("error",),
    "account_confirm_login_code": ("error",),
    "account_confirm_password_reset_code": ("error",),
    "account_complete_password_reset": ("error",),
    "account_email_verification_sent": ("error",),
    "account_change_password": ("error",),
    "demo_outbox": ("empty",),
    "my_cases": ("empty", "full"),
    "my_new": ("error",),
    "my_messages": ("empty", "full"),
    "my_case": ("empty", "full"),
    "my_sheet": ("empty", "error", "full"),
    "my_form": ("error", "read"),
    "my_document": ("empty", "error", "full"),
    "my_blind": ("made",),
    "my_coauthor": ("error",),
    "my_materials": ("empty", "error", "full", "sending", "cut", "paused"),
    "my_material": ("error",),
    "my_declaration": ("empty", "error", "full"),
    "my_check": ("empty", "full"),
    "my_receipt": ("full",),
    "my_certificate": ("empty",),
    "screening_home": ("empty",),
    "screening_cases": ("empty",),
    "screening_case": ("error", "full"),
    "screening_recommendations": ("empty", "error", "full"),
    "screening_preview": ("empty", "full"),
    "screening_letter": ("full",),
    "expert_pile": ("empty", "full"),
    "expert_score": ("empty", "error", "full"),
    "expert_recuse": ("error",),
    "expert_declaration": ("error",),
    "centre_home": ("empty",),
    "centre_call_new": ("error",),
    "centre_call": ("error",),
    "centre_cases": ("empty", "full"),
    "centre_case": ("error", "full"),
    "centre_assignment": ("empty", "full"),
    "centre_decisions": ("empty", "error", "full"),
    "centre_jobs": ("full",),
    "centre_audit": ("empty", "full"),
    "centre_publication": ("empty", "full"),
    "centre_notice_new": ("error",),
    "centre_notice_edit": ("error",),
    "centre_forms": ("error", "read"),
    "centre_provinces": ("full",),
    "centre_sheet": ("error",),
    "centre_experts": ("error", "full"),
    "centre_experts_import": ("error", "read"),
    "centre_list": ("full", "empty"),
}

PRINTED = {
    ("my_receipt", "full"), ("gallery_case", "full"), ("results_call", "full"), ("certificate", "page"),
    ("help", "page"), ("help_author", "page"), ("screening_recommendations", "full"), ("screening_letter", "full"),
    ("expert_score", "full"), ("centre_decisions", "full"), ("centre_publication", "full"), ("guide_type", "school"),
    ("my_check", "full"), ("notice", "page"),
}  # fmt: skip
"""(page, state) of what people print."""


def sorted_out() -> dict[str, int]:
    """{name of an address: in how many tables it stands}: each must stand in exactly one."""
    counts: dict[str, int] = {}
    for table in (PAGES, STEPS, LEAD_ON, FILES):
        for name in table:
            counts[name] = counts.get(name, 0) + 1
    return counts
