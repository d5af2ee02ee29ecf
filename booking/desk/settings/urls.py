"""Addresses of the settings, and the page on which a new colleague joins."""

from django.urls import include, path

from booking.desk.settings import (
    branding,
    care,
    closed_days,
    hours,
    index,
    legal,
    mail_server,
    mails,
    people,
    practice,
    programs,
    rows,
    webhooks,
)

ROW_PATHS = [
    pattern
    for noun, folder in (
        ("service", "services"),
        ("add-on", "add-ons"),
        ("room", "rooms"),
        ("kit", "kits"),
        ("therapist", "team"),
    )
    for pattern in (
        path(f"{folder}/new/", rows.row_page, {"noun": noun}, name=f"desk-settings-{noun}-new"),
        path(f"{folder}/<int:key>/", rows.row_page, {"noun": noun}, name=f"desk-settings-{noun}"),
        path(f"{folder}/<int:key>/move/", rows.move_row, {"noun": noun}, name=f"desk-settings-{noun}-move"),
    )
]
PRACTICE_PATHS = [
    path(f"{part}/", practice.practice_part, {"part": part}, name=f"desk-settings-{part}") for part in practice.PARTS
]

SETTINGS = [
    path("", index.settings_page, name="desk-settings"),
    *PRACTICE_PATHS,
    *ROW_PATHS,
    path("branding/", branding.branding_page, name="desk-settings-branding"),
    path("pictures/<slug:slug>/", branding.picture_page, name="desk-settings-picture"),
    path("pictures/<slug:slug>/remove/", branding.clear_picture, name="desk-settings-picture-remove"),
    path("pictures/<slug:slug>/restore/", branding.restore, name="desk-settings-picture-restore"),
    path("pictures/<slug:slug>/forget/", branding.forget, name="desk-settings-picture-forget"),
    path("services/", rows.services_settings, name="desk-settings-services"),
    path("rooms/", rows.rooms_page, name="desk-settings-rooms"),
    path("team/", hours.team_page, name="desk-settings-team"),
    path("team/<int:key>/hours/", hours.hours_page, name="desk-settings-hours"),
    path("closed/", closed_days.closed_page, name="desk-settings-closed"),
    path("closed/<int:key>/open/", closed_days.open_again, name="desk-settings-closed-open"),
    path("closed/year/", closed_days.holiday_year_page, name="desk-settings-holidays"),
    path("holidays/<int:key>/switch/", closed_days.switch_holiday, name="desk-settings-holiday-switch"),
    path("mails/", mails.mails_page, name="desk-settings-mails"),
    path("mails/<slug:code>/", mails.mail_page, name="desk-settings-mail"),
    path("mails/<slug:code>/times/", mails.mail_times, name="desk-settings-mail-times"),
    path("mail-server/", mail_server.mail_server_page, name="desk-settings-mail-server"),
    path("legal/", legal.legal_details_page, name="desk-settings-legal"),
    path("legal/<slug:kind>/", legal.legal_text_page, name="desk-settings-legal-text"),
    path("care/", care.care_settings, name="desk-settings-care"),
    path("care/<slug:kind>/<slug:slug>/", care.switch_care, name="desk-settings-care-switch"),
    path("people/", people.people_page, name="desk-settings-people"),
    path("people/invite/", people.invite_page, name="desk-settings-invite"),
    path("people/<int:key>/", people.person_page, name="desk-settings-person"),
    path("people/<int:key>/switch/", people.switch_person, name="desk-settings-person-switch"),
    path("people/<int:key>/factor/", people.drop_second_factor, name="desk-settings-person-factor"),
    path("invitations/<uuid:public_id>/send/", people.invite_again, name="desk-settings-invitation-send"),
    path("invitations/<uuid:public_id>/withdraw/", people.withdraw, name="desk-settings-invitation-withdraw"),
    path("programs/", programs.programs_page, name="desk-settings-programs"),
    path("programs/new/", programs.new_program, name="desk-settings-program-new"),
    path("programs/<int:key>/revoke/", programs.revoke_program, name="desk-settings-program-revoke"),
    path("webhooks/", webhooks.webhooks_page, name="desk-settings-webhooks"),
    path("webhooks/new/", webhooks.new_webhook, name="desk-settings-webhook-new"),
    path("webhooks/<uuid:public_id>/", webhooks.webhook_page, name="desk-settings-webhook"),
    path("webhooks/<uuid:public_id>/test/", webhooks.test_webhook, name="desk-settings-webhook-test"),
    path("webhooks/<uuid:public_id>/switch/", webhooks.switch_webhook, name="desk-settings-webhook-switch"),
    path("webhooks/<uuid:public_id>/secret/", webhooks.new_secret, name="desk-settings-webhook-secret"),
    path("webhooks/<uuid:public_id>/remove/", webhooks.remove_webhook, name="desk-settings-webhook-remove"),
    path(
        "webhooks/<uuid:public_id>/deliveries/<int:key>/send/",
        webhooks.send_delivery_again,
        name="desk-settings-webhook-send",
    ),
]

urlpatterns = [
    path("desk/settings/", include(SETTINGS)),
    path("invitation/<str:key>/", people.invitation_page, name="invitation"),
]
