"""The Book button for the practice's own web site: framed by the sites that the owner lists, and by nobody else."""

import html
import re

import pytest
from django.core.exceptions import ValidationError

from clinic.models import Practice
from clinic.web.origins import check_origins
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast


def ancestors(client: Browser, address: str = "/embed/") -> str:
    """Who may frame a page, as the browser is told."""
    answer = client.get(address)
    assert answer.status_code == 200
    policy = dict(part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";"))
    return policy["frame-ancestors"]


def listed(text: str) -> None:
    """Have the owner list these web sites."""
    practice = Practice.current()
    practice.embed_origins = text
    practice.save(update_fields=["embed_origins"])


def test_nobody_may_frame_the_button_until_the_owner_lists_them(practice: Practice, client: Browser) -> None:
    assert ancestors(client) == "'none'"


def test_the_listed_sites_may_frame_the_button_and_nothing_else(cast: Cast, client: Browser) -> None:
    listed("https://www.example.org/\n\n  HTTPS://shop.example.org:8443\n")
    assert ancestors(client) == "https://www.example.org https://shop.example.org:8443"
    assert "X-Frame-Options" not in client.get("/embed/")
    for address in ("/", "/book/", f"/book/{cast.regular.slug}/", "/accounts/login/"):
        assert ancestors(client, address) == "'none'"


@pytest.mark.parametrize(
    "line",
    [
        "*", "https://*", "https:", "www.example.org", "http://www.example.org", "https://www.example.org/book",
        "https://www.example.org; script-src *", "https://a.example.org https://b.example.org", "javascript:alert(1)",
        "https://user@example.org", "https://example", "'self'", "https://exam_ple.org", "data:",
    ],
)  # fmt: skip
def test_what_is_no_origin_is_refused_and_never_reaches_the_header(
    practice: Practice, client: Browser, line: str
) -> None:
    with pytest.raises(ValidationError, match="one per line"):
        check_origins(f"https://www.example.org\n{line}")
    listed(f"https://www.example.org\n{line}")
    assert ancestors(client) == "https://www.example.org"


@pytest.mark.parametrize(
    ("text", "framed_by"),
    [
        ("", "'none'"),
        ("\n  \n", "'none'"),
        (
            "http://localhost:3000\nhttps://xn--mnchen-3ya.example.org",
            "http://localhost:3000 https://xn--mnchen-3ya.example.org",
        ),
    ],
)
def test_an_empty_list_and_a_developers_own_machine_are_fine(
    practice: Practice, client: Browser, text: str, framed_by: str
) -> None:
    check_origins(text)
    listed(text)
    assert ancestors(client) == framed_by


def test_the_button_opens_the_booking_in_the_whole_window(practice: Practice, client: Browser) -> None:
    page = client.get("/embed/").content.decode()
    assert re.findall(r"<a [^>]*>", page) == [
        '<a class="btn btn-primary" href="http://localhost:8000/book/" target="_top">'
    ]
    assert "<form" not in page
    assert "<script" not in page


@pytest.mark.invariant("I9")
def test_the_button_sets_no_cookie(practice: Practice, client: Browser) -> None:
    assert not client.get("/embed/").cookies


def test_the_admin_shows_what_to_copy_with_the_name_made_harmless(cast: Cast, client: Browser) -> None:
    client.force_login(cast.owner)
    Practice.objects.update(name='Stones "R" Us <b>')
    page = client.get("/admin/clinic/practice/1/change/").content.decode()
    found = re.search(r"<code>(.*?)</code>", page, re.DOTALL)
    assert found is not None
    snippet = html.unescape(found[1])
    assert snippet.startswith(
        '<iframe src="http://localhost:8000/embed/" title="Book at Stones &quot;R&quot; Us &lt;b&gt;"'
    )
