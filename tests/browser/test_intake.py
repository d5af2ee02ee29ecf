"""The intake on a phone: by touch of the list without JavaScript, by keyboard alone with it."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from clients.care import shipped
from clients.intake.actions import request_intake, save_step, submit_intake
from clients.models import CarePlan, Intake, IntakeRequest
from clients.record.find_or_create import find_or_create_client
from clinic.models.links import LinkPurpose
from clinic.web.links import mint_link
from tests.browser.axe import complaints, complaints_in_both
from tests.clients.answers import BORN_ON, SORE_BACK, consented, health, signs
from tests.clients.steps import fill

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = {"width": 360, "height": 780}
A_DAY = dt.timedelta(days=1)
STEPS = ("you", "complaint", "where", "since", "signs", "health", "comfort", "goal", "consent")
# What may be read, heading, buttons and the practice's own consent text included (catalogue, `intake.word_budget`).
BUDGET = shipped().intake.word_budget


@pytest.fixture
def asked(transactional_db: None) -> IntakeRequest:
    """Ana was asked for an intake before hot stones."""
    ana, _ = find_or_create_client(first_name="Ana", last_name="Berg", email="ana@example.org", phone="")
    return request_intake(ana, technique_slug="hot-stone")


def link(site: str, row: IntakeRequest, *, by_mail: bool = False) -> str:
    """The address of the intake as a page would carry it, or a mail."""
    token = mint_link(purpose=LinkPurpose.INTAKE, subject=row.public_id, lasts=A_DAY, by_mail=by_mail)
    return f"{site}/intake/{token}/"


def care_link(site: str, plan: CarePlan) -> str:
    """The address of the plan as a mail would carry it."""
    return f"{site}/care/{mint_link(purpose=LinkPurpose.CARE, subject=plan.public_id, lasts=A_DAY)}/"


def fits(page: Page) -> bool:
    """Whether nothing hangs over the right edge."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def go_on(page: Page) -> None:
    """Press the button, and wait for the page it leads to."""
    here = page.url
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(lambda url: url != here)


def say_no(page: Page, *but: str) -> None:
    """Answer every group of health questions with no, but for these."""
    for group in shipped().groups:
        if group.id not in but:
            page.locator(f"#div_id_gate-{group.id} label", has_text="No").first.click()


# What only a screen reader says is not read on the page.
SEEN = """() => {
  const unseen = [...document.querySelectorAll(".visually-hidden, .skip-link")];
  unseen.forEach((each) => each.setAttribute("hidden", ""));
  const text = document.body.innerText;
  unseen.forEach((each) => each.removeAttribute("hidden"));
  return text;
}"""


def seen_words(page: Page) -> int:
    """How many words can be read on a page, with everything that stands on it."""
    return len(re.findall(r"\w+(?:[’'.-]\w+)*", page.evaluate(SEEN)))


def test_without_javascript_a_phone_gets_from_the_mail_to_the_plan(
    live_gunicorn: str, browser: Browser, asked: IntakeRequest
) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(link(live_gunicorn, asked))
    assert "/intake/" + str(asked.public_id) in page.url
    page.get_by_role("link", name="Begin").click()
    page.get_by_label("Date of birth").fill(BORN_ON)
    go_on(page)
    expect(page.get_by_text("Dull or aching pain")).to_be_hidden()
    page.get_by_text("Pain or tightness", exact=True).click()
    page.get_by_text("Dull or aching pain").click()
    page.locator("#div_id_pain label", has_text=re.compile(r"^\s*5\s*$")).click()
    go_on(page)
    page.get_by_text("Whole lower back", exact=True).click()
    go_on(page)
    page.get_by_text("More than 12 weeks", exact=True).click()
    page.get_by_text("Computer work").click()
    go_on(page)
    page.get_by_text("None of these", exact=True).click()
    go_on(page)
    say_no(page, "medicines")
    expect(page.get_by_label("Your medicines")).to_be_hidden()
    page.locator("#div_id_gate-medicines label", has_text="Yes").first.click()
    page.get_by_label("Your medicines").fill("💊 Eliquis")
    go_on(page)
    expect(page.get_by_text("You wrote “Eliquis”")).to_be_visible()
    go_on(page)
    page.get_by_text("Medium", exact=True).click()
    go_on(page)
    page.get_by_text("No", exact=True).click()
    go_on(page)
    page.get_by_text("I agree to the treatment as described above").click()
    page.get_by_text("I agree to hot stones").click()
    page.get_by_label("Your first and last name").fill("Ana Berg")
    go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this right?")
    expect(page.get_by_text("💊 Eliquis")).to_be_visible()
    page.get_by_role("button", name="Send to my therapist").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, Ana")
    intake = Intake.objects.get()
    assert (intake.medicines, intake.conditions) == ("💊 Eliquis", ["anticoagulants"])
    assert set(intake.areas) == {"lower-back"}
    context.close()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus."""
    for _press in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("(it) => document.activeElement.matches(it)", selector):
            return
    pytest.fail(f"Tab never reaches {selector}")


def press_on(page: Page) -> None:
    """Reach the one button by keyboard, and press it."""
    here = page.url
    tab_to(page, "main .btn-primary")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != here)


def tick(page: Page, *selectors: str) -> None:
    for selector in selectors:
        tab_to(page, selector)
        page.keyboard.press("Space")


def test_by_keyboard_alone_a_phone_gets_to_the_plan(live_gunicorn: str, page: Page, asked: IntakeRequest) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(link(live_gunicorn, asked))
    press_on(page)
    page.locator("input[name=born_on]").fill(BORN_ON)
    press_on(page)
    tab_to(page, "input[name=brings]")
    page.keyboard.press("ArrowDown")
    tick(page, "input[value=dull-ache]")
    tab_to(page, "input[name=pain]")
    page.keyboard.press("ArrowRight")
    press_on(page)
    tick(page, "figure[data-view=back] [data-area]")
    expect(page.locator("[data-chart-said]")).to_contain_text("You marked:")
    press_on(page)
    tab_to(page, "input[name=onset]")
    page.keyboard.press("ArrowDown")
    press_on(page)
    tick(page, "input[name=red_flags][value=none]")
    press_on(page)
    for group in shipped().groups:
        tab_to(page, f"input[name='gate-{group.id}']")
        page.keyboard.press("Space" if group.id == "skin" else "ArrowRight")
    tab_to(page, "main .btn-primary")
    page.keyboard.press("Shift+Tab")
    page.locator("input[name='gate-skin'][value=yes]").focus()
    tick(page, "input[value=bruising]")
    tab_to(page, "input[name='where-bruising'][value=thigh]")
    page.keyboard.press("Space")
    press_on(page)
    press_on(page)
    tab_to(page, "input[name=tips_by_mail]")
    page.keyboard.press("Space")
    press_on(page)
    tick(page, "input[name=treatment]", "input[name=hot_stone]")
    tab_to(page, "input[name=signature]")
    page.keyboard.type("Ana Berg")
    press_on(page)
    press_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, Ana")
    intake = Intake.objects.get()
    assert intake.where == {"bruising": ["thigh"]}
    assert dict(intake.scores.values_list("moment", "value")) == {"now": 1}


def test_none_of_these_and_its_neighbours_put_each_other_out(
    live_gunicorn: str, page: Page, asked: IntakeRequest
) -> None:
    page.goto(link(live_gunicorn, asked))
    page.goto(f"{live_gunicorn}/intake/{asked.public_id}/complaint/")
    page.get_by_text("An injury", exact=True).click()
    page.locator("input[value=stiffness] + label").click()
    page.get_by_text("None of these", exact=True).click()
    expect(page.locator("input[value=stiffness]")).not_to_be_checked()
    page.locator("input[value=stiffness] + label").click()
    expect(page.locator("input[value=none]")).not_to_be_checked()


def test_a_no_takes_back_what_stood_behind_the_yes(live_gunicorn: str, page: Page, asked: IntakeRequest) -> None:
    page.goto(link(live_gunicorn, asked))
    page.goto(f"{live_gunicorn}/intake/{asked.public_id}/health/")
    say_no(page)
    skin = page.locator("#div_id_gate-skin")
    skin.get_by_text("Yes", exact=True).click()
    skin.get_by_text("Do you have any bruises now, and where?").click()
    expect(page.locator("#div_id_where-bruising")).to_be_visible()
    skin.get_by_text("No", exact=True).click()
    expect(skin.get_by_text("Do you have any bruises now, and where?")).to_be_hidden()
    go_on(page)
    asked.refresh_from_db()
    assert asked.answers["health"]["conditions"] == []


def test_a_whole_region_is_one_tap_on_and_one_tap_off(live_gunicorn: str, page: Page, asked: IntakeRequest) -> None:
    save_step(asked, step="complaint", data=SORE_BACK["complaint"])
    page.goto(link(live_gunicorn, asked))
    page.goto(f"{live_gunicorn}/intake/{asked.public_id}/where/")
    page.get_by_text("Whole neck and shoulders", exact=True).click()
    expect(page.locator("[data-chart-said]")).to_contain_text("Neck, both sides; Neck, centre; Shoulder, both sides")
    expect(page.locator("[data-area=shoulder][data-side=left][aria-checked=true]")).to_have_count(2)
    page.locator("figure[data-view=back] [data-area=neck][data-side=centre]").click()
    expect(page.locator("#whole-neck-and-shoulders")).not_to_be_checked()
    page.get_by_text("Whole neck and shoulders", exact=True).click()
    page.get_by_text("Whole neck and shoulders", exact=True).click()
    expect(page.locator("[data-chart-said]")).to_have_text("Nothing marked yet.")


def test_the_pain_scale_is_one_row_on_a_phone(live_gunicorn: str, page: Page, asked: IntakeRequest) -> None:
    page.goto(link(live_gunicorn, asked))
    page.goto(f"{live_gunicorn}/intake/{asked.public_id}/complaint/")
    page.get_by_text("Pain or tightness", exact=True).click()
    for width in (320, 360):
        page.set_viewport_size({"width": width, "height": 740})
        boxes = [label.bounding_box() for label in page.locator("#div_id_pain .form-check").all()]
        assert len(boxes) == 11
        assert len({round(box["y"]) for box in boxes if box}) == 1
        assert all(box and box["width"] >= 24 and box["height"] >= 44 for box in boxes), "WCAG 2.2, 2.5.8"
        assert fits(page)


def test_a_thumb_beside_the_spine_marks_the_spine(live_gunicorn: str, page: Page, asked: IntakeRequest) -> None:
    """The strips of the spine are 18 px wide on a phone; what is tapped just beside them counts as theirs."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    save_step(asked, step="complaint", data=SORE_BACK["complaint"])
    page.goto(link(live_gunicorn, asked))
    page.goto(f"{live_gunicorn}/intake/{asked.public_id}/where/")
    strip = page.locator("figure[data-view=back] [data-area=lower-back][data-side=centre]")
    strip.scroll_into_view_if_needed()
    box = strip.evaluate("(it) => it.getBoundingClientRect().toJSON()")
    page.mouse.click(box["x"] - 0.7 * box["width"], box["y"] + box["height"] / 2)
    expect(page.locator("[data-chart-said]")).to_have_text("You marked: Lower back, centre.")
    page.mouse.click(box["x"] - box["width"], box["y"] + box["height"] / 2)
    expect(page.locator("[data-chart-said]")).to_contain_text("Lower back, left")


def test_the_short_form_with_nothing_opened_is_read_in_two_minutes(
    live_gunicorn: str, page: Page, asked: IntakeRequest
) -> None:
    IntakeRequest.objects.update(technique="regular-massage", short=True)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(link(live_gunicorn, asked))
    counted = {"welcome": seen_words(page)}
    page.get_by_role("link", name="Begin").click()
    page.get_by_label("Date of birth").fill(BORN_ON)
    counted["you"] = leave(page)
    page.get_by_text("To relax", exact=True).click()
    counted["complaint"] = leave(page)
    say_no(page)
    counted["health"] = leave(page)
    counted["comfort"] = leave(page)
    page.get_by_text("Yes", exact=True).click()
    counted["goal"] = leave(page)
    page.get_by_text("I agree to the treatment as described above").click()
    page.get_by_label("Your first and last name").fill("Ana Berg")
    counted["consent"] = leave(page)
    counted["check"] = seen_words(page)
    assert page.url.endswith("/check/")
    assert sum(counted.values()) <= BUDGET["short"], counted


def leave(page: Page) -> int:
    """Go on to the next page; the words that could be read on this one."""
    counted = seen_words(page)
    go_on(page)
    return counted


def test_a_chronic_back_with_two_groups_opened_is_read_in_seven_minutes(
    live_gunicorn: str, page: Page, asked: IntakeRequest
) -> None:
    IntakeRequest.objects.update(technique="regular-massage")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(link(live_gunicorn, asked))
    counted = {"welcome": seen_words(page)}
    page.get_by_role("link", name="Begin").click()
    page.get_by_label("Date of birth").fill(BORN_ON)
    page.get_by_label("Who should we call").fill("Max Berg, 030 555")
    page.get_by_text("Sitting", exact=True).click()
    counted["you"] = leave(page)
    page.get_by_text("Pain or tightness", exact=True).click()
    page.get_by_text("Dull or aching pain").click()
    page.locator("input[value=stiffness] + label").click()
    page.locator("#div_id_pain label", has_text=re.compile(r"^\s*5\s*$")).click()
    counted["complaint"] = leave(page)
    page.get_by_text("Whole lower back", exact=True).click()
    counted["where"] = leave(page)
    page.get_by_text("More than 12 weeks", exact=True).click()
    page.get_by_text("Computer work").click()
    page.get_by_text("What makes it better or worse?").click()
    page.get_by_text("Sitting", exact=True).click()
    counted["since"] = leave(page)
    page.get_by_text("None of these", exact=True).click()
    counted["signs"] = leave(page)
    say_no(page, "heart-blood", "medicines")
    for group, condition in (("heart-blood", "hypertension"), ("medicines", "lithium-diuretic")):
        page.locator(f"#div_id_gate-{group} label", has_text="Yes").first.click()
        page.locator(f"input[name=conditions][value={condition}] + label").click()
    page.get_by_label("Your medicines").fill("Ramipril 5 mg")
    counted["health"] = leave(page)
    page.get_by_text("Medium", exact=True).click()
    counted["comfort"] = leave(page)
    page.get_by_label("One thing you would like to do again").fill("Garden")
    page.get_by_text("Yes", exact=True).click()
    counted["goal"] = leave(page)
    page.get_by_text("I agree to the treatment as described above").click()
    page.get_by_label("Your first and last name").fill("Ana Berg")
    counted["consent"] = leave(page)
    counted["check"] = seen_words(page)
    assert page.url.endswith("/check/")
    assert sum(counted.values()) <= BUDGET["full"], counted


def test_every_page_is_clean_and_fits_the_smallest_phone(live_gunicorn: str, page: Page, asked: IntakeRequest) -> None:
    told = health("bruising", where={"bruising": ["thigh"]}, medicines="Eliquis", surgery="Disc, last month")
    confirmed = {"asked": ["recent-surgery", "spinal-surgery", "anticoagulants"], "conditions": ["recent-surgery"]}
    fill(asked, health=told, confirm=confirmed, signs=signs("not-improving"), consent=consented(hot_stone=True))
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(link(live_gunicorn, asked))
    base = f"{live_gunicorn}/intake/{asked.public_id}/"
    for step in ["", *(f"{step}/" for step in (*STEPS, "confirm", "check"))]:
        page.goto(base + step)
        assert (step, complaints_in_both(page), fits(page)) == (step, [], True)
    page.goto(f"{base}signs/")
    assert page.locator("input[name=checked-not-improving]").is_visible()
    page.goto(f"{base}health/")
    assert page.locator("#div_id_where-bruising").is_visible()
    plan = submit_intake(asked).plans.get()
    for address in (base, care_link(live_gunicorn, plan), f"{live_gunicorn}/how-we-advise/"):
        page.goto(address)
        assert (address, complaints_in_both(page), fits(page)) == (address, [], True)


def test_what_stops_it_and_what_comes_again_are_clean_too(live_gunicorn: str, page: Page, asked: IntakeRequest) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    fill(asked, health=health("dvt-current"), consent=consented(hot_stone=True))
    page.goto(link(live_gunicorn, asked))
    base = f"{live_gunicorn}/intake/{asked.public_id}/"
    page.goto(f"{base}doctor/")
    assert (complaints_in_both(page), fits(page)) == ([], True)
    fill(asked, consent=consented(hot_stone=True))
    submit_intake(asked, now=timezone.now() - dt.timedelta(days=2))
    again = request_intake(asked.client, technique_slug="hot-stone")
    page.goto(link(live_gunicorn, again, by_mail=True))
    assert (complaints_in_both(page), fits(page)) == ([], True)
    page.get_by_role("button", name="Still so").click()
    base = f"{live_gunicorn}/intake/{again.public_id}/"
    page.goto(f"{base}health/")
    expect(page.locator("details.settled")).to_have_count(len(shipped().groups) - 1)
    expect(page.locator("#div_id_gate-skin")).to_be_hidden()
    expect(page.locator("#div_id_gate-today")).to_be_visible()
    assert (complaints_in_both(page), fits(page)) == ([], True)
    fill(again, signs=signs("ces-saddle-numbness"))
    submit_intake(again)
    page.goto(base)
    expect(page.get_by_role("heading", level=1)).to_have_text("Please get medical help now")
    expect(page.locator("main a[href^='tel:']")).to_have_count(1)
    assert (complaints_in_both(page), fits(page)) == ([], True)
    page.get_by_role("button", name="I ticked this by mistake").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Any of these?")


def test_a_refused_page_starts_at_what_to_put_right(live_gunicorn: str, page: Page, asked: IntakeRequest) -> None:
    page.goto(link(live_gunicorn, asked))
    page.goto(f"{live_gunicorn}/intake/{asked.public_id}/complaint/")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert complaints(page) == []
    page.locator("[data-error-summary] a").click()
    expect(page.locator("input[name=brings]").first).to_be_focused()
