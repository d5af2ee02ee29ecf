"""The database is away: every page says so kindly, as 503, to people and to programs; nothing is a fault of theirs."""

import json
import urllib.error
import urllib.request

import pytest

from tests.fixtures.processes import PATIENCE_SECONDS, Processes, free_port


def ask(url: str, **headers: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and body, whatever the status."""
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - the test's own server
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as response:  # noqa: S310
            return response.status, dict(response.headers), response.read().decode()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, dict(answer.headers), answer.read().decode()


@pytest.mark.slow
def test_a_database_that_is_away_is_a_kind_503(process_env: dict[str, str], processes: Processes) -> None:
    process_env["DATABASE_URL"] = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    url, _server = processes.gunicorn(workers=1)
    for path in ("/", "/book/", "/desk/", "/accounts/login/", "/me/", "/admin/login/"):
        status, headers, body = ask(url + path, Cookie="sessionid=abcdefghijklmnopqrstuvwxyz012345")
        assert (path, status, headers["Retry-After"]) == (path, 503, "30")
        assert body.count("<h1") == 1
        assert "call us" in body
        assert headers["Cache-Control"] == "no-store"
    for path in ("services", "slots?service=x&from=2027-01-01&to=2027-01-02"):
        status, headers, body = ask(f"{url}/api/v1/{path}")
        assert (status, headers["Retry-After"]) == (503, "30")
        assert headers["Content-Type"] == "application/problem+json"
        problem = json.loads(body)
        assert (problem["code"], problem["status"]) == ("busy", 503)
    status, _headers, body = ask(f"{url}/healthz/ready")
    assert status == 503
    assert json.loads(body)["parts"]["database"] == {"ok": False}
    assert ask(f"{url}/healthz/live")[0] == 200
