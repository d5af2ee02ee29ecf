"""What every template may use."""

from django.http import HttpRequest

from clinic.accounts.kept_posts import forms_kept_for
from clinic.accounts.rights import may_read_health
from clinic.accounts.sessions import OWN, WAITS, remaining
from clinic.models import Practice, User


def practice(request: HttpRequest) -> dict[str, Practice]:
    """Give templates the one practice, as `practice`."""
    # A page that says what went wrong may be made before the middleware has run.
    return {"practice": getattr(request, "practice", None) or Practice.current()}


def sign_in(request: HttpRequest) -> dict[str, object]:
    """Give templates how long a sign-in lasts, as `session_ends`, and whether something waits to be sent again."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.is_authenticated:
        return {}
    waits = bool(request.session.get(WAITS)) and bool(forms_kept_for(request, user))
    own = bool(request.session.get(OWN))
    return {
        "session_ends": remaining(request),
        "unsent_waits": waits,
        "on_own_device": own,
        # Asked for by the few templates that show something of a health record.
        "may_read_health": lambda: may_read_health(user),
    }
