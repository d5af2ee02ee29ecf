"""Whose appointments an address of the calendar asks for."""

from booking.models import Therapist
from booking.scheduling.configuration import current_configuration
from clinic.models import User
from clinic.web.http import StaffRequest


def own_therapist_of(user: User) -> Therapist | None:
    """The therapist that this person is, if they are one: as it is configured, so that nothing more is read."""
    configured = current_configuration().therapists.values()
    return next((who for each in configured if (who := each.row.instance()).user_id == user.pk), None)


def whose_appointments(request: StaffRequest) -> tuple[Therapist | None, str]:
    """The therapist that is signed in, if one is, and whose appointments the address asks for: "me" or "all"."""
    me = own_therapist_of(request.user)
    return me, "all" if me is None or request.GET.get("who") == "all" else "me"
