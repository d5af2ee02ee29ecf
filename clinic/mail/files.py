"""Without a mail server: each mail a file that a person can open."""

import contextlib
import os
import tempfile
from pathlib import Path

from clinic.mail.letters import Delivery
from clinic.mail.outcomes import LostLease, TemporaryFailure
from clinic.models import OutgoingMail


class FileTransport:
    """Writes mails into a folder. The name sorts by time and tells the kind, never the person."""

    readable = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def is_open(self) -> bool:
        """A disk needs no connection."""
        return True

    def begin(self, letter: Delivery) -> None:
        """Nobody needs to be told."""

    def ask(self, letter: Delivery) -> None:
        """Nobody needs to be asked."""

    def take_back(self, letter: Delivery) -> None:
        """Nothing is written yet."""
        raise LostLease("taken back before the file was written")

    def hand_over(self, letter: Delivery) -> None:
        """Write the file, whole or not at all. Raises Later."""
        name = file_name(letter.mail)
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, unfinished = tempfile.mkstemp(dir=self.folder, prefix=".", suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(letter.message)
                Path(unfinished).rename(self.folder / name)
            except BaseException:
                with contextlib.suppress(FileNotFoundError):
                    Path(unfinished).unlink()
                raise
        except OSError as error:
            raise TemporaryFailure(f"file not written: {error.strerror}") from error
        letter.reply = name

    def hear_out(self, letter: Delivery) -> None:
        """A file that is there says all."""

    def drop(self) -> None:
        """Nothing was asked for."""

    def close(self) -> None:
        """Nothing stays open."""


def file_name(mail: OutgoingMail) -> str:
    """The name of a mail's file. It comes from the row alone, so a second try replaces the first."""
    return f"{mail.created_at:%Y%m%dT%H%M%S.%fZ}-{mail.kind}-{mail.public_id.hex[:8]}.eml"
