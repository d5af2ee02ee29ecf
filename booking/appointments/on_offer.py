"""What is on offer, and to whom: looked at before any time is."""

from django.utils.translation import gettext as _

from booking.errors import AddOnNotOffered, NotEligible, ServiceNotOffered
from booking.models import AddOn, Service
from booking.scheduling.order import Order


def must_be_on_offer(order: Order, *, is_stranger: bool) -> None:
    """Refuse a service that is switched off, an add-on that does not go with it, and one for clients only to whoever
    has not proved to be one. Raises ServiceNotOffered, AddOnNotOffered, NotEligible.
    """
    if not order.service.active:
        said = _("%(service)s is not offered any more. Please choose another massage.")
        raise ServiceNotOffered(said % {"service": order.service.name}, field="service")
    must_offer_add_ons(order)
    must_have_signed_in(order.service, is_stranger=is_stranger)


def must_have_signed_in(service: Service, *, is_stranger: bool) -> None:
    """Refuse a service for existing clients to whoever has not proved to be one: the same answer for everybody (I8).

    Raises NotEligible.
    """
    if is_stranger and service.audience == Service.Audience.EXISTING:
        said = _(
            "%(service)s is for clients who have been here before. Please sign in with a code by mail, or call us."
        )
        raise NotEligible(said % {"service": service.name})


def must_offer_add_ons(order: Order) -> None:
    """Refuse an add-on that is switched off or does not go with the service. Raises AddOnNotOffered."""
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
