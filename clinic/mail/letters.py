"""A mail that is on its way to the server, and what has become of it so far."""

from collections.abc import Callable
from dataclasses import dataclass

from clinic.mail.outcomes import NotSent
from clinic.models import OutgoingMail


@dataclass(eq=False, slots=True)
class Letter:
    """One mail ready to hand over. At the end it has a `reply`, the server's yes, or a `trouble`."""

    mail: OutgoingMail
    sender: str
    recipient: str
    message: bytes
    reply: str = ""
    trouble: NotSent | None = None

    def attempt(self, act: Callable[[], object]) -> bool:
        """Do something for this letter; an outcome that is raised is kept as its trouble. True where none was."""
        try:
            act()
        except NotSent as trouble:
            self.trouble = trouble
        return self.trouble is None
