"""The practice's own page in a browser: pictures sent without scripts, colours of its own, nothing from elsewhere."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from clinic.models import Picture, PictureKind, Practice
from clinic.pictures.slots import Slot, put_picture
from tests.browser.axe import wrong_at
from tests.browser.story import walk
from tests.browser.test_intake import PHONE, fits
from tests.clinic.pictures import images
from tests.fixtures.cast import Cast
from tests.fixtures.pages import PATIENCE_MS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OWNER = "owner@stillwater.example"


def furnish(cast: Cast) -> None:
    """Pictures in every place, and colours of the practice's own."""
    put_picture(Slot(PictureKind.LOGO), images.png(600, 200), alternative_text="Stones")
    put_picture(Slot(PictureKind.WIDE), images.jpeg(), alternative_text="The room")
    put_picture(Slot(PictureKind.PORTRAIT, cast.mira.public_id), images.jpeg(), alternative_text="Mira")
    Practice.objects.update(accent_colour="#2f6b70", paper_colour="#f1f5f6")


def test_a_photo_is_sent_without_scripts_and_shown_to_everybody(
    live_gunicorn: str, cast: Cast, browser: Browser, tmp_path: Path
) -> None:
    photo = tmp_path / "room.jpg"
    photo.write_bytes(images.with_place())
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    walk.be_signed_in(page, live_gunicorn, OWNER)
    page.goto(f"{live_gunicorn}/desk/settings/branding/")
    page.get_by_role("link", name=re.compile("Wide photo")).click()
    page.get_by_label("File").set_input_files(photo)
    page.get_by_label("What it shows").fill("Our room at dusk")
    page.get_by_role("button", name="Save").click()
    page.locator(".picture-now img[alt='Our room at dusk']").wait_for()
    page.goto(live_gunicorn)
    shown = page.get_by_role("img", name="Our room at dusk")
    assert shown.evaluate("each => each.complete && each.naturalWidth > 0")
    page.goto(f"{live_gunicorn}/desk/settings/pictures/wide/")
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Put it back").click()
    page.locator(".picture-now img").wait_for()
    context.close()


def test_a_chosen_picture_is_seen_before_it_is_saved_and_a_portrait_as_it_will_be_cut(
    live_gunicorn: str, cast: Cast, page: Page, tmp_path: Path
) -> None:
    photo, other = tmp_path / "mira.jpg", tmp_path / "mira.txt"
    photo.write_bytes(images.jpeg(400, 300))
    other.write_text("no picture")
    page.set_default_timeout(PATIENCE_MS)
    walk.be_signed_in(page, live_gunicorn, OWNER)
    seen = page.get_by_role("img", name="The picture that you chose")
    for place, ratio in (("wide", 400 / 300), (str(cast.mira.public_id), 1)):
        page.goto(f"{live_gunicorn}/desk/settings/pictures/{place}/")
        expect(seen).to_be_hidden()
        page.get_by_label("File").set_input_files(photo)
        expect(seen).to_be_visible(timeout=PATIENCE_MS)
        assert seen.evaluate("each => each.width / each.height") == pytest.approx(ratio, abs=0.01)
        page.get_by_label("File").set_input_files(other)
        expect(seen).to_be_hidden(timeout=PATIENCE_MS)
    assert not Picture.objects.exists()


def test_the_first_page_asks_nothing_of_others_and_breaks_no_rule(live_gunicorn: str, cast: Cast, page: Page) -> None:
    furnish(cast)
    said: list[str] = []
    asked: list[str] = []

    def note(message: ConsoleMessage) -> None:
        said.append(message.text)

    page.on("console", note)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(live_gunicorn)
    portrait = page.get_by_role("img", name="Mira")
    portrait.scroll_into_view_if_needed()
    expect(portrait).to_have_js_property("complete", True)
    assert said == []
    assert {url for url in asked if not url.startswith(live_gunicorn)} == set()
    assert any(url.endswith(".webp") for url in asked)


def test_the_pages_please_axe_and_fit_a_phone_with_large_text(live_gunicorn: str, cast: Cast, browser: Browser) -> None:
    furnish(cast)
    context = browser.new_context(reduced_motion="reduce", locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    walk.be_signed_in(page, live_gunicorn, OWNER)
    found: dict[str, object] = {}
    for path in ("", "desk/settings/branding/", "desk/settings/pictures/wide/", "desk/settings/pictures/logo/"):
        page.goto(f"{live_gunicorn}/{path}")
        if wrong := wrong_at(page, PHONE["width"], 1280):
            found[path] = wrong
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        if not fits(page):
            found[f"{path} with large text"] = "too wide"
    context.close()
    assert found == {}


def test_a_colour_of_the_practice_reaches_its_buttons(live_gunicorn: str, cast: Cast, page: Page) -> None:
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.goto(live_gunicorn)
    button = page.get_by_role("link", name="Book an appointment")
    colour = "each => getComputedStyle(each).backgroundColor"
    before = button.evaluate(colour)
    furnish(cast)
    page.reload()
    assert button.evaluate(colour) == "rgb(47, 107, 112)" != before
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert button.evaluate(colour) not in {"rgb(47, 107, 112)", before}
