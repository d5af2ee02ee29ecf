"""Add-ons of an appointment: offered or not, and written with it as they were booked."""

from django.utils.translation import gettext as _

from booking.errors import AddOnNotOffered, ServiceNotOffered
from booking.models import AddOn, Appointment, AppointmentAddOn, Service
from booking.scheduling.order import Order


def must_offer_service(service: Service) -> None:
    """Refuse a service that is switched off. Raises NotOnOffer."""
    if not service.active:
        said = _("%(service)s is not offered any more. Please choose another massage.")
        raise ServiceNotOffered(said % {"service": service.name}, field="service")


def must_offer_add_ons(order: Order) -> None:
    """Refuse an add-on that is switched off or does not go with the service. Raises NotAdded."""
    if not order.add_ons:
        return
    offered = set(AddOn.objects.offered_with(order.service).values_list("pk", flat=True))
    for each in order.add_ons:
        if each.pk not in offered:
            raise refuse_add_on(each.name, order.service)


def refuse_add_on(name: str, service: Service) -> AddOnNotOffered:
    """The answer to an add-on that cannot be had with this service."""
    return AddOnNotOffered(
        _("“%(name)s” is not offered with %(service)s. Please choose without it.")
        % {"name": name[:80], "service": service.name}
    )


def add_on_rows(appointment: Appointment, order: Order) -> list[AppointmentAddOn]:
    """The add-ons of a new appointment, still to be written, with name, length and price of today."""
    return [
        AppointmentAddOn(appointment=appointment, add_on=each, name=each.name, minutes=each.minutes, price=each.price)
        for each in order.add_ons
    ]
