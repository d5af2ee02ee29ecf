"""Why a time cannot be had, in a sentence: as the client reads it, and as the team does. Values in, text out."""

from django.utils.translation import gettext as _

from booking.scheduling.availability import UnavailableReason as Why


def reason_for_client(why: Why) -> str:
    """The reason for whoever books for themselves, with what they may do instead."""
    sentences = {
        Why.GAP: _("The clocks change then, so that time does not exist. Please choose another."),
        Why.PAST: _("That time is already over. Please choose another."),
        Why.NOTICE: _("That is too soon for us to prepare. Please choose a later time."),
        Why.HORIZON: _("We do not take appointments that far ahead yet. Please choose an earlier time."),
        Why.HOURS: _("We are not open then. Please choose one of the times offered."),
        Why.OFF_GRID: _("Sessions do not start at that minute. Please choose one of the times offered."),
        Why.EDGE: _("That time is not offered. Please choose one of the times offered."),
        Why.AWAY: _("The therapist is away then. Please choose another time."),
        Why.DAY_FULL: _("That day is full. Please choose another."),
        Why.CLIENT_BUSY: _("You already have an appointment at that time."),
        Why.NO_ROOM: _("All rooms are taken then. Please choose another time."),
        Why.NO_KIT: _("The hot stones are in use then. Please choose another time."),
    }
    return sentences.get(why, _("That time was just taken."))


def reason_for_team(why: Why, *, therapist: str = "", client: str = "") -> str:
    """The reason for whoever works here; without `therapist` it is about everyone who gives the service."""
    sentences = {
        Why.GAP: _("The clocks change then: this time does not exist."),
        Why.PAST: _("Already over."),
        Why.NOTICE: _("Sooner than your notice allows."),
        Why.HORIZON: _("Further ahead than you usually book."),
        Why.OFF_GRID: _("No session starts at that minute."),
        Why.NO_ROOM: _("Every room is taken then."),
        Why.NO_KIT: _("The hot stones are in use then."),
        Why.EDGE: _("It would leave a gap that is too short."),
        **(therapist_reasons(therapist) if therapist else general_reasons()),
        Why.CLIENT_BUSY: _("The client has another appointment then."),
    }
    if client:
        sentences[Why.CLIENT_BUSY] = _("%(client)s already has an appointment at that time.") % {"client": client}
    return sentences[why]


def therapist_reasons(name: str) -> dict[Why, str]:
    """What speaks against one therapist."""
    who = {"name": name}
    return {
        Why.HOURS: _("%(name)s does not work then.") % who,
        Why.AWAY: _("%(name)s is away then.") % who,
        Why.DAY_FULL: _("%(name)s has a full day.") % who,
        Why.THERAPIST_BUSY: _("%(name)s has another appointment then.") % who,
    }


def general_reasons() -> dict[Why, str]:
    """The same where anybody would do."""
    return {
        Why.HOURS: _("Nobody works then."),
        Why.AWAY: _("Whoever works then is away."),
        Why.DAY_FULL: _("Everybody has a full day."),
        Why.THERAPIST_BUSY: _("Nobody is free then."),
    }
