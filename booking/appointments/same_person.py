"""What waited only because another file is perhaps of the same person: confirmed once somebody has decided that."""

from booking.appointments.known_health import suitability_of_booking
from booking.appointments.status import accept_request
from booking.models import Appointment, Service, Status
from clients.models import Client, Intake
from clinic.errors import Refusal
from clinic.models import Practice, User


def confirm_settled(client: Client, *, by: User, practice: Practice) -> list[Appointment]:
    """Confirm the coming requests of a client for which nothing else waits, and return them.

    Call it once the files were joined or told apart. Whoever decides that need not read health records: what the
    answers ask a therapist for stays a request.
    """
    client = Client.objects.get(pk=client.pk)  # as joining left it
    if not client.may_book_online or Client.objects.likely_duplicates_of(client).exists():
        return []
    # A reason or a doctor's note says that it waits for more than that.
    asked = Appointment.objects.upcoming().filter(
        client=client,
        status=Status.REQUESTED,
        via__in=Appointment.SELF_SERVICE,
        reason="",
        clearance_seen_on=None,
    )
    intake = Intake.objects.latest_of(client)
    confirmed = []
    for appointment in asked.with_people():
        is_for_new = appointment.service.audience == Service.Audience.NEW
        if is_for_new or suitability_of_booking(appointment, intake, practice).prevents_session:
            continue
        try:
            confirmed.append(accept_request(appointment, by=by, practice=practice))
        except Refusal:  # what was said of the files stands; what is held just now waits for the desk
            continue
    return confirmed
