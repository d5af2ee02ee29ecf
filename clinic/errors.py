"""The family of errors that a person may read."""

from dataclasses import KW_ONLY, dataclass
from typing import ClassVar


# repr=False: what a refusal carries may be health answers, and a repr ends in a log.
@dataclass(eq=False, repr=False)
class Refusal(Exception):  # noqa: N818 - it is an answer, not a fault
    """A rule said no. `message` is a sentence fit for the person, `code` a stable slug for programs.

    `for_team` says the same to the team, where it is somebody of the team who acts; often it is the same sentence.
    Subclasses set a `usual_code`; `field` names the form field beside which the message belongs, where there is one.
    """

    usual_code: ClassVar[str] = "refused"

    message: str
    _: KW_ONLY
    code: str = ""
    field: str | None = None
    for_team: str = ""

    def __post_init__(self) -> None:
        self.code = self.code or self.usual_code
        self.for_team = self.for_team or self.message

    def __str__(self) -> str:
        return self.message
