"""What came of a test mail, in words for an owner who knows nothing of servers: what is wrong, and what to do."""

import smtplib
import socket
import ssl
from dataclasses import dataclass

from django.utils.translation import gettext as _

from clinic.mail.delivery_status import without_accounts
from clinic.mail.outcomes import NO_ADDRESS, NotSent, Refused, Rejected, TemporaryFailure, Uncertain, Unreachable
from clinic.mail.server import MailServer


@dataclass(frozen=True)
class Diagnosis:
    """How it went. `said` is the server's own word, for whoever runs it."""

    is_ok: bool
    what: str
    advice: str = ""
    said: str = ""


def diagnose(failure: NotSent, server: MailServer, sender: str) -> Diagnosis:
    """What is wrong with a way out on which a mail was stopped like this."""
    names = {"host": server.host, "port": server.port, "sender": sender}
    match failure:
        case Rejected():
            what, advice = rejected(failure)
        case Unreachable():
            what, advice = unreachable(failure)
        case TemporaryFailure():
            what = _("The server asks to come back later. Many do so with senders that they see for the first time.")
            advice = _(
                "Nothing is wrong here: mails are tried again by themselves. Test once more in a quarter of an hour."
            )
        case Refused():
            what, advice = refused(failure)
        case Uncertain():
            what = _("The connection broke after the mail was handed over. It may have arrived.")
            advice = _("Look into the mailbox, then test once more.")
        case _:
            what = _("The mail could not be sent.")
            advice = _("Please show what stands below to whoever runs this server.")
    return Diagnosis(False, what % names, advice % names, without_accounts(failure.reply))


def unreachable(failure: NotSent) -> tuple[str, str]:
    """Nobody to talk to."""
    match failure.__cause__:
        case socket.gaierror():
            what = _("There is no server of the name %(host)s.")
            advice = _(
                "Look for a slip in EMAIL_URL. Your mail provider calls the name “SMTP server” or “outgoing server”."
            )
        case ConnectionRefusedError():
            what = _("%(host)s is there, but takes no connection on port %(port)s.")
            advice = _("Usually the port is wrong: it is 587 with smtp+tls:// and 465 with smtps://.")
        case TimeoutError():
            what = _("%(host)s does not answer on port %(port)s.")
            advice = _("A firewall may be in the way: many hosting companies close port 25. Try 587 with smtp+tls://.")
        case smtplib.SMTPServerDisconnected():
            what = _("%(host)s hung up in the middle.")
            advice = _("Perhaps the port wants TLS from the first word: then it is smtps:// with port 465.")
        case _other:
            what = _("%(host)s cannot be talked to just now.")
            advice = _("Test once more in a few minutes. If it stays so, ask your mail provider what stands below.")
    return what, advice


def rejected(failure: NotSent) -> tuple[str, str]:
    """The sign-in, TLS or the sender was refused: nothing at all would go out."""
    match failure.__cause__:
        case ssl.SSLCertVerificationError():
            what = _("The certificate of %(host)s is not in order, so no password was sent there.")
            advice = _(
                "Use the very name that your mail provider tells. A server of your own needs a certificate of its name."
            )
        case ssl.SSLError():
            what = _("%(host)s speaks no TLS on port %(port)s.")
            advice = _("It is port 587 with smtp+tls:// or port 465 with smtps://.")
        case smtplib.SMTPAuthenticationError():
            what = _("%(host)s does not take the name and password.")
            advice = _(
                "Type both anew. In EMAIL_URL an @ is written %%40, a : is %%3A and a / is %%2F. Some providers want "
                "an “app password” in place of your own."
            )
        case smtplib.SMTPNotSupportedError() as cause if "AUTH" in str(cause):
            what = _("%(host)s lets nobody sign in here.")
            advice = _("Try port 587 with smtp+tls://; where no sign-in is needed, leave name and password out.")
        case smtplib.SMTPNotSupportedError():
            what = _("%(host)s offers no TLS on port %(port)s, and without it no password is sent.")
            advice = _("Try port 465 with smtps://.")
        case None:
            what = _("%(host)s sends no mails from %(sender)s for us.")
            advice = _(
                "DEFAULT_FROM_EMAIL must be an address of the account in EMAIL_URL, which must name that account."
            )
        case _other:
            what = _("%(host)s does not want to talk to this machine.")
            advice = _("Ask your mail provider what stands below; this machine's address may be on a blocklist.")
    return what, advice


def refused(failure: Refused) -> tuple[str, str]:
    """A no to this one mail."""
    if failure.reply.startswith(NO_ADDRESS):
        return _("This is no address that a mail can go to."), _("Look for a slip in it.")
    if failure.address:
        what = _("The server does not take mails to this address.")
        return what, _("Look for a slip in it. If it is right, EMAIL_URL may lack name and password: try with them.")
    what = _("The server refuses this mail.")
    return what, _(
        "Often it takes mails only from its own addresses: compare DEFAULT_FROM_EMAIL with your mail account."
    )
