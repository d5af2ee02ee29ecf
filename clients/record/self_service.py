"""What clients do with their own record: correct it, switch mails, take consent back, tell something new."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.intake.actions import request_intake
from clients.intake.consent import GUARDIAN_FIELDS, PURPOSES
from clients.models import Client, Consent, IntakeRequest
from clients.plans.diary import remove_tip_answers
from clients.record.access_log import note_access
from clients.record.erasure import end_sign_in
from clients.record.export import BY_CLIENT
from clinic.errors import Refusal
from clinic.models import AccessEvent, Practice

RECORD_CHANGE = AccessEvent.Action.CHANGE
# How long a consent that was taken back can be had back with one tap.
UNDO_WITHIN = dt.timedelta(days=1)


def correct_contact(client: Client, *, first_name: str, last_name: str, phone: str) -> Client:
    """Correct name and phone. Raises Refusal where another file at this address has that name."""
    client.first_name, client.last_name, client.phone = first_name, last_name, phone
    save_unless_duplicate(client, "first_name", "last_name", "phone")
    return client


def change_address(client: Client, address: str) -> Client:
    """Set a proved e-mail address, and end the sign-in of a mailbox at which no file is left. Raises Refusal."""
    before = client.email
    client.email, client.email_error = address, ""
    save_unless_duplicate(client, "email", "email_error")
    end_sign_in(before)
    return client


def save_unless_duplicate(client: Client, *columns: str) -> None:
    """Save and note it. One address and name is one file, by constraint: a second is refused."""
    try:
        with transaction.atomic():
            client.save(update_fields=columns)
            note_access(client, noun="contact", action=RECORD_CHANGE, actor=BY_CLIENT)
    except IntegrityError as error:
        client.refresh_from_db()
        message = _("There is another file with this name and address. Please call us, and we put them together.")
        raise Refusal(message, code="file_exists") from error


def set_mail_preferences(client: Client, *, reminders: bool, tips: bool) -> Client:
    """Switch reminders and tips on or off. Mails that wait are withdrawn by the next sweep."""
    client.reminders_wanted, client.tips_wanted = reminders, tips
    client.save(update_fields=["reminders_wanted", "tips_wanted"])
    return client


def withdraw_purpose(client: Client, *, purpose: str) -> None:
    """Take back one purpose of every consent that stands. Doing it twice changes nothing more.

    A consent is never rewritten: the old row ends now, and one without the purpose goes on for as long as the old one
    would have. Without the treatment itself nothing is left to go on. Raises Refusal for an unknown purpose.
    """
    if purpose not in PURPOSES:
        raise Refusal(_("We do not know what to withdraw. Please try again."), code="unknown_purpose")
    with transaction.atomic():
        standing = client.consents.select_for_update().filter(withdrawn_at=None, **{purpose: True})
        for consent in list(standing):
            consent.withdrawn_at = timezone.now()
            consent.save(update_fields=["withdrawn_at"])
            if purpose != "treatment":
                sign_again(consent, **{purpose: False})
        if purpose == "treatment":
            remove_tip_answers(client)
        if purpose in ("treatment", "personal_tips") and client.personal_tips_wanted:
            client.personal_tips_wanted = False
            client.save(update_fields=["personal_tips_wanted"])
        note_access(client, noun="consent", action=RECORD_CHANGE, actor=BY_CLIENT)


def sign_again(ended: Consent, **otherwise: bool) -> Consent:
    """A consent that goes on where one ended, for as long as it would have, with what is `otherwise` now."""
    columns = (*PURPOSES, *GUARDIAN_FIELDS, "version", "text", "text_hash", "signature", "given_at")
    kept = {name: getattr(ended, name) for name in columns}
    return Consent.objects.create(client=ended.client, **{**kept, **otherwise})


def recently_withdrawn_consent(client: Client, practice: Practice) -> Consent | None:
    """The consent that the client ended within the last day and may have back as it was; None where none is, where the
    text has changed since, or where what stands covers it."""
    version, now = practice.consent_version, timezone.now()
    ended = client.consents.filter(version=version, withdrawn_at__gt=now - UNDO_WITHIN).order_by("-withdrawn_at", "-pk")
    last, standing = ended.first(), client.valid_consent(version=version)
    if last is None or all(not getattr(last, name) or (standing and getattr(standing, name)) for name in PURPOSES):
        return None
    return last


def undo_withdrawal(client: Client, practice: Practice) -> Consent:
    """Let the consent that was ended last stand again, for as long as it would have. Raises Refusal where none may."""
    with transaction.atomic():
        Client.objects.select_for_update().get(pk=client.pk)
        ended = recently_withdrawn_consent(client, practice)
        if ended is None:
            said = _("That cannot be undone any more. We ask for your consent with the next health form.")
            raise Refusal(said, code="nothing_to_undo")
        client.consents.filter(withdrawn_at=None).update(withdrawn_at=timezone.now())
        again = sign_again(ended)
        if client.personal_tips_wanted != again.personal_tips:
            client.personal_tips_wanted = again.personal_tips
            client.save(update_fields=["personal_tips_wanted"])
        note_access(client, noun="consent", action=RECORD_CHANGE, actor=BY_CLIENT)
    return again


def open_or_request_intake(client: Client, *, technique_slug: str) -> IntakeRequest:
    """The intake that the client is asked for already, or a new one because something has changed."""
    awaited = client.intake_requests.filter(intake=None).order_by("-requested_at").first()
    return awaited or request_intake(client, technique_slug=technique_slug)
