"""The family of errors that a person may read."""


class Refusal(Exception):  # noqa: N818 - it is an answer, not a fault
    """A rule said no. `message` is a sentence fit for the person, `code` a stable slug for programs.

    `for_team` says the same to the team, where it is somebody of the team who acts; often it is the same sentence.
    Subclasses set a default `code`; `field` names the form field beside which the message belongs, where there is one.
    """

    code = "refused"

    def __init__(self, message: str, *, code: str | None = None, field: str | None = None, for_team: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.for_team = for_team or message
        self.field = field
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        return self.message
