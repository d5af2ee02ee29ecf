"""Why a time cannot be had, in a sentence: as the client reads it, and as the team does."""

from django.utils.translation import gettext as _

from booking.scheduling.availability import Unavailable

# These times were never on offer; everything else means that somebody was faster.
NEVER_OFFERED = frozenset(
    {
        Unavailable.GAP,
        Unavailable.PAST,
        Unavailable.NOTICE,
        Unavailable.HORIZON,
        Unavailable.HOURS,
        Unavailable.OFF_GRID,
        Unavailable.EDGE,
    }
)


def reason_for_client(why: Unavailable) -> str:
    """The reason for whoever books for themselves, with what they may do instead."""
    sentences = {
        Unavailable.GAP: _("The clocks change then, so that time does not exist. Please choose another."),
        Unavailable.PAST: _("That time is already over. Please choose another."),
        Unavailable.NOTICE: _("That is too soon for us to prepare. Please choose a later time."),
        Unavailable.HORIZON: _("We do not take appointments that far ahead yet. Please choose an earlier time."),
        Unavailable.HOURS: _("We are not open then. Please choose one of the times offered."),
        Unavailable.OFF_GRID: _("Sessions do not start at that minute. Please choose one of the times offered."),
        Unavailable.EDGE: _("That time is not offered. Please choose one of the times offered."),
        Unavailable.AWAY: _("The therapist is away then. Please choose another time."),
        # A client learns no more of a private calendar than of a holiday.
        Unavailable.PRIVATE: _("The therapist is away then. Please choose another time."),
        Unavailable.DAY_FULL: _("That day is full. Please choose another."),
        Unavailable.CLIENT_BUSY: _("You already have an appointment at that time."),
        Unavailable.NO_ROOM: _("All rooms are taken then. Please choose another time."),
        Unavailable.NO_KIT: _("The hot stones are in use then. Please choose another time."),
    }
    return sentences.get(why, _("That time was just taken."))


def reason_for_team(why: Unavailable, *, therapist: str = "", client: str = "") -> str:
    """The reason for whoever works here; without `therapist` it is about everyone who gives the service."""
    sentences = {
        Unavailable.GAP: _("The clocks change then: this time does not exist."),
        Unavailable.PAST: _("Already over."),
        Unavailable.NOTICE: _("Sooner than your notice allows."),
        Unavailable.HORIZON: _("Further ahead than you usually book."),
        Unavailable.OFF_GRID: _("No session starts at that minute."),
        Unavailable.NO_ROOM: _("Every room is taken then."),
        Unavailable.NO_KIT: _("The hot stones are in use then."),
        Unavailable.EDGE: _("It would leave a gap that is too short."),
        **(therapist_reasons(therapist) if therapist else general_reasons()),
        Unavailable.CLIENT_BUSY: _("The client has another appointment then."),
    }
    if client:
        sentences[Unavailable.CLIENT_BUSY] = _("%(client)s already has an appointment at that time.") % {
            "client": client
        }
    return sentences[why]


def therapist_reasons(name: str) -> dict[Unavailable, str]:
    """What speaks against one therapist."""
    who = {"name": name}
    return {
        Unavailable.HOURS: _("%(name)s does not work then.") % who,
        Unavailable.AWAY: _("%(name)s is away then.") % who,
        Unavailable.PRIVATE: _("%(name)s is busy then by a private calendar.") % who,
        Unavailable.DAY_FULL: _("%(name)s has a full day.") % who,
        Unavailable.THERAPIST_BUSY: _("%(name)s has another appointment then. Cleaning time counts too.") % who,
    }


def general_reasons() -> dict[Unavailable, str]:
    """What speaks against a time where any therapist would do."""
    return {
        Unavailable.HOURS: _("Nobody works then."),
        Unavailable.AWAY: _("Whoever works then is away."),
        Unavailable.PRIVATE: _("Whoever works then is busy by a private calendar."),
        Unavailable.DAY_FULL: _("Everybody has a full day."),
        Unavailable.THERAPIST_BUSY: _("Nobody is free then."),
    }
