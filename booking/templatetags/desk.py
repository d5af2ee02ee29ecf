"""Where in the desk a page stands."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django import template
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.payments.access import may_see_takings
from clinic.accounts.second_factor import is_team_member
from clinic.models import User

register = template.Library()


@dataclass(frozen=True)
class DeskPlace:
    """A line of the desk's header: its page, and what the addresses that belong to it begin with after `/desk/`."""

    page: str
    title: "str | Promise"
    begins: tuple[str, ...]
    is_for: Callable[[User], bool] = is_team_member

    @property
    def url(self) -> str:
        """The address of its page."""
        return reverse(self.page)


PLACES = (
    DeskPlace("booking:desk", _("Calendar"), ("", "week", "month", "appointments", "next-free", "undo")),
    DeskPlace("booking:desk-clients", _("Clients"), ("clients", "handovers", "files")),
    DeskPlace("booking:desk-waitlist", _("Waitlist"), ("waitlist",)),
    DeskPlace("booking:desk-messages", _("Messages"), ("messages",)),
    DeskPlace("booking:desk-takings", _("Takings"), ("takings", "receipts"), may_see_takings),
    DeskPlace("booking:desk-reports", _("Reports"), ("reports",)),
    DeskPlace(
        "booking:desk-settings", _("Settings"), ("settings", "setup", "data", "import"), lambda user: user.is_superuser
    ),
)


@register.simple_tag(takes_context=True)
def stands_under(context: Context, *begins: str) -> bool:
    """Whether the address of the page begins with one of these after `/desk/`."""
    request: HttpRequest = context["request"]
    return request.path_info.removeprefix("/desk/").partition("/")[0] in begins


@register.simple_tag(takes_context=True)
def desk_places(context: Context) -> Iterator[tuple[DeskPlace, bool]]:
    """The lines of the header for whoever looks, each with whether the page that is shown belongs to it."""
    user = context["request"].user
    return ((place, stands_under(context, *place.begins)) for place in PLACES if place.is_for(user))
