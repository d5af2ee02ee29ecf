"""Why a request came to nothing. No error holds the address, a header, a password or what was sent."""

from clinic.errors import Refusal


class OutboundError(Refusal):
    """A request that came to nothing."""

    usual_code = "outbound"


class AddressRefused(OutboundError):  # noqa: N818 - an answer
    """An address that is none, or that we do not go to: `malformed`, `not_https`, `port`, `private`."""

    usual_code = "malformed"


class NoAnswer(OutboundError):  # noqa: N818 - an answer
    """Nobody answered, or not as HTTP: `unknown_host`, `unreachable`, `certificate`, `too_slow`, `broken`."""

    usual_code = "broken"


class AnswerTooLarge(OutboundError):  # noqa: N818 - an answer
    """The answer, once unpacked, is larger than the caller takes."""

    usual_code = "too_large"


class TooManyRedirects(OutboundError):  # noqa: N818 - an answer
    """One redirect more than the caller follows."""

    usual_code = "redirects"
