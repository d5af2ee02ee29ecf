"""One conversation with an SMTP server, with each reply sorted by what it asks of us."""

import contextlib
import smtplib
import ssl
import time

from clinic.mail.address import MailServer, Security
from clinic.mail.outcomes import Closed, Down, Later, Refused

# RFC 5321, 4.2.3: no such mailbox, not local, name not allowed.
BAD_ADDRESS = frozenset({550, 551, 553})
NOT_FROM_US = frozenset({530, 535, 550, 551, 553, 554})
GOING_AWAY = 421


class LineBroken(Down):
    """The connection broke, or what came is no reply: what the server did with the last words, nobody knows."""


class Lane:
    """A connection to the server, opened when first needed. What is told and what is heard are two steps, so that
    several lanes can be told before the first is heard."""

    def __init__(self, server: MailServer, *, host_name: str, timeout: float) -> None:
        self.server = server
        self.host_name = host_name
        self.timeout = timeout
        self.connection: smtplib.SMTP | None = None

    def line(self) -> smtplib.SMTP:
        """The open connection. Raises LineBroken where there is none any more."""
        if self.connection is None:
            raise LineBroken("the connection is closed")
        return self.connection

    def tell(self, command: str) -> None:
        """Send one command. Raises LineBroken, with the connection dropped."""
        self.send(f"{command}\r\n".encode("ascii"))

    def send(self, words: bytes) -> None:
        """Send bytes. Raises LineBroken, with the connection dropped."""
        line = self.line()
        try:
            line.send(words)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self.drop()
            raise LineBroken(words_of(error)) from error

    def hear(self, until: float) -> tuple[int, bytes]:
        """The next reply, awaited until an instant of the monotonic clock. Raises LineBroken, with the line dropped."""
        line = self.line()
        try:
            if line.sock is not None:
                line.sock.settimeout(max(0.05, until - time.monotonic()))
            return line.getreply()
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self.drop()
            raise LineBroken(words_of(error)) from error

    def judge_sender(self, code: int, reply: bytes) -> None:
        """Sort the reply to MAIL. The sender is ours: where that is refused, no mail at all would go out like this."""
        if code in NOT_FROM_US:
            self.drop()
            raise Closed(said(code, reply))
        self.judge(code, reply)

    def judge(self, code: int, reply: bytes, *, bad_address: frozenset[int] = frozenset()) -> None:
        """Return for a yes; otherwise leave the connection ready for the next mail and raise what the reply means."""
        if 200 <= code < 300:
            return
        if code == GOING_AWAY or code < 0:
            self.drop()
            raise (Down if code == GOING_AWAY else LineBroken)(said(code, reply))
        if self.connection is not None:
            try:
                self.connection.rset()
            except (smtplib.SMTPServerDisconnected, OSError):
                self.drop()
        if 400 <= code < 500:
            raise Later(said(code, reply))
        raise Refused(said(code, reply), address=code in bad_address)

    def open(self) -> None:
        """Connect and sign in where that is not done. Raises Down or Closed."""
        if self.connection is not None:
            return
        try:
            self.connection = self.connect()
        except (smtplib.SMTPNotSupportedError, ssl.SSLError) as error:
            raise Closed(f"TLS or sign-in not possible: {words_of(error)}") from error
        except smtplib.SMTPResponseException as error:
            reply = said(error.smtp_code, error.smtp_error)
            raise (Down(reply) if error.smtp_code < 500 else Closed(reply)) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Down(words_of(error)) from error

    def connect(self) -> smtplib.SMTP:
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
