"""Pain on the session screen: a row of 0 to 10 for each complaint, before and after, and the numbers of last time."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.access import appointment_for, health_only
from booking.desk.session.note_kept import appointment_button
from booking.models import Appointment
from clients.care import Catalogue
from clients.catalogue import current_catalogue
from clients.intake.in_words import measured_in_words, score_in_words
from clients.models import Intake, PainScore
from clients.pain.outcomes import NRS
from clients.pain.session import complaints_of, store_session_pain
from clinic.country.locale import current_formats
from clinic.models import User
from clinic.web.http import StaffRequest

TAPPED_NUMBERS = tuple(str(number) for number in range(11))
TAPPED = (PainScore.Moment.BEFORE, PainScore.Moment.AFTER)
Scores = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class PainRow:
    """One complaint: its name, the numbers of this session as text, and those of the last one in words."""

    slug: str
    name: str
    before: str
    after: str
    last: str


def pain_rows(
    appointment: Appointment, intake: Intake | None, previous: Appointment | None
) -> tuple[list[PainRow], str]:
    """A row for each complaint of the intake, and for each that has a number of this session already; and what else is
    known of the last session, in words."""
    catalogue = current_catalogue()
    sessions = [appointment.public_id, *([previous.public_id] if previous else [])]
    found = list(PainScore.objects.filter(client=appointment.client_id, measure=NRS, appointment__in=sessions))
    own = scores_by_complaint(each for each in found if each.appointment == appointment.public_id)
    last = scores_by_complaint(each for each in found if each.appointment != appointment.public_id)
    names = {each.slug: each.name for each in complaints_of(intake, catalogue)}
    for score in found:
        if score.appointment == appointment.public_id and score.moment in TAPPED:
            names.setdefault(score.complaint, score_name(score, catalogue))
    rows = [
        PainRow(
            slug,
            name,
            own.get((slug, PainScore.Moment.BEFORE), ""),
            own.get((slug, PainScore.Moment.AFTER), ""),
            told(last, slug),
        )
        for slug, name in names.items()
    ]
    others = {score.complaint: score_name(score, catalogue) for score in found if score.complaint not in names}
    return rows, ", ".join(f"{name} {told(last, slug)}" for slug, name in others.items() if told(last, slug))


def scores_by_complaint(scores: Iterable[PainScore]) -> Scores:
    """Numbers by complaint and moment."""
    return {(each.complaint, each.moment): score_in_words(each) for each in scores}


def score_name(score: PainScore, catalogue: Catalogue) -> str:
    """What a number is about."""
    return measured_in_words(score, catalogue) or _("Pain")


def told(last: Scores, slug: str) -> str:
    """The numbers of a session in words: “7 → 4, 5 two days on”; empty where there are none."""
    arrow = " → ".join(
        filter(None, (last.get((slug, PainScore.Moment.BEFORE)), last.get((slug, PainScore.Moment.AFTER))))
    )
    later = last.get((slug, PainScore.Moment.LATER))
    return ", ".join(filter(None, [arrow, later and _("%(number)s two days on") % {"number": later}]))


def numbers_in(sent: QueryDict, moment: str) -> dict[str, int]:
    """The numbers that a page sent for a moment, by complaint; what is no number from 0 to 10 is passed over."""
    found = {name.removeprefix(f"{moment}-"): str(sent[name]) for name in sent if name.startswith(f"{moment}-")}
    return {complaint: int(number) for complaint, number in found.items() if number in TAPPED_NUMBERS}


def store_numbers(
    appointment: Appointment, sent: QueryDict, *, by: User, moments: Iterable[PainScore.Moment] = TAPPED
) -> int:
    """Keep the numbers that a page sent of these moments. Returns how many are new or changed."""
    known = known_complaints()
    return sum(
        store_session_pain(
            appointment.client,
            appointment.public_id,
            moment,
            {slug: number for slug, number in numbers_in(sent, moment).items() if slug in known},
            by=by,
        )
        for moment in moments
        if numbers_in(sent, moment)
    )


def known_complaints() -> set[str]:
    """The complaints of which a number may be kept: those in the catalogue, and the pain as a whole."""
    index = current_catalogue().index
    return {"", *index.areas, *index.symptoms}


@health_only
@appointment_button
def save_pain(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep the numbers as they are tapped. htmx is told in a word; a form goes back to the page."""
    appointment = appointment_for(request.user, public_id)
    store_numbers(appointment, request.POST, by=request.user)
    if request.htmx:
        clock = current_formats().clock(timezone.localtime())
        return HttpResponse(_("Saved %(clock)s") % {"clock": clock}, content_type="text/plain; charset=utf-8")
    return redirect("booking:desk-appointment", public_id=public_id)
