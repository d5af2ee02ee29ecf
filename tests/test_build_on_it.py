"""What docs/build-on-it.md tells programs to do is done here, word for word."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from booking.models import WebhookEvent
from booking.webhooks.actions import add_endpoint, rotate_secret, send_test_event
from booking.webhooks.events import event_data
from clinic.models import Scope
from clinic.programs.keys import make_api_key
from tests.fixtures.cast import Cast
from tests.fixtures.processes import PATIENCE_SECONDS
from tests.fixtures.receiver import running_receiver

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "build-on-it.md").read_text()


def examples(language: str) -> list[str]:
    """The examples of the page in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.slow
def test_every_call_of_the_page_is_answered(live_gunicorn: str, cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10))
    _row, key = make_api_key(name="Website", scopes=list(Scope), expires_at=None, by=cast.owner, request=None)
    known = {
        "SITE": live_gunicorn,
        "KEY": key,
        "APPOINTMENT": str(appointment.public_id),
        "CLIENT": str(cast.ben.public_id),
        "START": cast.at(14).isoformat(),
        "LATER": cast.at(12).isoformat(),
    }
    calls = [line for block in examples("sh") for line in block.splitlines() if line.startswith("curl ")]
    assert len(calls) >= 10
    for call in calls:
        done = subprocess.run(
            ["bash", "-c", call],
            check=False,
            env={**os.environ, **known},
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        )
        assert done.returncode == 0, f"{call}: {done.stdout} {done.stderr}"
        assert done.stdout.startswith("{"), call


def test_every_scope_has_a_row() -> None:
    assert set(re.findall(r"^\| `(\w+:\w+)` \|", PAGE, re.MULTILINE)) == {scope.value for scope in Scope}


def test_the_receiving_example_takes_what_we_send_and_nothing_else(cast: Cast, settings: Settings) -> None:
    settings.OUTBOUND_NETWORKS = ["127.0.0.0/30"]
    known: dict[str, Any] = {}
    (example,) = examples("python")
    exec(example, known)  # noqa: S102 - the page's own words
    with running_receiver() as program:
        row, secret = add_endpoint(url=program.url("/hook"), events=[], by=cast.owner)
        send_test_event(row)
    (got,) = program.received
    is_from_warmstone = known["is_from_warmstone"]
    assert is_from_warmstone(got.headers, got.body, secret)
    assert not is_from_warmstone(got.headers, got.body + b" ", secret)
    assert not is_from_warmstone({**got.headers, "webhook-timestamp": "1700000000"}, got.body, secret)
    assert not is_from_warmstone(got.headers, got.body, rotate_secret(row))


def test_every_event_has_a_row_and_the_example_the_members_of_a_real_one(cast: Cast) -> None:
    assert set(re.findall(r"^\| `(appointment\.\w+)` \|", PAGE, re.MULTILINE)) == set(WebhookEvent.values)
    (example,) = examples("json")
    shown = json.loads(example)["data"]
    real = event_data(cast.appointment(cast.at(10)), cast.practice)
    assert {part: set(shown[part]) for part in shown} == {part: set(real[part]) for part in real}
