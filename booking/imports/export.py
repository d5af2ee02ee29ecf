"""Coming appointments as a file that importing reads."""

from collections.abc import Iterator

from django.utils import timezone

from booking.models import AHEAD, Appointment, Status
from clients.imports.columns import SheetKind
from clients.imports.export import ROWS_A_PIECE, csv_pieces, export_headings
from clinic.country.money import price_of
from clinic.models import Practice


def appointments_csv(practice: Practice) -> Iterator[str]:
    """The file of coming appointments: wall time of the practice with its offset, for the hour that comes twice."""
    return csv_pieces(export_headings(SheetKind.APPOINTMENTS), appointment_rows(practice))


def appointment_rows(practice: Practice) -> Iterator[list[str]]:
    """What is still to come, in order."""
    coming = Appointment.objects.filter(status__in=AHEAD, starts_at__gt=timezone.now(), client__erased_at=None)
    for each in coming.with_people().order_by("starts_at", "therapist__name", "pk").iterator(chunk_size=ROWS_A_PIECE):
        client = each.client
        start = each.starts_at.astimezone(practice.zone)
        yield [
            start.isoformat(sep=" ", timespec="minutes"),
            str(each.minutes),
            str(price_of(each)) if each.currency == practice.currency else "",
            each.service.name,
            "; ".join(part.name for part in each.added),
            each.therapist.name,
            "requested" if each.status == Status.REQUESTED else "confirmed",
            str(client.public_id),
            *(client.first_name, client.last_name, client.email, client.phone),
            each.client_note,
        ]
