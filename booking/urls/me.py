"""Addresses of a signed-in client's own pages."""

from django.urls import path

from booking.views.me import address, again, care, front, record, sign_in

urlpatterns = [
    path("me/", front.me, name="me"),
    path("me/sign-in/", sign_in.sign_in, name="me-sign-in"),
    path("me/code/", sign_in.code, name="me-code"),
    path("me/<uuid:public_id>/", front.file, name="me-file"),
    path("me/<uuid:public_id>/again/<slug:slug>/", again.again, name="me-again"),
    path("me/<uuid:public_id>/care/", care.care, name="me-care"),
    path("me/<uuid:public_id>/answers/", care.answers, name="me-answers"),
    path("me/<uuid:public_id>/answers/new/", care.tell_more, name="me-tell-more"),
    path("me/<uuid:public_id>/consent/", care.consent, name="me-consent"),
    path("me/<uuid:public_id>/consent/withdraw/", care.withdraw, name="me-withdraw"),
    path("me/<uuid:public_id>/consent/undo/", care.undo, name="me-consent-undo"),
    path("me/<uuid:public_id>/mails/", record.mails, name="me-mails"),
    path("me/<uuid:public_id>/data/", record.record, name="me-record"),
    path("me/<uuid:public_id>/data/name/", record.name, name="me-name"),
    path("me/<uuid:public_id>/data/address/", address.address, name="me-address"),
    path("me/<uuid:public_id>/data/address/code/", address.address_code, name="me-address-code"),
    path("me/<uuid:public_id>/data/seen/", record.seen, name="me-seen"),
    path("me/<uuid:public_id>/data/download/", record.download, name="me-download"),
    path("me/<uuid:public_id>/data/erase/", record.erase, name="me-erase"),
]
