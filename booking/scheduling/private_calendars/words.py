"""What is wrong with a private calendar, in plain words, with what to do about it."""

from django.utils.translation import gettext as _

from booking.scheduling.private_calendars.reading.outcome import Trouble


def trouble_in_words(trouble: str) -> str:
    """The sentence for a slug of `Trouble`; empty for none."""
    if not trouble:
        return ""
    sentences = address_troubles() | server_troubles() | content_troubles()
    return sentences.get(trouble, _("It could not be read. We try again."))


def address_troubles() -> dict[str, str]:
    """What is wrong with the address itself."""
    return {
        Trouble.ADDRESS: _("This is no address of a calendar. It begins with https:// or webcal://."),
        Trouble.NOT_HTTPS: _("The address must begin with https://."),
        Trouble.PORT: _(
            "This address names a port. Only those of the web are read: leave out the colon and the number."
        ),
        Trouble.NETWORK: _("This address leads into a private network. Only calendars on the internet can be read."),
        Trouble.NO_SUCH_NAME: _("There is no server of this name. Please check the address."),
        Trouble.OURS: _("This is Warmstone's own calendar of your appointments. Paste the one you keep elsewhere."),
        Trouble.SEALED: _("The address cannot be opened any more. Please remove this calendar and add it again."),
    }


def server_troubles() -> dict[str, str]:
    """What its server does."""
    return {
        Trouble.UNREACHABLE: _("The server does not answer. We try again."),
        Trouble.CERTIFICATE: _("The certificate of the server is not valid for this address."),
        Trouble.TOO_SLOW: _("The server took too long. We try again."),
        Trouble.REDIRECTS: _("The address sends us on to somewhere else. Please copy it anew."),
        Trouble.REFUSED: _("The server does not let us in. Copy the secret address anew, or check name and password."),
        Trouble.GONE: _("There is no calendar at this address any more. Please copy the secret address anew."),
        Trouble.BUSY: _("The server asked us to come later. We do."),
        Trouble.ANSWER: _("The server answered with an error. We try again."),
        Trouble.NO_CALENDARS: _("We found no calendar in this account. Please check the address."),
    }


def content_troubles() -> dict[str, str]:
    """What it sent."""
    return {
        Trouble.TOO_LARGE: _("The calendar is larger than 10 MB. Please use one with fewer entries."),
        Trouble.WEB_PAGE: _("This is a page to look at. Copy the secret address in iCal format instead."),
        Trouble.NOT_A_CALENDAR: _("What is at this address is no calendar."),
        Trouble.TOO_MUCH: _("The calendar has too many entries to work through. Please use one with fewer."),
        Trouble.FAULT: _("Warmstone itself failed to read it. We try again."),
    }
