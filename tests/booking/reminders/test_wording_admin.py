"""The wording in the admin: refused beside the field, looked at before use, sent to oneself and to nobody else."""

import re

import pytest

from booking.models import Appointment, MessageText, Reminder, Status
from booking.reminders.kind import worded_kinds
from booking.reminders.sample import sample_mail
from clients.models import Client
from clinic.mail.preview import preview_page, style_source
from clinic.models import AccessEvent, ClientLink, OutgoingMail, Practice
from tests.booking.reminders.test_messages import OWED, appointment_for
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.django_db
LIST = "/admin/booking/messagetext/"


@pytest.fixture
def owner(cast: Cast) -> Browser:
    """The owner's browser."""
    browser = Browser()
    browser.force_login(cast.owner)
    return browser


def form(**changed: str) -> dict[str, str]:
    """A form that would be saved."""
    return {"kind": "moved", "active": "on", "subject": "New time", "opening": "Hi", "closing": ""} | changed


def test_a_text_is_added_changed_and_keeps_its_kind(owner: Browser) -> None:
    assert owner.post(f"{LIST}add/", form()).status_code == 302
    text = MessageText.objects.get()
    assert (text.kind, text.subject, text.opening) == ("moved", "New time", "Hi")
    assert owner.post(f"{LIST}{text.pk}/change/", form(kind="rebook", opening="Ho")).status_code == 302
    text.refresh_from_db()
    assert (text.kind, text.opening) == ("moved", "Ho")


def test_only_kinds_that_have_words_of_their_own_are_offered(owner: Browser) -> None:
    page = owner.get(f"{LIST}add/").content.decode()
    offered = set(re.findall(r'<option value="([^"]+)"', page))
    assert offered == {kind.code for kind in worded_kinds()}
    assert "{first_name}, {date}" in page


@pytest.mark.parametrize("field", ["subject", "opening", "closing"])
def test_a_broken_text_is_refused_with_the_reason_beside_the_field(owner: Browser, field: str) -> None:
    answer = owner.post(f"{LIST}add/", form(**{field: "Dear {surname}"}))
    assert answer.status_code == 200
    assert "{surname} is not known here" in answer.context["adminform"].form.errors[field][0]
    assert not MessageText.objects.exists()


def test_the_words_of_each_kind_can_be_looked_at_with_an_appointment_that_is_made_up(practice: Practice) -> None:
    for kind in OWED:
        mail = sample_mail(MessageText(kind=kind, opening="OWN {first_name}"), practice)
        assert "OWN Alex" in mail.text, kind
        assert "OWN Alex</p>" in mail.html, kind
    assert not ClientLink.objects.exists()


@pytest.mark.parametrize("kind", ["cancelled", "aftercare"])
@pytest.mark.parametrize("real", [True, False])
def test_the_preview_shows_the_words_with_the_latest_appointment_or_a_made_up_one(
    cast: Cast, owner: Browser, kind: str, real: bool
) -> None:
    text = MessageText.objects.create(kind=kind, active=False, opening="OWN {first_name}")
    if real:
        appointment = appointment_for(cast, kind)
        if kind == "cancelled":
            Appointment.objects.filter(pk=appointment.pk).update(status=Status.CANCELLED)
    name = "Ana" if real else "Alex"
    page = owner.get(f"{LIST}{text.pk}/preview/").content.decode()
    assert f"OWN {name}" in page
    assert ("made up" in page) is not real
    assert "not in use yet" in page
    shown = owner.get(f"{LIST}{text.pk}/preview/html/").content.decode()
    assert f"OWN {name}</p>" in shown
    assert not ClientLink.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_a_preview_works_in_a_practice_that_has_nothing_yet(practice: object, owner_alone: Browser) -> None:
    text = MessageText.objects.create(kind="reminder-24h", opening="OWN {service} {therapist}")
    assert "OWN Massage Robin" in owner_alone.get(f"{LIST}{text.pk}/preview/").content.decode()


@pytest.fixture
def owner_alone(django_user_model: type, practice: object) -> Browser:
    """An owner in an empty practice that asks for no second factor."""
    practice.second_factor_required = False  # type: ignore[attr-defined] # the practice's row
    practice.save()  # type: ignore[attr-defined]
    browser = Browser()
    browser.force_login(django_user_model.objects.create_superuser("o@example.org", "x"))  # type: ignore[attr-defined]
    return browser


def test_looking_at_a_clients_mail_stands_in_the_access_log(cast: Cast, owner: Browser) -> None:
    text = MessageText.objects.create(kind="aftercare")
    appointment_for(cast, "aftercare")
    owner.get(f"{LIST}{text.pk}/preview/")
    event = AccessEvent.objects.get()
    assert (event.client, event.noun, event.user) == (cast.ana.public_id, "mail preview", cast.owner)


def test_send_me_this_goes_to_the_one_who_asks_and_is_about_nobody(cast: Cast, owner: Browser) -> None:
    text = MessageText.objects.create(kind="confirmation", opening="OWN {first_name}")
    appointment_for(cast, "confirmation")
    assert owner.get(f"{LIST}{text.pk}/send/").status_code == 302
    assert owner.post(f"{LIST}{text.pk}/send/").status_code == 302
    mail = OutgoingMail.objects.get()
    assert (mail.to_email, mail.kind) == ("owner@stillwater.example", "staff")
    assert "OWN Alex" in mail.text
    assert "OWN Alex" in mail.html
    assert "Ana" not in mail.text + mail.html
    assert (mail.calendar, mail.headers) == ("", {})
    assert not ClientLink.objects.exists()
    assert not Client.objects.filter(first_name="Alex").exists()
    assert not Reminder.objects.exists()


def test_without_the_right_to_change_them_nobody_previews_or_sends(cast: Cast) -> None:
    text = MessageText.objects.create(kind="confirmation")
    browser = Browser()
    browser.force_login(cast.mira.user)  # type: ignore[arg-type] # the cast gives everyone a sign-in
    for answer in (
        browser.get(f"{LIST}{text.pk}/preview/"),
        browser.get(f"{LIST}{text.pk}/preview/html/"),
        browser.post(f"{LIST}{text.pk}/send/"),
    ):
        assert answer.status_code == 403
    assert Browser().get(f"{LIST}{text.pk}/preview/").status_code == 302
    assert not OutgoingMail.objects.exists()


def test_an_unknown_text_is_404(owner: Browser) -> None:
    assert owner.get(f"{LIST}4711/preview/").status_code == 404


def test_a_shown_mail_does_nothing_and_allows_its_own_styles_alone() -> None:
    token = "t" * 43
    answer = preview_page(
        f'<style>p {{ color: red }}</style><p style="margin:0">http://x/appointment/{token}/</p>'
        f'<a href="http://x/appointment/{token}/" style="font-family:\'A\';color:#fff">go</a>'
    )
    page, policy = answer.content.decode(), answer["Content-Security-Policy"]
    assert "href" not in page
    assert token not in page
    assert "unsafe-inline" not in policy
    assert "sandbox" in policy
    for style in ("p { color: red }", "margin:0", "font-family:'A';color:#fff"):
        assert style_source(style) in policy
    assert policy.count("sha256-") == 3
