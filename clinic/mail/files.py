"""Without a mail server: each mail a file that a person can open."""

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from clinic.mail.outcomes import Later, LostLease
from clinic.models import OutgoingMail


class FileWay:
    """Writes mails into a folder. The name sorts by time and tells the kind, never the person."""

    readable = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = ""

    def prepare(self, mail: OutgoingMail) -> None:
        """Set the name of the next file. It comes from the row alone, so a second try replaces the first."""
        self.name = f"{mail.created_at:%Y%m%dT%H%M%S.%fZ}-{mail.kind}-{mail.public_id.hex[:8]}.eml"

    def deliver(self, *, sender: str, recipient: str, message: bytes, before_body: Callable[[], bool]) -> str:
        """Write the file, whole or not at all, and return its name. Raises Later or LostLease."""
        if not before_body():
            raise LostLease("taken back before the file was written")
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, unfinished = tempfile.mkstemp(dir=self.folder, prefix=".", suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(message)
                Path(unfinished).rename(self.folder / self.name)
            except BaseException:
                with contextlib.suppress(FileNotFoundError):
                    Path(unfinished).unlink()
                raise
        except OSError as error:
            raise Later(f"file not written: {error.strerror}") from error
        return f"file {self.name}"

    def close(self) -> None:
        """Nothing is open."""
