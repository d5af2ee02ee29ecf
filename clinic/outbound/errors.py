"""Why a request came to nothing. No error holds the address, a header, a password or what was sent."""


class OutboundError(Exception):
    """A request that came to nothing. `message` is a sentence fit for a person, `code` a stable slug."""

    code = "outbound"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        return self.message


class AddressRefused(OutboundError):  # noqa: N818 - it is an answer, not a fault
    """An address that is none, or that we do not go to: `malformed`, `not_https`, `port`, `private`."""

    code = "malformed"


class NoAnswer(OutboundError):  # noqa: N818
    """Nobody answered, or not as HTTP: `unknown_host`, `unreachable`, `certificate`, `too_slow`, `broken`."""

    code = "broken"


class AnswerTooLarge(OutboundError):  # noqa: N818
    """The answer, once unpacked, is larger than the caller takes."""

    code = "too_large"


class TooManyRedirects(OutboundError):  # noqa: N818
    """One redirect more than the caller follows."""

    code = "redirects"
