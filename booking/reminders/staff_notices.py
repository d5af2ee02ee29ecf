"""Notices to the team: neutral words and a link behind the sign-in, never a client's name or a health word."""

import datetime as dt
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import AHEAD, Appointment, Reminder, Status, Therapist
from booking.reminders.kinds.staff import Staff, staff_notice
from booking.reminders.standalone import queue_message
from clients.care import Triage
from clients.models import Client, Intake, IntakeRetraction, PainScore
from clinic.mail import delivery_status, ledger
from clinic.mail.kinds import secret_codes
from clinic.models import MailState, OutgoingMail, Practice, User

logger = logging.getLogger(__name__)
REQUEST = "request:"
# How long after it was given an intake may still ask for somebody's attention by mail.
INTAKE_NEWS_FOR = dt.timedelta(days=2)
# A mail that ended badly is left to the desk's own list for an hour, and mentioned on no more than three mornings; one
# that does not get through, as long as that lasts and nobody says that it is dealt with.
TROUBLE_AFTER, TROUBLE_FOR = dt.timedelta(hours=1), dt.timedelta(days=3)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What somebody of the team is told. Neutral: no name of a client, nothing about health."""

    key: str
    """A second notice with the same key is not written."""
    subject: str
    text: str
    url_path: str
    """The page to open, such as `/desk/`; it asks for a sign-in."""
    therapist: Therapist | None = None
    """Whom it is for; the practice where it is nobody's."""
    not_before: dt.datetime | None = None
    not_after: dt.datetime | None = None


def mail_staff(notice: Notice, practice: Practice) -> OutgoingMail | None:
    """Mail a therapist, or else the practice, once for each key; None where nobody has an address."""
    address, name = staff_recipient(notice.therapist, practice)
    if not address:
        logger.warning("Nobody to tell: neither a therapist, the practice nor an owner has an address.")
        return None
    url = f"{settings.SITE_URL}{notice.url_path}"
    return queue_message(
        Staff.code,
        staff_notice(practice, subject=notice.subject, text=notice.text, url=url),
        to=address,
        name=name,
        not_before=notice.not_before,
        not_after=notice.not_after,
        dedupe_key=notice.key,
    )


def staff_recipient(therapist: Therapist | None, practice: Practice) -> tuple[str, str]:
    """Address and name: the therapist's sign-in, else the practice's address, else an owner's."""
    if therapist is not None and therapist.user is not None and therapist.user.is_active:
        return therapist.user.email, therapist.name
    if practice.email:
        return practice.email, practice.name
    owner = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
    return (owner.email, str(owner)) if owner else ("", "")


def send_staff_notices(practice: Practice) -> int:
    """Write every notice that is due and was not written; return how many. Part of each sweep, safe beside others."""
    now = timezone.now()
    due = chain(
        request_notices(practice, now),
        emergency_notices(now),
        retraction_notices(now),
        pain_notices(now),
        mail_problem_notices(practice, now),
    )
    return sum(mail_staff(notice, practice) is not None for notice in due)


def unsent_keys(keys: Iterable[str]) -> set[str]:
    """Those keys of which nothing has been said."""
    asked = set(keys)
    said = OutgoingMail.objects.filter(dedupe_key__in=asked).values_list("dedupe_key", flat=True)
    return asked - set(said) if asked else asked


def request_notices(practice: Practice, now: dt.datetime) -> Iterator[Notice]:
    """Each request once, again after it moved, at night only if urgent; takes back what was answered."""
    requests: dict[str, Appointment] = {}
    asked = Appointment.objects.filter(status=Status.REQUESTED, starts_at__gt=now).with_people()
    for appointment in asked.order_by("starts_at"):
        requests.setdefault(request_key(appointment), appointment)
    waiting = OutgoingMail.objects.filter(
        state__in=[MailState.QUEUED, MailState.RETRYING], dedupe_key__startswith=REQUEST
    )
    ledger.withdraw_mails(waiting.exclude(dedupe_key__in=list(requests)), why=_("The request was answered."))
    morning = practice.quiet_hours.put_off(now)
    for key in sorted(unsent_keys(requests)):
        appointment = requests[key]
        yield Notice(
            key=key,
            therapist=appointment.therapist,
            subject=_("A request waits for your answer"),
            text=request_text(appointment, practice),
            url_path=desk_page(appointment),
            not_before=morning if morning < appointment.starts_at else now,
            not_after=appointment.starts_at,
        )


def request_key(appointment: Appointment) -> str:
    """What is said once: a request as it stands; a series that was asked for as a whole, with its first appointment."""
    if appointment.series_id is not None and appointment.revision == 0:
        return f"{REQUEST}series:{appointment.series_id}"
    return f"{REQUEST}{appointment.public_id}:{appointment.revision}"


def request_text(appointment: Appointment, practice: Practice) -> str:
    """What was asked for, without a name."""
    starts = appointment.starts_at.astimezone(practice.zone)
    return _("Somebody asks for %(service)s on %(day)s at %(time)s. The time is held. Please say yes or no.") % {
        "service": appointment.service.name,
        "day": practice.formats.day(starts),
        "time": practice.formats.clock(starts),
    }


def desk_page(about: Appointment | Client) -> str:
    """The page of an appointment or of a client's file."""
    view = "booking:desk-appointment" if isinstance(about, Appointment) else "booking:desk-client"
    return reverse(view, args=[about.public_id])


def about_client(client: Client, now: dt.datetime, key: str, subject: str, text: str) -> Notice:
    """A notice to whoever sees the client next, with the page of that appointment, or of the file."""
    coming = Appointment.objects.with_people().filter(client=client, ends_at__gt=now, status__in=AHEAD)
    appointment = coming.order_by("starts_at").first()
    therapist = appointment.therapist if appointment else None
    return Notice(key=key, therapist=therapist, subject=subject, text=text, url_path=desk_page(appointment or client))


def emergency_notices(now: dt.datetime) -> Iterator[Notice]:
    """At once, also at night: a file needs somebody now. What it is about stands behind the sign-in."""
    given = Intake.objects.filter(triage=Triage.EMERGENCY, given_at__gt=now - INTAKE_NEWS_FOR).select_related("client")
    given = given.exclude(retraction__replaced_by__isnull=False)
    clients = {f"intake:{intake.public_id}": intake.client for intake in given}
    for key in sorted(unsent_keys(clients)):
        subject = _("Please look at a file now")
        text = _("An intake has just come in that should be read now, before anything else.")
        yield replace(about_client(clients[key], now, key, subject, text), url_path=desk_page(clients[key]))


def retraction_notices(now: dt.datetime) -> Iterator[Notice]:
    """A client took back an answer that stopped an appointment and has answered again."""
    rows = IntakeRetraction.objects.replaced().filter(replaced_by__given_at__gt=now - INTAKE_NEWS_FOR)
    clients = {f"taken-back:{row.intake.public_id}": row.intake.client for row in rows.select_related("intake__client")}
    for key in sorted(unsent_keys(clients)):
        text = _("An answer was withdrawn and given again. Please read both before you decide.")
        yield about_client(clients[key], now, key, _("Please look at a file"), text)


def pain_notices(now: dt.datetime) -> Iterator[Notice]:
    """At once, also at night: a client should be called about the number they gave after a session."""
    given = PainScore.objects.needing_call().filter(given_at__gt=now - INTAKE_NEWS_FOR)
    sessions = {f"pain:{score.appointment}": score.appointment for score in given if score.appointment}
    wanted = [sessions[key] for key in unsent_keys(sessions)]
    for appointment in Appointment.objects.with_people().filter(public_id__in=wanted):
        yield Notice(
            key=f"pain:{appointment.public_id}",
            therapist=appointment.therapist,
            subject=_("Please call a client today"),
            text=_("An answer after a session has just come in that should be read now, before anything else."),
            url_path=desk_page(appointment),
        )


def mail_problem_notices(practice: Practice, now: dt.datetime) -> Iterator[Notice]:
    """Once a day, in the morning's first sweep after the quiet hours: some mails ended badly, do not get through or
    could not be written, and nobody has acted."""
    # While no mail gets out at all, a notice would only wait with the others; the desk says it on top.
    if practice.quiet_hours.holds(now) or delivery_status.current_status().is_down:
        return
    key = f"mail-trouble:{now.astimezone(practice.zone):%Y-%m-%d}"
    lately = Q(settled_at__gt=now - TROUBLE_FOR, settled_at__lt=now - TROUBLE_AFTER)
    mails = OutgoingMail.objects.needing_attention().exclude(kind__in=[*secret_codes(), Staff.code])
    bad = mails.filter(OutgoingMail.STUCK | (OutgoingMail.ENDED_BADLY & lately))
    if unsent_keys([key]) and (count := bad.count() + Reminder.objects.filter(Reminder.UNWRITTEN, lately).count()):
        yield Notice(
            key=key,
            subject=_("Some mails did not arrive"),
            text=_("Mails that did not get through, or of which nobody knows: %(count)d. Please see what can be done.")
            % {"count": count},
            url_path=reverse("booking:desk-messages"),
        )
