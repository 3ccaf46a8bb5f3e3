"""Addresses of the accounts app. The names that begin with account_ are those that allauth looks for."""

from django.urls import path

from accounts.views import activation, experts, inbox, provinces, session

urlpatterns = [
    path("accounts/login/", session.login, name="account_login"),
    path("accounts/logout/", session.logout, name="account_logout"),
    path("accounts/signup/", session.signup, name="account_signup"),
    path("accounts/inactive/", session.inactive, name="account_inactive"),
    path("accounts/confirm-email/", session.confirm_email, name="account_email_verification_sent"),
    path("accounts/phone/verify/", session.verify_phone, name="account_verify_phone"),
    path("accounts/login/code/", session.request_login_code, name="account_request_login_code"),
    path("accounts/login/code/confirm/", session.confirm_login_code, name="account_confirm_login_code"),
    path("accounts/password/reset/", session.reset_password, name="account_reset_password"),
    path("accounts/password/reset/confirm/", session.confirm_reset, name="account_confirm_password_reset_code"),
    path("accounts/password/reset/complete/", session.complete_reset, name="account_complete_password_reset"),
    path("accounts/password/reset/done/", session.reset_done, name="account_reset_password_from_key_done"),
    path("accounts/password/change/", session.change_password, name="account_change_password"),
    path("accounts/password/set/", session.set_password, name="account_set_password"),
    path("accounts/password/reset/completed/", session.reset_done, name="account_password_reset_completed"),
    path("accounts/email/", session.desk, name="account_email"),
    path("accounts/desk/", session.desk, name="desk"),
    path("my/messages/", inbox.my_messages, name="my_messages"),
    path("contact-sheet/", activation.contact_sheet, name="contact_sheet"),
    path("contact-sheet/sent/", activation.contact_sheet_sent, name="contact_sheet_sent"),
    path("activate/", activation.activation, name="activate"),
    path("centre/provinces/", provinces.centre_provinces, name="centre_provinces"),
    path("centre/provinces/sheets/<int:sheet_id>/", provinces.centre_sheet, name="centre_sheet"),
    path("centre/provinces/sending/", provinces.centre_sending, name="centre_sending"),
    path("centre/provinces/sheets/<int:sheet_id>/edit/", provinces.centre_sheet_correct, name="centre_sheet_correct"),
    path("centre/provinces/admins/<int:admin_id>/switch/", provinces.centre_admin_switch, name="centre_admin_switch"),
    path("centre/provinces/sheets/<int:sheet_id>/code/", provinces.centre_resend, name="centre_resend"),
    path("centre/provinces/codes/<int:code_id>/revoke/", provinces.centre_revoke, name="centre_revoke"),
    path("centre/experts/", experts.centre_experts, name="centre_experts"),
    path("centre/experts/<int:expert_id>/switch/", experts.centre_expert_switch, name="centre_expert_switch"),
]
