"""What each role gets from each address of the portal: the tables that tests/test_access.py walks."""

ROLES = (
    "anonymous", "author", "other_author", "province", "other_province", "expert", "other_expert", "centre",
)  # fmt: skip
MEMBERS = ROLES[1:]
SEEN, AWAY, LOGIN, NOBODY, FORBIDDEN, MISSING, NO_GET = 200, 302, "login", 401, 403, 404, 405
BAD = 400

Outcome = int | str


def everyone(outcome: Outcome) -> dict[str, Outcome]:
    return dict.fromkeys(ROLES, outcome)


def members(outcome: Outcome) -> dict[str, Outcome]:
    """Everyone who is logged in is an author too (R1)."""
    return {**everyone(outcome), "anonymous": LOGIN}


def owner(own: Outcome) -> dict[str, Outcome]:
    """The author's own thing: nobody else, however high, has it under this address."""
    return {**members(MISSING), "author": own}


def script(outcome: dict[str, Outcome]) -> dict[str, Outcome]:
    """An address that speaks JSON: it tells who is nobody so, and sends nobody to a page."""
    return {**outcome, "anonymous": NOBODY}


def desk(*who: str, own: Outcome, others: Outcome | None = None) -> dict[str, Outcome]:
    """A desk's address: `who[0]` owns the object, the others of the same role get `others`."""
    table = {**everyone(FORBIDDEN), "anonymous": LOGIN, who[0]: own}
    return table | dict.fromkeys(who[1:], own if others is None else others)


def province(own: Outcome, others: Outcome | None = None) -> dict[str, Outcome]:
    return desk("province", "other_province", own=own, others=others)


def expert(own: Outcome, others: Outcome | None = None) -> dict[str, Outcome]:
    return desk("expert", "other_expert", own=own, others=others)


def centre(own: Outcome) -> dict[str, Outcome]:
    return desk("centre", own=own)


def guest(outcome: Outcome, inside: Outcome) -> dict[str, Outcome]:
    """Pages of logging in: those who are inside already are led away."""
    return {**everyone(inside), "anonymous": outcome}


# {name of the address: what a GET gives to each role}. An address that is not listed here fails the test.
GET: dict[str, dict[str, Outcome]] = {}
GET |= dict.fromkeys(
    (
        "healthz", "readyz", "home", "guide", "guide_type", "guide_information_sheet", "guide_document_template",
        "cover", "contact_sheet_paper", "gallery", "gallery_case", "gallery_file", "results_call", "results_csv",
        "certificates",
        "certificate", "certificate_pdf", "certificate_picture", "notices", "notice", "help", "privacy",
        "help_account", "help_author", "help_province", "help_expert", "help_centre",
        "accessibility", "units", "contact_sheet", "contact_form", "contact_sheet_sent", "activate",
        "demo_outbox", "demo_clock",
    ),
    everyone(SEEN),
)  # fmt: skip
GET |= {"results": everyone(AWAY)}
# Logging in, and what comes before it; steps without a beginning lead back to it.
GET |= dict.fromkeys(("account_login", "account_signup", "account_request_login_code"), guest(SEEN, AWAY))
GET |= {
    "account_logout": guest(AWAY, SEEN),
    "account_inactive": everyone(SEEN),
    "account_login_link": guest(SEEN, AWAY),
    "account_take_back": everyone(SEEN),
    "account_reauthenticate": members(SEEN),
    "account": members(SEEN),
    "account_confirm_contact": members(AWAY),
    "account_prove": members(SEEN),
    "mfa_index": members(AWAY),
    "mfa_authenticate": everyone(AWAY),
    "mfa_reauthenticate": members(AWAY),
    "mfa_activate_totp": members(AWAY),
    "mfa_deactivate_totp": members(MISSING),
    "mfa_view_recovery_codes": members(MISSING),
    "mfa_generate_recovery_codes": members(AWAY),
    "account_change_email": members(AWAY),
    "account_change_phone": members(AWAY),
    "account_email_verification_sent": everyone(AWAY),
    "account_verify_phone": everyone(AWAY),
    "account_confirm_login_code": everyone(AWAY),
    "account_reset_password": everyone(SEEN),
    "account_confirm_password_reset_code": everyone(AWAY),
    "account_complete_password_reset": everyone(AWAY),
    "account_reset_password_from_key_done": everyone(SEEN),
    "account_password_reset_completed": everyone(SEEN),
    "account_change_password": members(SEEN),
    "account_set_password": members(AWAY),
    "account_email": members(AWAY),
    "desk": members(AWAY),
}
GET |= dict.fromkeys(("my_cases", "my_new", "my_messages", "my_privacy"), members(SEEN))
GET |= dict.fromkeys(
    (
        "my_case", "my_type", "my_sheet", "my_document", "my_materials", "my_material", "my_file", "my_declaration",
        "my_check", "my_blind", "my_receipt", "my_paper", "my_paper_pdf", "my_form", "my_certificate", "my_coauthor",
    ),
    owner(SEEN),
)  # fmt: skip
GET |= {"api_uploads": script(members(BAD)), "api_upload": script(owner(SEEN))}  # it does not say of which case
GET |= dict.fromkeys(("screening_home", "screening_colleagues", "screening_letter"), province(SEEN))
GET |= {"screening_recommendations": province(SEEN)}
GET |= dict.fromkeys(
    ("screening_cases", "screening_preview", "screening_export", "screening_cases_export"), province(SEEN)
)

GET |= dict.fromkeys(("screening_case", "screening_likeness", "screening_file"), province(SEEN, MISSING))
GET |= {"expert_pile": expert(SEEN), "expert_declaration": expert(SEEN)}
GET |= {"expert_done": expert(AWAY)}  # nobody is done here
GET |= dict.fromkeys(("expert_score", "expert_recuse", "expert_likeness", "expert_file"), expert(SEEN, MISSING))
GET |= dict.fromkeys(
    (
        "centre_home", "centre_calls", "centre_call_new", "centre_call", "centre_cases", "centre_case",
        "centre_likeness", "centre_assignment", "centre_draw_run", "centre_decisions", "centre_jobs", "centre_audit",
        "centre_audit_export", "centre_file", "centre_publication", "centre_published", "centre_notices",
        "centre_notice_new", "centre_notice_edit", "centre_provinces", "centre_forms", "centre_sheet", "centre_experts",
        "centre_sending", "centre_sheet_correct", "centre_experts_import", "centre_experts_template",
        "help_operator", "centre_progress", "centre_cases_export", "centre_assignment_export",
        "centre_decisions_export", "centre_progress_export", "centre_list",
    ),
    centre(SEEN),
)  # fmt: skip

GET |= {"my_copy": {**members(MISSING), "author": SEEN}}

# {name of an address that takes POST alone: what a POST gives to each role}.
POST: dict[str, dict[str, Outcome]] = dict.fromkeys(
    ("my_delete", "my_withdraw", "my_consent", "my_section"), owner(AWAY)
)
POST |= dict.fromkeys(("api_upload_parts", "api_upload_complete"), script(owner(BAD)))  # with nothing said
POST |= dict.fromkeys(("screening_recommend_many", "screening_reorder", "screening_seal"), province(AWAY))
POST |= dict.fromkeys(
    (
        "screening_verdict", "screening_notes", "screening_reopen", "screening_take_back", "screening_withdraw",
    ),
    province(AWAY, MISSING),
)  # fmt: skip
POST |= dict.fromkeys(
    ("centre_notice_delete", "centre_resend", "centre_revoke", "centre_expert_switch", "centre_admin_switch"),
    centre(AWAY),
)

POST |= {"contact_filled": everyone(SEEN)}
POST |= {"screening_contacts": province(SEEN, MISSING)}
POST |= {"account_end_sessions": members(AWAY)}
POST |= {"account_here": script({**desk("centre", "province", "other_province", "expert", "other_expert", own=SEEN)})}

# {name of an address that takes PUT alone: what a PUT gives to each role}: a signature counts there, and nobody's role.
PUT: dict[str, dict[str, Outcome]] = {"part": everyone(FORBIDDEN)}
