"""The page of a plan: one thing first, few words, no caution against a dose, and nothing that is held back."""

import datetime as dt
import re
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest
from django.utils import timezone

from clients.care import shipped
from clients.models import CarePlan, CarePlanItem, Client, Screening
from clients.plans.blends import drops_in, spoon_dose
from clients.plans.page import plan_page
from clients.plans.shown import DRAWINGS
from clinic.models import Practice
from tests.clients.plans.given import DESK_NECK, SORE_BACK, given, told
from tests.clients.plans.people import page_of, persona, personas, plan_of
from tests.clients.plans.visible import visible_words
from tests.fixtures.cast import Cast
from tests.fixtures.processes import ROOT

pytestmark = pytest.mark.django_db
State = CarePlanItem.State
MOST_WORDS = 300
PEOPLE = [each["id"] for each in personas()]
# Of whom a warning sign is asked.
ASKED = [each["id"] for each in personas() if any("asks:" in item for item in each["expect"].get("must", ()))]
CHATTY = ("insulin-pump", "many-reasons", "post-partum", "seed-gardener", "warm-helps", "carpal-tunnel", "relax-stones")


def read(plan: CarePlan) -> str:
    return unescape(page_of(plan))


@pytest.mark.parametrize("who", CHATTY)
def test_a_plan_says_what_it_has_to_say_in_under_300_words(ana: Client, practice: Practice, who: str) -> None:
    Practice.objects.update(phone="+49 30 5550 101", country=persona(who).get("region", "DE"))
    page = page_of(plan_of(ana, persona(who)))
    assert 100 < len(visible_words(page)) < MOST_WORDS


def test_the_one_thing_comes_first_and_at_most_four_tips_and_two_oils_follow(ana: Client) -> None:
    plan = plan_of(ana, persona("seed-gardener"))
    page = read(plan)
    order = [page.index(text) for text in ("This week, one thing", "What suits", "Also good", "In your oil")]
    assert order == sorted(order)
    one = plan.items.get(slug=plan.one_thing)
    assert page.index(one.name) < order[1]
    shown = plan_page(plan, Practice.current(), now=timezone.now())
    assert len(shown.tips) <= 4
    assert shown.blend is not None
    assert len(shown.blend.oils) <= 2


@pytest.mark.invariant("I6")
@pytest.mark.parametrize("who", ASKED)
def test_an_open_plan_shows_a_stop_and_questions_and_nothing_else(ana: Client, who: str) -> None:
    plan = plan_of(ana, persona(who))
    assert plan.provisional
    page = read(plan)
    for item in (*shipped().home_care, *shipped().oils):
        if item.id != "see-physician":
            assert f">{item.name}<" not in page
    assert "In your oil" not in page
    assert "What suits" not in page
    if plan.triage != "emergency" or not plan.warnings:
        assert all(each["question"] in page for each in plan.questions)
    asked = {each["slug"] for each in plan.questions}
    assert not [flag.id for flag in shipped().red_flags if flag.id in asked and flag.text in page]


@pytest.mark.invariant("I7")
def test_after_an_emergency_answer_the_page_has_the_number_and_the_practice(ana: Client) -> None:
    Practice.objects.update(phone="+49 30 5550 101", country="DE")
    page = read(given(ana, red_flags=["ces-saddle-numbness"], **SORE_BACK))
    assert "tel:112" in page
    assert "+49 30 5550 101" in page
    assert "Also good" not in page


def test_a_doctor_first_says_why_what_to_ask_and_what_opens_the_way(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10))
    plan = given(cast.ana, red_flags=["weight-loss"])
    CarePlan.objects.filter(pk=plan.pk).update(appointment=appointment.public_id)
    page = read(plan)
    assert "Please see a doctor first" in page
    assert plan.warnings[0]["text"] in page
    assert "before any massage" in page
    assert "For your doctor" in page
    assert f"/appointment/{appointment.public_id}/note/" in page
    assert "Also good" not in page


@pytest.mark.parametrize(
    ("sign", "heading"), [("dvt-signs", "Please see a doctor today"), ("weight-loss", "Please see a doctor first")]
)
def test_what_cannot_wait_for_tomorrow_says_so_in_the_heading(ana: Client, sign: str, heading: str) -> None:
    page = read(given(ana, red_flags=[sign], areas=["calf-shin"], symptoms=["swelling"], onset=["acute"]))
    assert heading in re.sub(r"\s+", " ", page.partition("</h1>")[0].rpartition("<h1")[2])


def test_an_item_that_waits_is_not_named(ana: Client) -> None:
    Practice.objects.update(country="US")
    plan = plan_of(ana, persona("seed-gardener"))
    waiting = plan.items.get(state=State.WAITING, kind="oil")
    page = read(plan)
    assert waiting.name not in page
    assert "looking at one more idea" in page


@pytest.mark.parametrize("who", ["bladder-checked", "clot-past-calf-checked", "whiplash"])
def test_who_was_looked_at_by_a_doctor_is_not_told_to_go_now(ana: Client, who: str) -> None:
    answers = persona(who)
    page = read(plan_of(ana, answers))
    for slug in answers["checked"]:
        sign = shipped().index.red_flags[slug]
        assert sign.text.split(";")[0] not in page
        assert f"{sign.name}: a doctor has looked at it." in page


def test_a_plan_that_waits_as_a_whole_names_nothing(ana: Client) -> None:
    plan = given(ana, red_flags=["not-improving"])
    page = read(plan)
    assert plan.items.exists()
    assert not [item.name for item in plan.items.all() if f">{item.name}<" in page]
    assert "Your therapist reads your answers first" in page


def test_a_caution_with_an_amount_of_its_own_stands_in_place_of_the_dose(ana: Client) -> None:
    plan = given(ana, "strong-painkillers-sedatives", **DESK_NECK)
    heat = plan.items.get(slug="heat-pack")
    page = read(plan)
    assert "ten minutes with a timer" in page
    assert heat.dose
    assert heat.dose not in page


def test_beside_any_other_caution_the_dose_stays(ana: Client) -> None:
    plan = plan_of(ana, persona("af-warfarin"))
    heat = plan.items.get(slug="heat-pack")
    page = read(plan)
    assert next(why["reason"] for why in heat.cautions) in page
    assert heat.dose in page


def test_what_is_given_against_a_bar_has_the_words_of_its_therapist_and_no_dose(ana: Client) -> None:
    plan = given(ana, **DESK_NECK)
    heat = plan.items.get(slug="heat-pack")
    heat.override_reason = "We have tried it together."
    heat.withheld_because = [{"reason": "Not on numb skin.", "level": "never", "to": "both"}]
    heat.save()
    page = read(plan)
    assert "Not on numb skin." in page
    assert heat.dose not in page


def test_the_face_of_a_plan_quotes_no_answer_twice(ana: Client) -> None:
    page = plan_page(plan_of(ana, persona("warm-helps")), Practice.current(), now=timezone.now())
    assert page.one is not None
    assert page.blend is not None
    quotes = [*page.one.reasons, *(each.quote for each in (*page.tips, *page.blend.oils) if each.quote)]
    assert len(quotes) > 2
    assert len(quotes) == len(set(quotes))


def test_a_reason_for_the_therapist_alone_is_not_the_clients(ana: Client) -> None:
    plan = given(ana, **DESK_NECK)
    item = plan.items.get(slug="neck-strength-band")
    item.cautions = [
        {"condition": "x", "name": "x", "reason": "Only for the team.", "level": "caution", "to": "therapist"}
    ]
    item.save()
    page = read(plan)
    assert "Only for the team." not in page
    assert item.dose.split(".")[0] in page


def test_every_level_of_a_massage_is_said_with_its_place(ana: Client) -> None:
    where = {"transdermal-patch": ["upper-arm-elbow"], "heart-disease": []}
    plan = given(ana, "transdermal-patch", "heart-disease", where=where, areas=["shoulder"])
    page = read(plan)
    assert "Not on: upper arm and elbow" in page
    assert "With changes" in page
    assert "Keep off the patch." in page
    assert "Hot stone massage: not for you now" in page


def test_the_booked_appointment_is_judged_for_its_day(cast: Cast) -> None:
    cast.appointment(timezone.now() + dt.timedelta(days=20), service=cast.hot_stone)
    plan = given(cast.ana, "recent-topical-heat-rub", technique="hot-stone", **DESK_NECK)
    shown = plan_page(plan, Practice.current(), now=timezone.now())
    assert shown.booked is not None
    assert (shown.booked.name, str(shown.booked.level)) == (cast.hot_stone.name, "ok")


@pytest.mark.invariant("I6")
def test_what_was_told_since_takes_an_item_off_the_page(ana: Client) -> None:
    plan = given(ana, **DESK_NECK)
    assert 'id="lavender"' in read(plan)
    Screening.objects.create(
        client=ana, technique="regular-massage", level="ok", triage="ok", conditions=["allergy-fragrance"]
    )
    page = read(plan)
    assert 'id="lavender"' not in page
    assert "leave this out for now" in page


@pytest.mark.invariant("I6")
def test_a_newer_health_form_takes_an_item_off_an_older_plan(ana: Client) -> None:
    plan = given(ana, **DESK_NECK)
    assert 'id="heat-pack"' in read(plan)
    told(ana, "recent-topical-heat-rub", **DESK_NECK)
    assert 'id="heat-pack"' not in read(plan)


@pytest.mark.invariant("I6")
def test_a_sign_told_at_a_booking_since_stops_an_older_plan(ana: Client) -> None:
    plan = given(ana, **DESK_NECK)
    Screening.objects.create(
        client=ana, technique="regular-massage", level="clearance", triage="ok", red_flags=["weight-loss"]
    )
    page = read(plan)
    assert "Please see a doctor first" in page
    assert ">Heat pack<" not in page


@pytest.mark.parametrize(("who", "why"), [("shingles", "It spreads by touch."), ("alcohol-today", "worn off")])
def test_where_no_massage_suits_the_plan_says_so_openly(ana: Client, who: str, why: str) -> None:
    page = page_of(plan_of(ana, persona(who)))
    words = " ".join(visible_words(page))
    assert "Regular (relaxing) massage: not for you now." in words
    assert why in words


@pytest.mark.parametrize("who", ["pregnant-8", "clot-three-months"])
def test_where_a_doctor_is_asked_first_the_plan_is_short_too(ana: Client, who: str) -> None:
    words = visible_words(page_of(plan_of(ana, persona(who))))
    assert "Regular (relaxing) massage: after a word with your doctor." in " ".join(words)
    assert len(words) < MOST_WORDS


def test_warmth_waits_a_day_beside_a_warm_massage(ana: Client) -> None:
    assert "From tomorrow on" in read(given(ana, technique="hot-stone", **DESK_NECK))
    shown = given(ana, technique="regular-massage", **{**DESK_NECK, "symptoms": ["stress-tension"]})
    assert shown.items.get(slug="heat-pack").wait_hours == 0


def test_oils_have_drops_in_spoons_a_total_and_the_safety_text(ana: Client) -> None:
    page = read(given(ana, **DESK_NECK))
    assert "3 drops" in page
    assert "In a tablespoon of" in page
    assert "2 percent" in page
    assert "never use essential oils neat" in page


@pytest.mark.parametrize(
    ("percents", "spoons", "drops"),
    [
        (["1", "1"], 1, (3, 3)),
        (["0.5", "0.5"], 1, (1, 1)),
        (["2"], 1, (6,)),
        (["0.25", "1"], 2, (1, 6)),
        (["0.33"], 2, (1,)),
    ],
)
def test_drops_are_rounded_down_and_never_stronger(percents: list[str], spoons: int, drops: tuple[int, ...]) -> None:
    strengths = [Decimal(each) for each in percents]
    found = spoon_dose(strengths)
    assert found == (spoons, drops)
    for percent, number in zip(strengths, drops, strict=True):
        assert Decimal(number) / (spoons * 15 * 20) * 100 <= percent


def test_what_is_too_weak_for_spoons_has_no_dose_in_drops() -> None:
    assert drops_in(Decimal("0.05"), 15) == 0
    assert spoon_dose([Decimal("0.05")]) is None
    assert spoon_dose([]) is None


def test_each_picture_of_the_catalogue_is_drawn_in_one_style() -> None:
    wanted = {tip.picture for tip in shipped().home_care if tip.picture}
    assert wanted == DRAWINGS
    assert len(wanted) == 19
    for name in wanted:
        drawing = Path(ROOT, "clinic/static/img/moves", f"{name}.svg").read_text()
        assert 'viewBox="0 0 160 120"' in drawing
        assert 'id="drawing" fill="none" stroke="currentColor"' in drawing
        assert drawing.count("fill=") == drawing.count("stroke=") == 1


def test_a_drawing_has_its_text_beside_it_and_the_practice_its_video(ana: Client) -> None:
    plan = given(ana, **DESK_NECK)
    item = plan.items.get(slug="neck-strength-band")
    item.video = "https://video.example/band"
    item.save()
    page = read(plan)
    assert "img/moves/band-lateral-raise" in page
    assert item.picture_text in page
    assert "https://video.example/band" in page
    handout = unescape(page_of(plan, "handout/"))
    assert "img/moves/band-lateral-raise" in handout
    assert all(step in handout for step in item.steps)


def test_whom_to_ask_is_nothing_to_tick_as_done(ana: Client) -> None:
    page = page_of(given(ana))
    asked = page.partition('id="ask-pharmacist"')[2].partition("</article>")[0]
    assert "Ask your pharmacist" in asked
    assert "Did it" not in asked
    assert "Did it" in page, "the others are"


@pytest.mark.parametrize("sheet", ["handout/", "label/"])
def test_a_sheet_leads_back_to_its_plan_from_its_end(ana: Client, sheet: str) -> None:
    end = page_of(given(ana, **DESK_NECK), sheet).partition("</h1>")[2]
    assert "Back to your plan" in end
    assert "data-print" in end


def test_the_label_names_what_is_in_the_bottle(ana: Client) -> None:
    plan = given(ana, **{**DESK_NECK, "symptoms": ["stress-tension"]})
    label = unescape(page_of(plan, "label/"))
    carrier = shipped().index.oils[plan.items.get(kind="carrier").slug].latin
    for words in ("Lavandula angustifolia", "Linalool", "2 percent", carrier, ana.first_name):
        assert words in label


def test_an_oil_for_the_session_only_is_on_no_label(ana: Client) -> None:
    plan = plan_of(ana, persona("insulin-pump"))
    assert plan.items.filter(slug="peppermint", session_only=True).exists()
    label = unescape(page_of(plan, "label/"))
    assert "Mentha" not in label
    assert "1 percent" in label


def test_sources_say_what_was_not_read_and_when_it_was_checked(ana: Client) -> None:
    page = read(plan_of(ana, persona("seed-gardener")))
    assert "we have not read it ourselves" in page
    assert "Last checked: 2026-11" in page


def numb_calf(ana: Client) -> CarePlan:
    """Of a man of 71 with tingling in one calf since yesterday, on a blood thinner, a hip replaced."""
    plan = plan_of(ana, persona("sudden-numb-calf-denied"))
    assert not plan.provisional
    return plan


@pytest.mark.invariant("I6")
def test_who_should_see_a_doctor_reads_it_before_any_massage_and_tip_and_has_nothing_to_tick(ana: Client) -> None:
    plan = numb_calf(ana)
    page = read(plan)
    first = page.index("See a doctor")
    assert first < page.index("What suits") < page.index("Also good")
    card = page[page.index('id="see-physician"') : page.index("What suits")]
    assert "Within days; today for any warning sign." in card
    assert "Did it" not in card
    assert "Helped" not in card
    shown = plan_page(plan, Practice.current(), now=timezone.now())
    assert "see-physician" not in {tip.item.slug for tip in shown.tips}


@pytest.mark.parametrize("who", PEOPLE)
def test_a_doctor_is_never_one_tip_among_others(ana: Client, who: str) -> None:
    shown = plan_page(plan_of(ana, persona(who)), Practice.current(), now=timezone.now())
    assert "see-physician" not in {tip.item.slug for tip in (shown.one, *shown.tips) if tip}


@pytest.mark.parametrize(("area", "drawn"), [("shoulder", True), ("neck", True), ("calf-shin", False), ("knee", False)])
def test_a_drawing_fits_the_place_that_was_marked(ana: Client, area: str, drawn: bool) -> None:
    plan = given(ana, "anticoagulants", symptoms=["numbness-tingling"], onset=["acute-48h"], areas=[area], causes=[])
    moves = {each.slug: each.picture for each in plan.items.all() if each.slug == "easy-rolls"}
    assert bool(moves["easy-rolls"]) is drawn


def test_no_reason_to_leave_a_place_out_speaks_of_pressure_on_it() -> None:
    for condition in shipped().conditions:
        for bar in condition.bars:
            if "touch" in bar.local:
                assert not re.match(r"(Only l|L)ight", bar.reason), (condition.id, bar.reason)


@pytest.mark.parametrize(
    ("who", "sign"), [("weeks-14-back", "less movement of the baby"), ("post-partum", "heavy bleeding")]
)
def test_when_to_get_help_fits_the_case(ana: Client, who: str, sign: str) -> None:
    told = {**persona(who), "denied": [flag.id for flag in shipped().red_flags]}
    page = read(plan_of(ana, told))
    assert sign in page
    assert "Midwife or doctor at once" in page
    assert sign not in read(given(ana, **SORE_BACK))
