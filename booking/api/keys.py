"""Programs that come with a key: who may ask what below `practice/`, and how often."""

from typing import Any

from ninja.security import HttpBearer

from clinic.models import AccessEvent, ApiKey, Scope
from clinic.programs.keys import KeyRefused, MissingScope, must_be_live_key
from clinic.web.http import HttpRequest
from clinic.web.throttle import Allowance, Throttled, address_of, network_key, throttle_key

# What one key may ask, and what one network may try with keys that are none.
# In an operation's description, until it stands in its security requirement.
SCOPE_MARK = "x-scope"
KEY_RATE = "300/m"
WRONG_KEY_RATE = "30/m"


class ProgramRequest(HttpRequest):
    """A request of a program whose key is good for what it asks."""

    auth: ApiKey
    allowance: Allowance


class ProgramKey(HttpBearer):
    """A program's key with one scope, as a Bearer token."""

    openapi_bearerFormat = "wsk_ and 43 characters"  # noqa: N815 - OpenAPI writes it so
    openapi_description = (
        "A key that an owner of the practice makes under Settings, Programs. It has one or more scopes: "
        + "; ".join(f"`{scope.value}`: {scope.label}" for scope in Scope)
        + ". No scope reads health answers, session notes, plans or care."
    )

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: Any, token: str) -> ApiKey:
        """The key. Raises KeyRefused, MissingScope and Throttled, each a problem document."""
        try:
            key = must_be_live_key(token, address=address_of(request))
        except KeyRefused:
            throttle_key(network_key(request), scope="wrong-key", rate=WRONG_KEY_RATE)
            raise
        try:
            request.allowance = throttle_key(str(key.public_id), scope="key", rate=KEY_RATE)
        except Throttled as error:
            request.allowance = nothing_left(error)
            raise
        if self.scope not in key.scopes:
            raise MissingScope(self.scope)
        return key


def by_key(scope: Scope) -> dict[str, Any]:
    """The options of an operation that asks for a key with a scope."""
    return {"auth": ProgramKey(scope), "openapi_extra": {SCOPE_MARK: scope.value}}


def nothing_left(error: Throttled) -> Allowance:
    """The allowance of a key that asked too often."""
    limit, _slash, _unit = KEY_RATE.partition("/")
    return Allowance(int(limit), 60, 0, error.retry_after)


def note_program_access(key: ApiKey, *, noun: str, action: AccessEvent.Action, client: Any = None) -> None:
    """A line in the access log: this program read or changed what is held of a client (their public id), or listed."""
    AccessEvent.objects.create(user=key.actor, actor="program", action=action, noun=noun, client=client)
