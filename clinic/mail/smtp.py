"""Handing mails over to an SMTP server, one after the other over one connection."""

import contextlib
import smtplib
import ssl
from collections.abc import Callable

from clinic.mail.delivery import Delivery
from clinic.mail.outcomes import (
    ConnectionBroken,
    Refused,
    Rejected,
    TemporaryFailure,
    Uncertain,
    Unreachable,
    reply_text,
)
from clinic.mail.server import MailServer, Security

# What a step may take. Shorter than the lease of a claimed mail, so that a stalled server cannot make two workers hold
# one mail.
TIMEOUT_SECONDS = 120
# RFC 5321, 4.2.3: no such mailbox, not local, name not allowed. With 5.7 before its words it is a matter of policy,
# such as a blocklist with us on it, and no fault of the address (RFC 3463, 3.8).
BAD_ADDRESS = frozenset({550, 551, 553})
POLICY = "5.7."
SENDER_REFUSED = frozenset({530, 535, 550, 551, 553, 554})
CLOSING = 421


class CommittingSMTP(smtplib.SMTP):
    """smtplib's client, which calls `before_body` when the server waits for a body and has nothing of it yet."""

    before_body: Callable[[], None] | None = None

    def getreply(self) -> tuple[int, bytes]:
        """The next reply; 354 is the one that asks for the body."""
        code, reply = super().getreply()
        if code == 354 and self.before_body is not None:
            self.before_body()
        return code, reply


class CommittingSMTPOverTLS(CommittingSMTP, smtplib.SMTP_SSL):
    """The client that speaks TLS from the first byte."""


class SmtpTransport:
    """The connection of one worker, opened when first needed, and again where it was lost."""

    def __init__(self, server: MailServer, *, host_name: str, timeout: float = TIMEOUT_SECONDS) -> None:
        self.server = server
        self.host_name = host_name
        self.timeout = timeout
        self.connection: CommittingSMTP | None = None

    def send(self, delivery: Delivery) -> str:
        """Hand one mail over and return the server's yes. Raises NotSent, as its reply is meant.

        The connection is ready for the next mail then, or closed. Without the final dot the server must forget what it
        was asked, so closing takes a mail back whose body must not go.
        """
        connection = self.open()
        connection.before_body = delivery.begin_body
        try:
            return self.talk(connection, delivery)
        except (smtplib.SMTPException, OSError, ConnectionBroken) as error:
            self.drop()
            words = error.reply if isinstance(error, ConnectionBroken) else error_in_words(error)
            if delivery.body_begun:
                raise Uncertain(f"no answer after the body: {words}") from error
            raise ConnectionBroken(words) from error
        except (TemporaryFailure, Refused):
            self.reset()
            raise
        except BaseException:
            self.drop()
            raise

    def talk(self, connection: smtplib.SMTP, delivery: Delivery) -> str:
        """MAIL, RCPT, DATA and the body; return the yes to it. Raises what a no means, or what smtplib raises."""
        eight_bits = ["body=8bitmime"] if connection.has_extn("8bitmime") else []
        code, reply = connection.mail(delivery.sender, eight_bits)
        if code in SENDER_REFUSED:
            # The sender is ours: where that is refused, no mail at all would go out.
            raise Rejected(reply_line(code, reply))
        check(code, reply)
        check(*connection.rcpt(delivery.recipient), bad_address=BAD_ADDRESS)
        try:
            code, reply = connection.data(delivery.content)
        except smtplib.SMTPDataError as error:
            raise outcome(error.smtp_code, error.smtp_error) from error  # it does not want the body at all
        check(code, reply)
        return reply_line(code, reply)

    def reset(self) -> None:
        """Leave the connection ready for the next mail after a no."""
        if self.connection is not None:
            try:
                self.connection.rset()
            except (smtplib.SMTPException, OSError):
                self.drop()

    def drop(self) -> None:
        """Close the connection without a word. A polite QUIT would be read as the first line of a body."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def close(self) -> None:
        """Say goodbye, if there is a connection."""
        if self.connection is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self.connection.quit()
            self.drop()

    def open(self) -> CommittingSMTP:
        """The connection, made and signed in where that is not done. Raises Unreachable or Rejected."""
        if self.connection is None:
            try:
                self.connection = self.connect()
            except (smtplib.SMTPNotSupportedError, ssl.SSLError) as error:
                raise Rejected(f"TLS or sign-in not possible: {error_in_words(error)}") from error
            except smtplib.SMTPResponseException as error:
                reply = reply_line(error.smtp_code, error.smtp_error)
                raise (Unreachable(reply) if error.smtp_code < 500 else Rejected(reply)) from error
            except (smtplib.SMTPException, OSError) as error:
                raise Unreachable(error_in_words(error)) from error
        return self.connection

    def connect(self) -> CommittingSMTP:
        """Connect, protect, sign in; a half-open connection is closed again before anything is raised."""
        server = self.server
        if server.security == Security.TLS:
            made: CommittingSMTP = CommittingSMTPOverTLS(
                server.host, server.port, self.host_name, timeout=self.timeout, context=ssl.create_default_context()
            )
        else:
            made = CommittingSMTP(server.host, server.port, self.host_name, timeout=self.timeout)
        try:
            if server.security == Security.STARTTLS:
                start_tls(made)
            made.ehlo_or_helo_if_needed()
            if server.user:
                log_in(made, server)
        except BaseException:
            made.close()
            raise
        return made


def check(code: int, reply: bytes, *, bad_address: frozenset[int] = frozenset()) -> None:
    """Return for a yes; raise what any other reply means. `bad_address`: codes that are about the recipient."""
    if not 200 <= code < 300:
        raise outcome(code, reply, bad_address=bad_address)


def outcome(
    code: int, reply: bytes | str, *, bad_address: frozenset[int] = frozenset()
) -> TemporaryFailure | Unreachable | Refused:
    """What a reply that is no yes means for this mail."""
    words = reply_line(code, reply)
    if code == CLOSING:
        return Unreachable(words)
    if code < 0:
        return ConnectionBroken(words)
    if 400 <= code < 500:
        return TemporaryFailure(words)
    return Refused(words, address=code in bad_address and not words.startswith(f"{code} {POLICY}"))


def start_tls(made: smtplib.SMTP) -> None:
    """Switch to TLS. Any refusal counts, also a temporary one: a stripped STARTTLS must not pass for bad weather."""
    code, reply = made.starttls(context=ssl.create_default_context())
    if code != 220:
        raise smtplib.SMTPNotSupportedError(reply_line(code, reply))


def log_in(made: smtplib.SMTP, server: MailServer) -> None:
    """Sign in. That there is no way of signing in that both sides know is a no, too, and does not pass by waiting."""
    try:
        made.login(server.user, server.password)
    except (smtplib.SMTPResponseException, smtplib.SMTPServerDisconnected):
        raise
    except smtplib.SMTPException as error:
        raise smtplib.SMTPNotSupportedError(str(error)) from error


def reply_line(code: int, reply: bytes | str) -> str:
    """A reply on one line."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return reply_text(f"{code} {' '.join(text.split())}")


def error_in_words(error: Exception) -> str:
    """An exception in words that a person can act on."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
