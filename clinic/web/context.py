"""What every template may use."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from clinic.accounts.kept_posts import forms_kept_for
from clinic.accounts.rights import may_read_health
from clinic.accounts.second_factor import is_team_member
from clinic.accounts.sessions import OWN, WAITS, remaining
from clinic.models import Practice, User
from clinic.pictures.shown import current_pictures
from clinic.web.http import practice_of


def practice(request: HttpRequest) -> dict[str, Practice]:
    """Give templates the one practice, as `practice`."""
    return {"practice": practice_of(request)}


def looks(request: HttpRequest) -> dict[str, Any]:
    """Give templates the practice's colours and logo, as `looks`, read where one asks for it."""
    return {"looks": SimpleLazyObject(lambda: looks_of(practice_of(request)))}


def looks_of(practice: Practice) -> dict[str, object]:
    """The address of the style sheet of a practice's own colours, its logo, the addresses of the signs that are made of
    it for a browser's tab and a phone's home screen, each empty where it keeps ours; and the grounds of both themes."""
    palette, logo = practice.palette, current_pictures().logo
    icons = {side: file.url for side, file in logo.icons.items()} if logo else {}
    return {
        "style_sheet": "" if palette.is_ours else reverse("colours", args=[palette.digest]),
        "logo": logo,
        "small_icon": icons.get(48, ""),
        "home_screen_icon": icons.get(180, ""),
        "light_paper": palette.light["paper"],
        "dark_paper": palette.dark["paper"],
    }


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
