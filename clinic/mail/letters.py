"""A mail that is on its way to the server, and what has become of it so far."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from clinic.mail.outcomes import CANNOT_SEND, NotSent, Unexpected
from clinic.models import OutgoingMail

logger = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class Delivery:
    """One mail ready to hand over. At the end it has a `reply`, the server's yes, or a `trouble`."""

    mail: OutgoingMail
    sender: str
    recipient: str
    message: bytes
    begun: bool = False
    """Whether the body may be under way."""
    reply: str = ""
    trouble: NotSent | None = None

    def attempt(self, step: "Callable[[Delivery], None]") -> bool:
        """Go one step further with this letter, unless it has met with trouble before; an outcome that the step raises
        is kept as its trouble. True where there is none."""
        if self.trouble is None:
            try:
                step(self)
            except NotSent as trouble:
                self.trouble = trouble
            except Exception as error:
                # Whatever is wrong with this one, the others are not to wait for it.
                logger.exception("Mail %s cannot be sent.", self.mail.public_id)
                self.trouble = Unexpected(f"{CANNOT_SEND}: {type(error).__name__}")
        return self.trouble is None
