"""Addresses of a signed-in client's own pages."""

from django.urls import path

from booking.website.me import address, care, home, rebook, record, sign_in

urlpatterns = [
    path("me/", home.client_home, name="me"),
    path("me/sign-in/", sign_in.sign_in_by_mail, name="me-sign-in"),
    path("me/code/", sign_in.enter_code, name="me-code"),
    path("me/<uuid:public_id>/", home.client_home_of_file, name="me-file"),
    path("me/<uuid:public_id>/again/<slug:slug>/", rebook.rebook_page, name="me-rebook"),
    path("me/<uuid:public_id>/care/", care.care_page, name="me-care"),
    path("me/<uuid:public_id>/answers/", care.answers_page, name="me-answers"),
    path("me/<uuid:public_id>/answers/new/", care.start_new_intake, name="me-new-intake"),
    path("me/<uuid:public_id>/consent/", care.consent_page, name="me-consent"),
    path("me/<uuid:public_id>/consent/withdraw/", care.withdraw_consent, name="me-consent-withdraw"),
    path("me/<uuid:public_id>/consent/undo/", care.undo_consent_withdrawal, name="me-consent-undo"),
    path("me/<uuid:public_id>/mails/", record.mail_preferences, name="me-mails"),
    path("me/<uuid:public_id>/data/", record.record_page, name="me-record"),
    path("me/<uuid:public_id>/data/name/", record.correct_name, name="me-name"),
    path("me/<uuid:public_id>/data/address/", address.change_address_page, name="me-address"),
    path("me/<uuid:public_id>/data/address/code/", address.confirm_address_page, name="me-address-code"),
    path("me/<uuid:public_id>/data/seen/", record.access_history, name="me-access-history"),
    path("me/<uuid:public_id>/data/download/", record.download_record, name="me-download"),
    path("me/<uuid:public_id>/data/erase/", record.request_erasure, name="me-erase"),
]
