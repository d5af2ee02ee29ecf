"""An SMTP server, mail after mail over one connection, with each reply sorted by what it asks of us."""

import contextlib
import smtplib
import ssl

from clinic.mail.address import MailServer, Security
from clinic.mail.letters import Delivery
from clinic.mail.outcomes import (
    LineBroken,
    LostLease,
    Refused,
    Rejected,
    TemporaryFailure,
    Uncertain,
    Unreachable,
    reply_text,
)

# What a step may take. Shorter than the lease of a claimed mail, so that a stalled server cannot make two workers hold
# one mail.
TIMEOUT_SECONDS = 120
# RFC 5321, 4.2.3: no such mailbox, not local, name not allowed. With 5.7 before its words it is a matter of policy,
# such as a blocklist with us on it, and no fault of the address (RFC 3463, 3.8).
BAD_ADDRESS = frozenset({550, 551, 553})
POLICY = b"5.7."
SENDER_REFUSED_CODES = frozenset({530, 535, 550, 551, 553, 554})
CLOSING_CODE = 421


class SmtpTransport:
    """The connection of one worker, opened when first needed, and again where it was lost."""

    readable = False

    def __init__(self, server: MailServer, *, host_name: str, timeout: float = TIMEOUT_SECONDS) -> None:
        self.server = server
        self.host_name = host_name
        self.timeout = timeout
        self.connection: smtplib.SMTP | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is a connection to the server."""
        return self.connection is not None

    def begin(self, letter: Delivery) -> None:
        """Say whom it is from. Raises Down or Closed where there is nobody to say it to."""
        self.open()
        self.tell(f"MAIL FROM:<{letter.sender}>")

    def ask(self, letter: Delivery) -> None:
        """Hear what the server says to the sender, then RCPT and DATA: it waits for the body now, and has accepted
        nothing yet. Raises what its reply means."""
        code, reply = self.hear()
        if code in SENDER_REFUSED_CODES:
            # The sender is ours: where that is refused, no mail at all would go out like this.
            self.drop()
            raise Rejected(reply_line(code, reply))
        self.judge(code, reply)
        self.tell(f"RCPT TO:<{letter.recipient}>")
        self.judge(*self.hear(), bad_address=BAD_ADDRESS)
        self.tell("DATA")
        code, reply = self.hear()
        if code != 354:
            self.judge(code if code >= 400 else 554, reply)

    def take_back(self, letter: Delivery) -> None:
        """Only closing the line takes DATA back: without the final dot the server must forget the mail."""
        self.drop()
        raise LostLease("taken back before the body went")

    def hand_over(self, letter: Delivery) -> None:
        """The body with its final dot. Raises Unknown where the line breaks meanwhile."""
        try:
            self.send(dot_stuffed(letter.message))
        except LineBroken as trouble:
            raise not_answered(trouble) from trouble

    def hear_out(self, letter: Delivery) -> None:
        """What the server says to the body. Raises what its reply means, Unknown where there is none."""
        try:
            code, reply = self.hear()
            self.judge(code, reply)
        except LineBroken as trouble:
            raise not_answered(trouble) from trouble
        letter.reply = reply_line(code, reply)

    def drop(self) -> None:
        """Close the line without a word. A polite QUIT would be read as the first line of a body."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def close(self) -> None:
        """Say goodbye, if there is a connection."""
        if self.connection is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self.connection.quit()
            self.drop()

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
            raise LineBroken(error_in_words(error)) from error

    def hear(self) -> tuple[int, bytes]:
        """The next reply. Raises LineBroken, with the connection dropped."""
        line = self.line()
        try:
            return line.getreply()
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self.drop()
            raise LineBroken(error_in_words(error)) from error

    def judge(self, code: int, reply: bytes, *, bad_address: frozenset[int] = frozenset()) -> None:
        """Return for a yes; otherwise leave the connection ready for the next mail and raise what the reply means."""
        if 200 <= code < 300:
            return
        if code == CLOSING_CODE or code < 0:
            self.drop()
            raise (Unreachable if code == CLOSING_CODE else LineBroken)(reply_line(code, reply))
        if self.connection is not None:
            try:
                self.connection.rset()
            except (smtplib.SMTPServerDisconnected, OSError):
                self.drop()
        if 400 <= code < 500:
            raise TemporaryFailure(reply_line(code, reply))
        raise Refused(reply_line(code, reply), address=code in bad_address and not reply.startswith(POLICY))

    def open(self) -> None:
        """Connect and sign in where that is not done. Raises Down or Closed."""
        if self.connection is not None:
            return
        try:
            self.connection = self.connect()
        except (smtplib.SMTPNotSupportedError, ssl.SSLError) as error:
            raise Rejected(f"TLS or sign-in not possible: {error_in_words(error)}") from error
        except smtplib.SMTPResponseException as error:
            reply = reply_line(error.smtp_code, error.smtp_error)
            raise (Unreachable(reply) if error.smtp_code < 500 else Rejected(reply)) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(error_in_words(error)) from error

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
                log_in(made, server)
        except BaseException:
            made.close()
            raise
        return made


def not_answered(trouble: LineBroken) -> Uncertain:
    """A line that broke once the body was under way: the mail may have been accepted."""
    return Uncertain(f"no answer after the body: {trouble.reply}")


def starttls(made: smtplib.SMTP) -> None:
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


def dot_stuffed(message: bytes) -> bytes:
    """A message as the body of DATA: leading dots doubled, the final dot added (RFC 5321, 4.5.2)."""
    if message.startswith(b"."):
        message = b"." + message
    return message.replace(b"\r\n.", b"\r\n..") + b".\r\n"


def reply_line(code: int, reply: bytes | str) -> str:
    """A reply on one line."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return reply_text(f"{code} {' '.join(text.split())}")


def error_in_words(error: Exception) -> str:
    """An exception in words that a person can act on."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
