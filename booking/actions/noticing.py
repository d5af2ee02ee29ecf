"""Notices to the team: neutral words and a link behind the sign-in, never a client's name or a health word."""

import datetime as dt
import logging
from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.actions.reminding.timing import out_of_quiet_hours
from booking.messages.besides import staff_notice
from booking.models import Appointment, Reminder, Therapist
from booking.models.appointment import Status
from clients.care import Triage
from clients.models import Client, Intake, IntakeTakenBack, PainScore
from clinic.mail import channel, ledger
from clinic.mail.ledger import SECRET_KINDS
from clinic.models import MailKind, MailState, OutgoingMail, Practice, User

logger = logging.getLogger(__name__)
REQUEST = "request:"
AHEAD = (Status.REQUESTED, Status.CONFIRMED)
# How long after it was given an intake may still ask for somebody's attention by mail.
INTAKE_NEWS_FOR = dt.timedelta(days=2)
# A mail that ended badly is left to the desk's own list for an hour, and mentioned on no more than three mornings; one
# that does not get through, as long as that lasts and nobody says that it is dealt with.
TROUBLE_AFTER, TROUBLE_FOR = dt.timedelta(hours=1), dt.timedelta(days=3)


def tell_staff(
    *,
    therapist: Therapist | None,
    subject: str,
    text: str,
    url_path: str,
    dedupe_key: str = "",
    not_before: dt.datetime | None = None,
    not_after: dt.datetime | None = None,
) -> OutgoingMail | None:
    """Mail a therapist, or the practice where none with a sign-in is meant; None where nobody has an address.

    Subject and text must be neutral: no name of a client, nothing about health. `url_path` is the page to open, such as
    `/desk/`; it asks for a sign-in. With `dedupe_key`, a key, a second call writes nothing and returns the first mail.
    """
    practice = Practice.current()
    address, name = recipient(therapist, practice)
    if not address:
        logger.warning("Nobody to tell: neither a therapist, the practice nor an owner has an address.")
        return None
    message = staff_notice(practice, subject=subject, text=text, url=f"{settings.SITE_URL}{url_path}")
    return ledger.write(
        kind=MailKind.STAFF,
        to=address,
        name=name,
        subject=message.subject,
        text=message.text,
        html=message.html,
        next_try_at=not_before,
        not_after=not_after,
        dedupe_key=dedupe_key,
    )


def recipient(therapist: Therapist | None, practice: Practice) -> tuple[str, str]:
    """Address and name: the therapist's sign-in, else the practice's address, else an owner's."""
    if therapist is not None and therapist.user is not None and therapist.user.is_active:
        return therapist.user.email, therapist.name
    if practice.email:
        return practice.email, practice.name
    owner = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
    return (owner.email, str(owner)) if owner else ("", "")


def notice_staff() -> int:
    """Write every notice that is due and was not written; return how many. Part of each sweep, safe beside others."""
    now = timezone.now()
    told = waiting_requests(now) + emergency_intakes(now) + answers_taken_back(now) + strong_pain(now)
    return told + mail_trouble(now)


def unsaid(keys: Iterable[str]) -> set[str]:
    """Those keys of which nothing has been said."""
    asked = set(keys)
    return (
        asked - set(OutgoingMail.objects.filter(dedupe_key__in=asked).values_list("dedupe_key", flat=True))
        if asked
        else asked
    )


def waiting_requests(now: dt.datetime) -> int:
    """Tell the therapist of each request once, again after it moved; take back what was answered meanwhile."""
    requests = Appointment.objects.filter(status=Status.REQUESTED, starts_at__gt=now).with_people()
    visits: dict[str, Appointment] = {}
    for visit in requests.order_by("starts_at"):
        visits.setdefault(request_key(visit), visit)
    waiting = OutgoingMail.objects.filter(
        state__in=[MailState.QUEUED, MailState.RETRYING], dedupe_key__startswith=REQUEST
    )
    ledger.withdraw(waiting.exclude(dedupe_key__in=list(visits)), why=_("The request was answered."))
    practice = Practice.current()
    said = 0
    for key in sorted(unsaid(visits)):
        visit = visits[key]
        morning = out_of_quiet_hours(now, practice)
        said += bool(
            tell_staff(
                therapist=visit.therapist,
                subject=_("A request waits for your answer"),
                text=request_text(visit, practice),
                url_path=reverse("booking:desk-visit", args=[visit.public_id]),
                dedupe_key=key,
                not_before=morning if morning < visit.starts_at else now,
                not_after=visit.starts_at,
            )
        )
    return said


def request_key(visit: Appointment) -> str:
    """What is said once: a request as it stands; a series that was asked for as a whole, with its first visit."""
    if visit.series_id is not None and visit.revision == 0:
        return f"{REQUEST}series:{visit.series_id}"
    return f"{REQUEST}{visit.public_id}:{visit.revision}"


def request_text(visit: Appointment, practice: Practice) -> str:
    """What was asked for, without a name."""
    starts = visit.starts_at.astimezone(practice.zone)
    return _("Somebody asks for %(service)s on %(day)s at %(time)s. The time is held. Please say yes or no.") % {
        "service": visit.service.name,
        "day": practice.formats.day(starts),
        "time": practice.formats.clock(starts),
    }


def emergency_intakes(now: dt.datetime) -> int:
    """Tell at once, also at night, that a file needs somebody now. What it is about stands behind the sign-in."""
    given = Intake.objects.filter(triage=Triage.EMERGENCY, given_at__gt=now - INTAKE_NEWS_FOR).select_related("client")
    given = given.exclude(taken_back__replaced_by__isnull=False)
    intakes = {f"intake:{intake.public_id}": intake for intake in given}
    said = 0
    for key in sorted(unsaid(intakes)):
        client = intakes[key].client
        coming = Appointment.objects.with_people().filter(client=client, ends_at__gt=now, status__in=AHEAD)
        visit = coming.order_by("starts_at").first()
        said += bool(
            tell_staff(
                therapist=visit.therapist if visit else None,
                subject=_("Please look at a file now"),
                text=_("An intake has just come in that should be read now, before anything else."),
                url_path=reverse("booking:desk-client", args=[client.public_id]),
                dedupe_key=key,
            )
        )
    return said


def answers_taken_back(now: dt.datetime) -> int:
    """Tell that a client took back an answer that stopped an appointment and has answered again."""
    rows = IntakeTakenBack.objects.replaced().filter(replaced_by__given_at__gt=now - INTAKE_NEWS_FOR)
    taken = {f"taken-back:{row.intake.public_id}": row.intake.client_id for row in rows}
    said = 0
    for key in sorted(unsaid(taken)):
        coming = Appointment.objects.with_people().filter(client=taken[key], ends_at__gt=now, status__in=AHEAD)
        visit = coming.order_by("starts_at").first()
        client = Client.objects.get(pk=taken[key])
        page = reverse("booking:desk-client", args=[client.public_id])
        said += bool(
            tell_staff(
                therapist=visit.therapist if visit else None,
                subject=_("Please look at a file"),
                text=_("An answer was taken back and given again. Please read both before you decide."),
                url_path=reverse("booking:desk-visit", args=[visit.public_id]) if visit else page,
                dedupe_key=key,
            )
        )
    return said


def strong_pain(now: dt.datetime) -> int:
    """Tell at once, also at night, that a client should be called about the number they gave after a session."""
    given = PainScore.objects.to_call_about().filter(given_at__gt=now - INTAKE_NEWS_FOR)
    visits = {f"pain:{score.visit}": score.visit for score in given if score.visit}
    said = 0
    for key in sorted(unsaid(visits)):
        visit = Appointment.objects.with_people().filter(public_id=visits[key]).first()
        if visit is None:
            continue
        said += bool(
            tell_staff(
                therapist=visit.therapist,
                subject=_("Please call a client today"),
                text=_("An answer after a session has just come in that should be read now, before anything else."),
                url_path=reverse("booking:desk-visit", args=[visit.public_id]),
                dedupe_key=key,
            )
        )
    return said


def mail_trouble(now: dt.datetime) -> int:
    """Once a day, in the morning's first sweep after the quiet hours: some mails ended badly, do not get through or
    could not be written, and nobody has acted."""
    practice = Practice.current()
    # While no mail gets out at all, a notice would only wait with the others; the desk says it on top.
    if out_of_quiet_hours(now, practice) > now or channel.current().is_down:
        return 0
    key = f"mail-trouble:{now.astimezone(practice.zone):%Y-%m-%d}"
    if not unsaid([key]):
        return 0
    lately = Q(settled_at__gt=now - TROUBLE_FOR, settled_at__lt=now - TROUBLE_AFTER)
    mails = OutgoingMail.objects.needing_a_person().exclude(kind__in=[*SECRET_KINDS, MailKind.STAFF])
    bad = mails.filter(OutgoingMail.STUCK | (OutgoingMail.ENDED_BADLY & lately))
    count = bad.count() + Reminder.objects.filter(Reminder.UNWRITTEN, lately).count()
    if not count:
        return 0
    written = tell_staff(
        therapist=None,
        subject=_("Some mails did not arrive"),
        text=_("Mails that did not get through, or of which nobody knows: %(count)d. Please see what can be done.")
        % {"count": count},
        url_path=reverse("booking:desk-messages"),
        dedupe_key=key,
    )
    return bool(written)
