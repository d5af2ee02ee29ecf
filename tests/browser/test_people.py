"""A client found from anywhere by key, by touch, without scripts; the file looked through; two files put together."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from clients.models import Attachment, Client, Intake
from tests.browser.axe import complaints_in_both, wrong_at
from tests.browser.story import walk
from tests.fixtures.cast import Cast
from tests.fixtures.pages import PATIENCE_MS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PDF = b"%PDF-1.4 a referral"
FILE_PAGES = (
    "Overview",
    "Health",
    "Notes",
    "Plans",
    "Payments",
    "Documents",
    "Messages",
    "Who looked",
)


@pytest.fixture
def owner(live_gunicorn: str, cast: Cast, page: Page) -> Page:
    """Olga at the desk, in a practice where Ana has an appointment ahead, two health forms and an alert."""
    cast.appointment(cast.at(10))
    Client.objects.filter(pk=cast.ana.pk).update(alert="Latex allergy. No deep pressure.")
    for medicines in ("Aspirin", "Aspirin\nApixaban"):
        Intake.objects.create(client=cast.ana, catalogue_version="1", triage="ok", medicines=medicines)
    walk.be_signed_in(page, live_gunicorn, "owner@stillwater.example")
    page.goto(f"{live_gunicorn}/desk/")
    return page


def open_file(page: Page, site: str, client: Client) -> None:
    """A client's file."""
    page.goto(f"{site}/desk/clients/{client.public_id}/")
    walk.heading(page, str(client))


def test_a_client_is_found_on_a_phone_in_one_tap(owner: Page) -> None:
    owner.set_viewport_size({"width": 360, "height": 780})
    box = owner.get_by_role("combobox", name="Find a client")
    size = box.bounding_box()
    assert size is not None
    assert (size["width"], size["height"]) == (44, 44)
    box.click()
    owner.keyboard.type("lin")
    expect(owner.get_by_role("option", name=re.compile("Lind, Ana"))).to_be_visible()
    assert owner.evaluate("document.documentElement.scrollWidth") == 360
    if wrong := complaints_in_both(owner):
        pytest.fail(str(wrong))


def test_a_client_is_found_by_keys_alone(owner: Page) -> None:
    owner.keyboard.press("/")
    box = owner.get_by_role("combobox", name="Find a client")
    expect(box).to_be_focused()
    owner.keyboard.type("ánA li")
    option = owner.get_by_role("option", name=re.compile("Lind, Ana"))
    expect(option).to_contain_text("Regular massage")
    expect(box).to_have_attribute("aria-expanded", "true")
    owner.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", str(option.get_attribute("id")))
    owner.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    owner.keyboard.type("n")
    expect(box).to_have_attribute("aria-expanded", "true")
    owner.keyboard.press("ArrowUp")
    owner.keyboard.press("ArrowUp")
    owner.keyboard.press("ArrowDown")
    owner.keyboard.press("Enter")
    walk.heading(owner, "Ana Lind")


def test_a_slash_that_is_typed_stays_a_slash(owner: Page, live_gunicorn: str) -> None:
    owner.goto(f"{live_gunicorn}/desk/clients/")
    field = owner.get_by_role("searchbox", name="Name, phone or e-mail")
    field.click()
    owner.keyboard.type("030/5550")
    expect(field).to_have_value("030/5550")


def test_enter_without_a_choice_leads_to_the_list(owner: Page) -> None:
    owner.keyboard.press("/")
    owner.keyboard.type("lind")
    owner.keyboard.press("Enter")
    owner.wait_for_url("**/desk/clients/?q=lind")
    expect(owner.get_by_role("link", name="Lind, Ana")).to_be_visible()


def test_names_stand_at_the_left_edge_on_every_screen(owner: Page, live_gunicorn: str) -> None:
    owner.goto(f"{live_gunicorn}/desk/clients/")
    for width in (360, 820, 1280):
        owner.set_viewport_size({"width": width, "height": 800})
        for name in ("Lind, Ana", "Haas, Ben"):
            line, link = owner.locator(".people .line", has_text=name), owner.get_by_role("link", name=name)
            edge = line.evaluate("each => each.getBoundingClientRect().left")
            assert link.evaluate("each => each.getBoundingClientRect().left") - edge < 48, f"{name} at {width}"


def test_a_client_is_found_by_touch_and_without_scripts(live_gunicorn: str, cast: Cast, browser: Browser) -> None:
    for scripts in (True, False):
        context = browser.new_context(
            viewport={"width": 820, "height": 1180}, has_touch=True, locale="en-GB", java_script_enabled=scripts
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        walk.be_signed_in(page, live_gunicorn, "mira@stillwater.example")
        page.goto(f"{live_gunicorn}/desk/")
        page.locator("#desk-search").fill("haas")
        if scripts:
            page.get_by_role("option", name=re.compile("Haas, Ben")).tap()
        else:
            page.locator("#desk-search").press("Enter")
            page.get_by_role("link", name="Haas, Ben").click()
        walk.heading(page, "Ben Haas")
        page.get_by_role("link", name="Health", exact=True).click()
        expect(page.get_by_role("heading", name="Health forms")).to_be_visible()
        context.close()


def test_the_file_is_looked_through_and_two_health_forms_compared(owner: Page, live_gunicorn: str, cast: Cast) -> None:
    open_file(owner, live_gunicorn, cast.ana)
    expect(owner.get_by_role("note", name="Alert")).to_contain_text("Latex allergy")
    owner.get_by_role("link", name="Health", exact=True).click()
    row = owner.get_by_role("row", name=re.compile("Medicines"))
    expect(row).to_contain_text("changed")
    expect(row.locator("ins")).to_have_text("Apixaban")
    owner.get_by_label("Earlier").select_option(index=0)
    owner.get_by_role("button", name="Compare").click()
    expect(owner.get_by_role("row")).to_have_count(0)
    owner.go_back()
    expect(owner.locator("ins")).to_have_text("Apixaban")


def test_a_document_is_refused_beside_its_field_and_then_taken(owner: Page, live_gunicorn: str, cast: Cast) -> None:
    open_file(owner, live_gunicorn, cast.ana)
    owner.get_by_role("link", name="Documents", exact=True).click()
    owner.get_by_label("What it is").fill("Referral")
    owner.get_by_label("Photo or file").set_input_files(
        files={"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"MZ no note"}
    )
    owner.get_by_role("button", name="Add it to the record").click()
    expect(owner.locator("#div_id_file")).to_contain_text("Please choose a PDF, JPEG or PNG file.")
    expect(owner.get_by_label("What it is")).to_have_value("Referral")
    owner.get_by_label("Photo or file").set_input_files(
        files={"name": "a.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    owner.get_by_role("button", name="Add it to the record").click()
    expect(owner.get_by_role("link", name="Referral")).to_be_visible()
    assert Attachment.objects.get().unsealed() == PDF


def test_a_likely_pair_is_put_together_and_taken_apart_again(owner: Page, live_gunicorn: str, cast: Cast) -> None:
    twin = Client.objects.create(first_name="Aña", last_name="Lind", phone="+49 30 5550 111", alert="Cold hands")
    owner.goto(f"{live_gunicorn}/desk/clients/")
    owner.get_by_role("link", name="Likely duplicates").click()
    expect(owner.get_by_text("Names that read alike, the same phone")).to_be_visible()
    owner.get_by_role("link", name="Look at both").click()
    walk.heading(owner, "Is this one person?")
    owner.get_by_role("button", name="One person: put together").click()
    expect(owner.get_by_role("note", name="Alert")).to_contain_text("Cold hands")
    owner.get_by_role("link", name="Undo").click()
    owner.get_by_role("button", name="Make two files again").click()
    walk.heading(owner, "Aña Lind")
    twin.refresh_from_db()
    assert (twin.merged_into, twin.alert) == (None, "Cold hands")


def test_no_page_of_a_file_has_a_violation_at_any_width(owner: Page, live_gunicorn: str, cast: Cast) -> None:
    open_file(owner, live_gunicorn, cast.ana)
    found = {}
    for name in FILE_PAGES:
        owner.get_by_role("navigation", name="Pages of this file").get_by_role("link", name=name, exact=True).click()
        expect(owner.locator(".file-pages [aria-current]")).to_have_text(name)
        if wrong := wrong_at(owner, 360, 820, 1280):
            found[name] = wrong
    owner.keyboard.press("/")
    expect(owner.get_by_role("combobox", name="Find a client")).to_be_focused()
    owner.keyboard.type("a")
    owner.get_by_role("option").first.wait_for()
    owner.keyboard.press("ArrowDown")
    if wrong := complaints_in_both(owner):
        found["the list that drops down"] = wrong
    assert not found, found
