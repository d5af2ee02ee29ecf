"""The desk among a tablet's apps."""

import struct
from pathlib import Path

from django.contrib.staticfiles import finders

from clinic.models import Practice
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast


def test_the_manifest_names_icons_that_exist_in_the_sizes_it_says(cast: Cast) -> None:
    """And nothing that a stranger may not know."""
    answer = Browser().get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    said = answer.json()
    assert (said["start_url"], said["display"]) == ("/desk/", "standalone")
    assert "Stillwater Massage" in said["name"]
    assert {icon["purpose"] for icon in said["icons"]} == {"any", "maskable"}
    for icon in said["icons"]:
        path = finders.find(icon["src"].removeprefix("/static/"))
        assert path, icon["src"]
        if icon["type"] == "image/png":
            width, height = struct.unpack(">II", Path(path).read_bytes()[16:24])
            assert f"{width}x{height}" == icon["sizes"]


def test_only_the_desk_can_be_installed(cast: Cast, client: Browser) -> None:
    """A client's page has an icon for the home screen, and no app that opens the desk."""
    assert b"manifest" not in client.get("/").content
    assert b"apple-touch-icon" in client.get("/").content
    client.force_login(cast.owner)
    assert b'rel="manifest"' in client.get("/desk/").content


def test_nothing_is_cached_for_offline() -> None:
    """No service worker: a cache on a shared tablet would keep health records."""
    scripts = Path("clinic/static/js").glob("*.js")
    assert not [each.name for each in scripts if "serviceWorker" in each.read_text()]


def test_it_opens_on_the_practices_own_paper(cast: Cast) -> None:
    Practice.objects.update(paper_colour="#f1f5f6")
    said = Browser().get("/manifest.webmanifest").json()
    assert (said["background_color"], said["theme_color"]) == ("#f1f5f6", "#f1f5f6")
