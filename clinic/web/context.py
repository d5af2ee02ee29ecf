"""What every template may use."""

from functools import cached_property

from django.http import HttpRequest
from django.urls import reverse

from clinic.accounts.kept_posts import forms_kept_for
from clinic.accounts.rights import may_read_health
from clinic.accounts.second_factor import is_team_member
from clinic.accounts.sessions import OWN, WAITS, remaining
from clinic.models import Practice, User
from clinic.pictures.shown import ShownPicture, current_pictures
from clinic.web.http import practice_of


def practice(request: HttpRequest) -> dict[str, Practice]:
    """Give templates the one practice, as `practice`."""
    return {"practice": practice_of(request)}


class Looks:
    """How this practice looks, read where a template asks for it."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice

    @cached_property
    def style_sheet(self) -> str:
        """The address of the style sheet of its own colours; empty where it keeps ours."""
        palette = self.practice.palette
        return "" if palette.is_ours else reverse("colours", args=[palette.digest])

    @cached_property
    def logo(self) -> ShownPicture | None:
        """Its logo."""
        return current_pictures().logo

    @property
    def small_icon(self) -> str:
        """The address of the sign in a browser's tab that is made of the logo; empty without one."""
        return self.icon(48)

    @property
    def home_screen_icon(self) -> str:
        """The address of the sign on a phone's home screen that is made of the logo; empty without one."""
        return self.icon(180)

    def icon(self, side: int) -> str:
        """The address of the logo in a square of so many points."""
        found = self.logo.icons.get(side) if self.logo else None
        return found.url if found else ""

    @property
    def light_paper(self) -> str:
        """The ground in the light theme."""
        return self.practice.palette.light["paper"]

    @property
    def dark_paper(self) -> str:
        """The ground in the dark theme."""
        return self.practice.palette.dark["paper"]


def looks(request: HttpRequest) -> dict[str, Looks]:
    """Give templates the practice's colours and logo, as `looks`."""
    return {"looks": Looks(practice_of(request))}


def sign_in(request: HttpRequest) -> dict[str, object]:
    """Give templates who is signed in and until when (`session_ends`), and whether something waits to be sent again."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.is_authenticated:
        return {}
    waits = bool(request.session.get(WAITS)) and bool(forms_kept_for(request, user))
    own = bool(request.session.get(OWN))
    return {
        "session_ends": remaining(request),
        "unsent_waits": waits,
        "on_own_device": own,
        # Asked for by the few templates that say something else to the team, and then a query for some.
        "is_team_member": lambda: is_team_member(user),
        # Asked for by the few templates that show something of a health record.
        "may_read_health": lambda: may_read_health(user),
    }
