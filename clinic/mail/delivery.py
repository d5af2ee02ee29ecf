"""A mail on its way out, what a way out must do, and the one that needs no mail server: a file for each mail."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from clinic.mail import claims
from clinic.mail.outcomes import LostLease, TemporaryFailure
from clinic.models import OutgoingMail
from clinic.operations.disk import write_atomically


@dataclass
class Delivery:
    """One claimed mail, ready to hand over."""

    mail: OutgoingMail
    token: UUID
    sender: str
    recipient: str
    content: bytes
    body_begun: bool = False
    """Whether the body may be under way."""

    def begin_body(self) -> None:
        """Commit that the body goes now; call it last thing before. Raises LostLease where it must not go any more."""
        if not claims.begin_body(self.mail, self.token):
            raise LostLease("withdrawn, too late or somebody else's before its body went")
        self.body_begun = True


class Transport(Protocol):
    """How mails leave: SMTP or files."""

    def send(self, delivery: Delivery) -> str:
        """Hand one mail over, with `begin_body` just before its body; return what was answered. Raises NotSent."""

    def drop(self) -> None:
        """Forget what was asked for: no body goes."""

    def close(self) -> None:
        """End."""


class FileTransport:
    """Writes mails into a folder. The name sorts by time and tells the kind, never the person."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, delivery: Delivery) -> str:
        """Write the file, whole or not at all; return its name. Raises LostLease or TemporaryFailure."""
        delivery.begin_body()
        name = file_name(delivery.mail)
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with write_atomically(self.folder / name) as file:
                file.write(delivery.content)
        except OSError as error:
            raise TemporaryFailure(f"file not written: {error.strerror}") from error
        return name

    def drop(self) -> None:
        """Nothing was asked for."""

    def close(self) -> None:
        """Nothing to close: each file is closed when it is written."""


def file_name(mail: OutgoingMail) -> str:
    """The name of a mail's file. It comes from the row alone, so a second try replaces the first."""
    return f"{mail.created_at:%Y%m%dT%H%M%S.%fZ}-{mail.kind}-{mail.public_id.hex[:8]}.eml"
