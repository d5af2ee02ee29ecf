"""What the privacy notice says of the therapists' own calendars, where any is read."""

from django.utils.translation import gettext as _

from booking.models import PrivateCalendar
from clinic.legal.facts import register_fact


@register_fact("private_calendars")
def private_calendars_in_words() -> str:
    """What is taken from them, and that nothing goes there; empty where none is read."""
    if not PrivateCalendar.objects.read_now().exists():
        return ""
    return _(
        "Our therapists keep calendars of their own elsewhere. We read from them when they are busy, and nothing else; "
        "nothing about you goes there."
    )
