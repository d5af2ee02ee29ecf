"""Requests that this server makes to addresses that people gave it: webhooks and calendar feeds."""

from clinic.outbound.errors import AddressRefused, AnswerTooLarge, NoAnswer, OutboundError, TooManyRedirects
from clinic.outbound.request import Answer, Limits, fetch
from clinic.outbound.targets import Target, must_be_target
