"""Another room or stone kit for an appointment that stays where it is in time."""

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.history import AppointmentState, record_change
from booking.appointments.locking import lock_therapists, transactional
from booking.appointments.move import lock_appointment
from booking.errors import NotPossible, SlotTaken
from booking.models import Appointment, AppointmentChange, Room, StoneKit
from booking.scheduling.availability import Unavailable
from booking.scheduling.order import order_as_booked
from clinic.models import User


@transactional
def assign_resources(
    appointment: Appointment, *, room: Room | None, kit: StoneKit | None, via: str, by: User | None
) -> Appointment:
    """Give an appointment this room and kit. The client is not told: place and time as they know them stay.

    Raises NotPossible (cancelled, a service that needs a kit left without, a room or kit that the service may not
    take), SlotTaken, Busy.
    """
    lock_therapists({appointment.therapist_id})
    current = lock_appointment(appointment)
    if not current.is_active:
        raise NotPossible(_("This appointment does not hold its time any more."))
    if order_as_booked(current).needs_kit and kit is None:
        raise NotPossible(_("%(service)s needs a stone kit.") % {"service": order_as_booked(current).name})
    if (current.room, current.kit) == (room, kit):
        return current
    must_suit_service(current, room=room, kit=kit)
    hold_resources(current, room=room, kit=kit)
    before = AppointmentState.of(current)
    current.room, current.kit = room, kit
    current.changed_at, current.changed_by = timezone.now(), by
    current.save(update_fields=["room", "kit", "changed_at", "changed_by"])
    record_change(current, AppointmentChange.What.ROOM, before=before, via=via, by=by)
    return current


def must_suit_service(current: Appointment, *, room: Room | None, kit: StoneKit | None) -> None:
    """Refuse a new room or kit that the service may not take. Raises NotPossible."""
    service = current.service
    for new, old, only in ((room, current.room, service.rooms.all()), (kit, current.kit, service.kits.all())):
        names = [each.name for each in only]
        if new is not None and new != old and names and new.name not in names:
            raise NotPossible(
                _("%(service)s is given only here: %(places)s.") % {"service": service.name, "places": ", ".join(names)}
            )


def hold_resources(current: Appointment, *, room: Room | None, kit: StoneKit | None) -> None:
    """Lock the new room, then the kit, and refuse one that another active appointment blocks. Raises SlotTaken."""
    others = Appointment.objects.exclude(pk=current.pk)
    if room is not None and room != current.room:
        list(Room.objects.select_for_update(no_key=True).filter(pk=room.pk))
        if others.blocking("room_id", room.pk, current.blocked_from, current.blocked_until).exists():
            raise SlotTaken(_("%(room)s is taken then.") % {"room": room.name}, why=Unavailable.NO_ROOM)
    if kit is not None and kit != current.kit:
        list(StoneKit.objects.select_for_update(no_key=True).filter(pk=kit.pk))
        if others.blocking("kit_id", kit.pk, current.blocked_from, current.kit_blocked_until).exists():
            raise SlotTaken(_("%(kit)s is in use then.") % {"kit": kit.name}, why=Unavailable.NO_KIT)
