"""What must hold for any answers, over the whole shipped catalogue (design, I6 and I7)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.care import Answers, Clash, Plan, Triage, UnknownSlugError, make_care_plan, shipped
from clients.care.items import Item, Rule
from clients.care.terms import Action
from tests.clients.care import oracle
from tests.clients.care.answers import INDEX, anyone, some, well

CATALOGUE = shipped()
few = settings(max_examples=150, deadline=None)
RAW = oracle.by_id("oils") | oracle.by_id("home_care")
WRONG = "no-such-slug"


def item(slug: str) -> Item:
    return INDEX.oils[slug] if slug in INDEX.oils else INDEX.home_care[slug]


def proposed(found: Plan) -> set[str]:
    carrier = {found.carrier} if found.carrier else set()
    return {each.slug for each in (*found.oils, *found.home_care)} | carrier


def withheld(found: Plan) -> set[str]:
    return {each.slug for each in (*found.withheld_oils, *found.withheld_home_care)}


def said(answers: Answers) -> frozenset[str]:
    return answers.symptoms | answers.causes | answers.conditions


@pytest.mark.invariant("I6")
@few
@given(anyone())
def test_nothing_proposed_breaks_a_rule_of_the_closed_conditions(answers: Answers) -> None:
    present = oracle.closed(answers)
    for slug in proposed(make_care_plan(CATALOGUE, answers)):
        assert present.isdisjoint(rule.condition for rule in item(slug).never_when)
        assert answers.service not in item(slug).never_with
        assert not item(slug).off_by_default
        assert answers.region not in item(slug).off_in_regions


@pytest.mark.invariant("I6")
@few
@given(anyone(), some(INDEX.conditions, 3))
def test_another_condition_never_unblocks_an_item(answers: Answers, more: frozenset[str]) -> None:
    before = make_care_plan(CATALOGUE, answers)
    after = make_care_plan(CATALOGUE, replace(answers, conditions=answers.conditions | more))
    assert withheld(before) <= withheld(after)
    assert withheld(before).isdisjoint(proposed(after))


@pytest.mark.invariant("I6")
@few
@given(well(), some(INDEX.conditions, 3))
def test_what_another_condition_brings_in_was_free_before_and_only_ranked_lower(
    answers: Answers, more: frozenset[str]
) -> None:
    before = make_care_plan(CATALOGUE, answers)
    after = make_care_plan(CATALOGUE, replace(answers, conditions=answers.conditions | more))
    come_in = proposed(after) - proposed(before)
    assert come_in.isdisjoint(withheld(before))
    present = oracle.closed(answers)
    for slug in come_in:
        raw = RAW[slug]
        # The fallback comes when nothing else is left; all others were candidates and unblocked, and did not fit in.
        assert oracle.is_candidate(raw, answers) or raw.get("fallback")
        assert not oracle.held_by(raw, answers, present)
    # Each newcomer among the ranked takes the place of one that went.
    gone = proposed(before) - proposed(after)
    ranked_in = {slug for slug in come_in if RAW[slug].get("kind") != "carrier"}
    assert len(ranked_in) <= len(gone)


@few
@given(well(), some(INDEX.conditions, 3))
def test_another_condition_never_makes_a_technique_suit_better(answers: Answers, more: frozenset[str]) -> None:
    worst_first = list(type(make_care_plan(CATALOGUE, answers).services["hot-stone"].level))
    before = make_care_plan(CATALOGUE, answers).services
    after = make_care_plan(CATALOGUE, replace(answers, conditions=answers.conditions | more)).services
    for slug, level in before.items():
        assert worst_first.index(after[slug].level) <= worst_first.index(level.level)


@pytest.mark.invariant("I7")
@few
@given(anyone(), st.sampled_from([slug for slug, flag in INDEX.red_flags.items() if flag.action == "emergency"]))
def test_an_emergency_empties_every_list(answers: Answers, flag: str) -> None:
    found = make_care_plan(CATALOGUE, replace(answers, red_flags=answers.red_flags | {flag}))
    assert found.triage == Triage.EMERGENCY
    assert flag in found.flags
    assert (found.oils, found.carrier, found.home_care) == ((), None, ())
    assert (found.withheld_oils, found.withheld_home_care) == ((), ())


@few
@given(anyone())
def test_the_engine_agrees_with_a_naive_reading_of_the_file(answers: Answers) -> None:
    found, expected = make_care_plan(CATALOGUE, answers), oracle.expected(answers)
    assert found.triage == oracle.triage(answers)
    assert [each.slug for each in found.oils] == expected["oils"]
    assert found.carrier == expected["carrier"]
    assert [each.slug for each in found.home_care] == expected["home_care"]
    for held, key in ((found.withheld_oils, "withheld_oils"), (found.withheld_home_care, "withheld_home_care")):
        reasons = {
            each.slug: [why.technique if isinstance(why, Clash) else why.condition for why in each.because]
            for each in held
        }
        assert list(reasons.items()) == list(expected[key].items())


@few
@given(anyone())
def test_levels_agree_with_a_naive_reading_of_the_file(answers: Answers) -> None:
    present = oracle.closed(answers)
    services = make_care_plan(CATALOGUE, answers).services
    assert list(services) == list(oracle.SERVICES)
    for slug, found in services.items():
        because = [{"condition": rule.condition, "reason": rule.reason} for rule in found.because]
        assert {"level": found.level, "because": because} == oracle.level_of(oracle.SERVICES[slug], present)


@few
@given(anyone())
def test_every_reason_names_something_the_client_said(answers: Answers) -> None:
    found = make_care_plan(CATALOGUE, answers)
    assert set(found.origins) == oracle.closed(answers)
    assert all(origin and origin <= said(answers) for origin in found.origins.values())
    for each in (*found.oils, *found.home_care):
        assert set(each.because.symptoms) <= answers.symptoms
        assert set(each.because.causes) <= answers.causes
        assert set(each.because.onset) <= answers.onset
        assert set(each.because.areas) <= answers.areas
    because: list[Rule | Clash] = [
        why for held in (*found.withheld_oils, *found.withheld_home_care) for why in held.because
    ]
    because += [why for each in (*found.oils, *found.home_care) for why in each.caution]
    because += [why for level in found.services.values() for why in level.because]
    for why in because:
        assert why.reason
        assert (why.technique == answers.service) if isinstance(why, Clash) else (why.condition in found.origins)


@few
@given(anyone())
def test_implied_conditions_are_those_the_client_did_not_tick(answers: Answers) -> None:
    found = make_care_plan(CATALOGUE, answers)
    assert set(found.implied) == oracle.closed(answers) - answers.conditions
    assert list(found.implied) == [slug for slug in INDEX.conditions if slug in found.implied]


@few
@given(anyone())
def test_lists_are_short_and_nothing_is_both_proposed_and_withheld(answers: Answers) -> None:
    found = make_care_plan(CATALOGUE, answers)
    assert len(found.oils) <= 3
    assert len(found.home_care) <= 5
    assert proposed(found).isdisjoint(withheld(found))


@few
@given(well())
def test_pairs_are_marked_on_both_sides_and_only_among_what_is_proposed(answers: Answers) -> None:
    found = make_care_plan(CATALOGUE, answers)
    both = {each.slug: set(each.not_with) for each in (*found.oils, *found.home_care)}
    for slug, others in both.items():
        expected = {other for other in both if other in item(slug).never_with or slug in item(other).never_with}
        assert others == expected


@few
@given(well())
def test_where_massage_may_go_on_something_is_always_offered_for_the_skin(answers: Answers) -> None:
    found = make_care_plan(CATALOGUE, answers)
    assert found.oils
    if found.carrier is None and [each.slug for each in found.oils] != ["no-scent-no-oil"]:
        assert {"carrier-grapeseed", "carrier-jojoba"} <= withheld(found)


@few
@given(well())
def test_scores_cautions_and_review_are_those_of_the_file(answers: Answers) -> None:
    found, present = make_care_plan(CATALOGUE, answers), oracle.closed(answers)
    for each in (*found.oils, *found.home_care):
        raw = RAW[each.slug]
        assert each.score == (0 if raw.get("fallback") else oracle.score(raw, answers))
        cautions = [{"condition": rule.condition, "reason": rule.reason} for rule in each.caution]
        assert cautions == oracle.in_file_order(raw["caution_when"], present)
        assert each.review == raw.get("needs_therapist_review", False)


@pytest.mark.invariant("I7")
@few
@given(anyone(), st.sampled_from([slug for slug, flag in INDEX.red_flags.items() if flag.action == Action.DOCTOR]))
def test_when_a_doctor_comes_first_only_what_is_marked_for_it_is_proposed(answers: Answers, flag: str) -> None:
    found = make_care_plan(CATALOGUE, replace(answers, red_flags=frozenset({flag})))
    assert (found.triage, found.oils, found.carrier) == (Triage.DOCTOR, (), None)
    assert all(INDEX.home_care[slug].show_with_red_flags for slug in proposed(found))


@few
@given(well(), st.sampled_from([slug for slug, flag in INDEX.red_flags.items() if flag.action == Action.DOCTOR]))
def test_conditions_withhold_the_same_items_whether_or_not_a_doctor_comes_first(answers: Answers, flag: str) -> None:
    one, two = (
        make_care_plan(CATALOGUE, answers),
        make_care_plan(CATALOGUE, replace(answers, red_flags=frozenset({flag}))),
    )
    assert one.withheld_oils == two.withheld_oils
    assert one.withheld_home_care == two.withheld_home_care


def test_a_pair_is_marked_after_a_doctor_first_sign_too() -> None:
    marked = {"see-physician": {"heat-pack"}, "heat-pack": {"see-physician"}}
    tips = tuple(
        replace(tip, show_with_red_flags=tip.slug in marked, never_with=frozenset(marked.get(tip.slug, ())))
        for tip in CATALOGUE.home_care
    )
    answers = Answers(symptoms=frozenset({"night-pain", "tight-spot"}), red_flags=frozenset({"weight-loss"}))
    found = make_care_plan(replace(CATALOGUE, home_care=tips), answers)
    assert {each.slug: set(each.not_with) for each in found.home_care} == marked


@few
@given(well(), st.sampled_from(sorted(RAW)))
def test_what_the_practice_switches_off_is_neither_proposed_nor_withheld(answers: Answers, slug: str) -> None:
    section = "oils" if slug in INDEX.oils else "home_care"
    entries = [replace(each, switched_off=each.slug == slug) for each in getattr(CATALOGUE, section)]
    changed: dict[str, Any] = {section: tuple(entries)}
    found = make_care_plan(replace(CATALOGUE, **changed), answers)
    assert slug not in proposed(found) | withheld(found)


@pytest.mark.invariant("I6")
@few
@given(well(), st.sampled_from(sorted(RAW)), st.sampled_from(sorted(INDEX.conditions)))
def test_a_rule_that_the_practice_adds_binds_like_a_shipped_one(answers: Answers, slug: str, condition: str) -> None:
    section = "oils" if slug in INDEX.oils else "home_care"
    ours = Rule(condition, "Our own experience.")

    def ruled(entry: Any) -> Any:
        kept = tuple(rule for rule in entry.caution_when if rule.condition != condition)
        known = [rule.condition for rule in entry.never_when]
        never = entry.never_when if condition in known else (*entry.never_when, ours)
        return replace(entry, never_when=never, caution_when=kept)

    entries = [ruled(each) if each.slug == slug else each for each in getattr(CATALOGUE, section)]
    changed: dict[str, Any] = {section: tuple(entries)}
    found = make_care_plan(replace(CATALOGUE, **changed), answers)
    assert slug not in proposed(found) or condition not in oracle.closed(answers)


@few
@given(anyone(), st.sampled_from(["symptoms", "onset", "causes", "areas", "conditions", "red_flags", "service"]))
def test_an_unknown_slug_is_an_error_that_names_it_whatever_else_was_said(answers: Answers, field: str) -> None:
    wrong: dict[str, Any] = {field: WRONG if field == "service" else getattr(answers, field) | {WRONG}}
    with pytest.raises(UnknownSlugError, match=f'unknown .* "{WRONG}"'):
        make_care_plan(CATALOGUE, replace(answers, **wrong))
