"""A program that speaks to the API."""

import uuid
from typing import Any

import pytest

from booking.appointments.selection import start_as_text
from booking.models import Service
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast


class Program:
    """Sends JSON and reads JSON."""

    def __init__(self) -> None:
        self.client = Browser()

    def get(self, path: str, **query: str) -> Any:
        """GET below /api/v1/."""
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path: str, body: object, *, token: str = "", key: str = "") -> Any:
        """POST a body as JSON."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if key:
            headers["Idempotency-Key"] = key
        return self.client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)

    def book(self, wish: dict[str, Any], *, key: str = "") -> Any:
        """Book, with a key of its own unless one is given."""
        return self.post("appointments", wish, key=key or str(uuid.uuid4()))


@pytest.fixture
def program() -> Program:
    """A program on the practice's own web site, say."""
    return Program()


@pytest.fixture
def wish(cast: Cast) -> dict[str, Any]:
    """Nora wants a regular massage at ten, with anyone."""
    return wish_for(cast, cast.regular)


def wish_for(cast: Cast, service: Service, **more: Any) -> dict[str, Any]:
    """A wish as the API takes it."""
    return {
        "service": service.slug,
        "start": start_as_text(cast.at(10)),
        "therapist": None,
        "client": {"first_name": "Nora", "last_name": "Vale", "email": "nora@example.org", "phone": "+49 30 123 456"},
        "conditions": [],
        "red_flags": [],
        "policy_accepted": True,
        **more,
    }


def token_of(booked: Any) -> str:
    """The token in the manage_url of a booking's answer."""
    return str(booked.json()["manage_url"]).rstrip("/").rpartition("/")[2]


def assert_problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """A well-formed problem document of this status and code; returned for a closer look."""
    assert response["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert (response.status_code, document["status"], document["code"]) == (status, status, code), document
    assert document["type"]
    assert document["title"]
    assert document["detail"]
    return document
