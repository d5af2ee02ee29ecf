"""One conversation with an SMTP server, with each reply sorted by what it asks of us."""

import contextlib
import smtplib
import ssl
from collections.abc import Callable

from clinic.mail.address import MailServer, Security
from clinic.mail.outcomes import Closed, Down, Later, LostLease, Refused, Unknown
from clinic.models import OutgoingMail

# Shorter than the lease of a claimed mail, so that a stalled server cannot make two workers hold one mail.
TIMEOUT_SECONDS = 120
# RFC 5321, 4.2.3: no such mailbox, not local, name not allowed.
BAD_ADDRESS = frozenset({550, 551, 553})
GOING_AWAY = 421


class SmtpWay:
    """A connection for a batch of mails, opened when first needed."""

    readable = False

    def __init__(self, server: MailServer, *, host_name: str, timeout: float = TIMEOUT_SECONDS) -> None:
        self.server = server
        self.host_name = host_name
        self.timeout = timeout
        self.connection: smtplib.SMTP | None = None

    def prepare(self, mail: OutgoingMail) -> None:
        """All is in the message itself."""

    def deliver(self, *, sender: str, recipient: str, message: bytes, before_body: Callable[[], bool]) -> str:
        """Hand one mail over and return the server's words. `before_body` is asked once 354 came; False stops.

        Raises one of clinic.mail.outcomes.NotSent.
        """
        connection = self.connected()
        try:
            self.ask_for_body(connection, sender, recipient)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self.drop()
            raise Down(words_of(error)) from error
        try:
            ours = before_body()
        except BaseException:
            # The database is away. A polite QUIT would be read as the body's first line, and waited for.
            self.drop()
            raise
        if not ours:
            # Only closing the line takes DATA back: without the final dot the server must forget the mail.
            self.drop()
            raise LostLease("taken back before the body went")
        try:
            connection.send(stuffed(message))
            code, reply = connection.getreply()
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self.drop()
            raise Unknown(f"no answer after the body: {words_of(error)}") from error
        self.judge(code, reply)
        return said(code, reply)

    def ask_for_body(self, connection: smtplib.SMTP, sender: str, recipient: str) -> None:
        """MAIL, RCPT, DATA: after this the server waits for the body, and has accepted nothing yet."""
        code, reply = connection.mail(sender)
        if code in {530, 535, 550, 551, 553, 554}:
            # The sender is ours: no mail at all would go out like this.
            self.drop()
            raise Closed(said(code, reply))
        self.judge(code, reply)
        code, reply = connection.rcpt(recipient)
        self.judge(code, reply, bad_address=BAD_ADDRESS)
        code, reply = connection.docmd("DATA")
        if code != 354:
            self.judge(code if code >= 400 else 554, reply)

    def judge(self, code: int, reply: bytes, *, bad_address: frozenset[int] = frozenset()) -> None:
        """Return for a yes; otherwise leave the connection ready for the next mail and raise what the reply means."""
        if 200 <= code < 300:
            return
        if code == GOING_AWAY or code < 0:
            self.drop()
            raise Down(said(code, reply))
        if self.connection is not None:
            try:
                self.connection.rset()
            except (smtplib.SMTPServerDisconnected, OSError):
                self.drop()
        if 400 <= code < 500:
            raise Later(said(code, reply))
        raise Refused(said(code, reply), address=code in bad_address)

    def connected(self) -> smtplib.SMTP:
        """The open connection, opened and signed in where there is none. Raises Down or Closed."""
        if self.connection is None:
            try:
                self.connection = self.open()
            except (smtplib.SMTPNotSupportedError, ssl.SSLError) as error:
                raise Closed(f"TLS or sign-in not possible: {words_of(error)}") from error
            except smtplib.SMTPResponseException as error:
                reply = said(error.smtp_code, error.smtp_error)
                raise (Down(reply) if error.smtp_code < 500 else Closed(reply)) from error
            except (smtplib.SMTPException, OSError) as error:
                raise Down(words_of(error)) from error
        return self.connection

    def open(self) -> smtplib.SMTP:
        """Connect, protect, sign in; a half-open connection is closed again before anything is raised."""
        server = self.server
        if server.security == Security.TLS:
            context = ssl.create_default_context()
            made: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, self.host_name, timeout=self.timeout, context=context
            )
        else:
            made = smtplib.SMTP(server.host, server.port, self.host_name, timeout=self.timeout)
        try:
            if server.security == Security.STARTTLS:
                starttls(made)
            made.ehlo_or_helo_if_needed()
            if server.user:
                made.login(server.user, server.password)
        except BaseException:
            made.close()
            raise
        return made

    def drop(self) -> None:
        """Close the line without a word."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def close(self) -> None:
        """Say goodbye, if there is a connection."""
        if self.connection is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self.connection.quit()
            self.drop()


def starttls(made: smtplib.SMTP) -> None:
    """Switch to TLS. Any refusal counts, also a temporary one: a stripped STARTTLS must not pass for bad weather."""
    code, reply = made.starttls(context=ssl.create_default_context())
    if code != 220:
        raise smtplib.SMTPNotSupportedError(said(code, reply))


def stuffed(message: bytes) -> bytes:
    """A message as the body of DATA: leading dots doubled, the final dot added (RFC 5321, 4.5.2)."""
    if message.startswith(b"."):
        message = b"." + message
    return message.replace(b"\r\n.", b"\r\n..") + b".\r\n"


def said(code: int, reply: bytes | str) -> str:
    """A reply on one line."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return f"{code} {' '.join(text.split())}"


def words_of(error: Exception) -> str:
    """An exception in words that a person can act on."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
