"""What holds for every mix of answers: the promises of docs/care.md, tried on clients that nobody would think of.

The bars are read from the file here, not from the engine's own index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from clients.care import Answers, Level, Plan, Triage, make_care_plan, shipped, shipped_data
from clients.care.conditions import present_conditions
from clients.care.entries import Tip
from tests.clients.care.answers import INDEX, anyone, some, well
from tests.fixtures.examples import examples

HARD = ("never", "clearance")
EMERGENCIES = [flag.id for flag in shipped().red_flags if flag.action is Triage.EMERGENCY]
DOCTOR_FIRST = [flag.id for flag in shipped().red_flags if flag.action is Triage.DOCTOR]
NONE = st.just(frozenset[str]())
EACH = examples(25, 90)
BARS = {
    condition["id"]: [
        (level, frozenset(bar[level]), frozenset(bar.get("except_kinds", ())), bar)
        for bar in condition["bars"]
        for level in ("never", "clearance", "local", "caution")
        if level in bar
    ]
    for condition in shipped_data()["conditions"]
}


def plan_of(answers: Answers) -> Plan:
    return make_care_plan(shipped(), answers)


def tips_shown(plan: Plan) -> Iterator[str]:
    yield from (each.slug for each in plan.home_care)
    yield from plan.also
    yield from plan.more
    if plan.open:
        yield plan.open


def texts_shown(plan: Plan) -> Iterator[str]:
    for texts in plan.mails.values():
        yield from texts


def barred(plan: Plan, answers: Answers, levels: Iterable[str], kind: str) -> frozenset[str]:
    """The tags that a bar of one of these levels hits for this client, for a kind of item."""
    return frozenset().union(
        *(
            tags
            for slug in plan.conditions
            for level, tags, kinds, _bar in BARS[slug]
            if level in levels and kind not in kinds and not (level == "clearance" and slug in answers.cleared)
        )
    )


def stops(plan: Plan) -> bool:
    return not plan.triage.action.allows_massage


@EACH
@given(anyone())
def test_nothing_shown_carries_a_danger_that_is_barred(answers: Answers) -> None:
    plan = plan_of(answers)
    for kind, items, slugs in (
        ("tip", INDEX.home_care, tips_shown(plan)),
        ("text", INDEX.texts, texts_shown(plan)),
        ("oil", INDEX.oils, [*(each.slug for each in plan.oils), *([plan.carrier] if plan.carrier else [])]),
    ):
        dangers = barred(plan, answers, HARD, kind)
        for slug in slugs:
            assert dangers.isdisjoint(items[slug].tags), (kind, slug)


@EACH
@given(anyone())
def test_what_is_barred_on_a_place_is_done_on_another_place_only(answers: Answers) -> None:
    plan = plan_of(answers)
    where = present_conditions(INDEX, answers).where
    for slug in tips_shown(plan):
        tip = INDEX.home_care[slug]
        own = own_place(tip, answers)
        for condition, bar, met in local_bars(plan, tip):
            place = where.get(condition)
            if not place:
                assert bar.get("unknown") == "caution", (slug, condition)
            elif met <= INDEX.surface and own:
                assert not own <= place, (slug, condition)
            else:
                assert own, (slug, condition)
                assert own.isdisjoint(place), (slug, condition)


def own_place(tip: Tip, answers: Answers) -> frozenset[str]:
    """Where a tip acts; nothing for the whole body and for a place that nobody marked."""
    if tip.acts_on == "all":
        return frozenset()
    return answers.areas if tip.acts_on == "painful" else frozenset(tip.acts_on)


def local_bars(plan: Plan, tip: Tip) -> Iterator[tuple[str, dict[str, Any], frozenset[str]]]:
    for slug in plan.conditions:
        for level, tags, kinds, bar in BARS[slug]:
            if level == "local" and "tip" not in kinds and (met := tags.intersection(tip.tags)):
                yield slug, bar, met


@EACH
@given(anyone(), st.sampled_from(sorted(INDEX.conditions)))
def test_one_more_condition_never_makes_anything_milder(answers: Answers, extra: str) -> None:
    # A place that nobody knew and that the new condition tells makes a bar smaller: that is not what is tried here.
    assume(not any(INDEX.conditions[slug].gives_where for slug in INDEX.closed[extra]))
    before, after = plan_of(answers), plan_of(replace(answers, conditions=answers.conditions | {extra}))
    implied_unless = {
        slug
        for cause in answers.causes
        for rule in INDEX.causes[cause].implies
        if not INDEX.closed[extra].isdisjoint(rule.unless)
        for slug in INDEX.closed[rule.condition]
    }
    assume(not implied_unless & before.conditions)
    assert after.triage.action.rank <= before.triage.action.rank
    for now, then in ((after.services, before.services), (after.addons, before.addons)):
        assert all(now[slug].level.rank <= then[slug].level.rank for slug in then)


@EACH
@given(anyone(), st.sampled_from(sorted(INDEX.conditions)))
def test_one_more_condition_never_frees_an_item(answers: Answers, extra: str) -> None:
    assume(not any(INDEX.conditions[slug].gives_where for slug in INDEX.closed[extra]))
    unless = {slug for cause in answers.causes for rule in INDEX.causes[cause].implies for slug in rule.unless}
    assume(extra not in unless)
    before, after = plan_of(answers), plan_of(replace(answers, conditions=answers.conditions | {extra}))
    assume(before.conditions <= after.conditions)
    held = {each.slug for each in (*before.withheld_home_care, *before.withheld_oils) if by_health(each)}
    assert held.isdisjoint(tips_shown(after))
    assert held.isdisjoint(each.slug for each in after.oils)


def by_health(held: Any) -> bool:
    return any(hasattr(reason, "condition") for reason in held.because)


@EACH
@given(anyone(), st.sampled_from(sorted(INDEX.red_flags)))
def test_one_more_warning_sign_is_never_milder_and_a_denied_one_never_worse(answers: Answers, flag: str) -> None:
    told = replace(answers, red_flags=answers.red_flags - {flag}, denied=answers.denied - {flag}, checked={})
    open_ = plan_of(told).triage
    if flag not in open_.questions or flag not in open_.counted:
        assert plan_of(replace(told, red_flags=told.red_flags | {flag})).triage.action.rank <= open_.action.rank
    assert plan_of(replace(told, denied=told.denied | {flag})).triage.action.rank >= open_.action.rank


@EACH
@given(anyone(red_flags=st.sampled_from(EMERGENCIES).map(lambda slug: frozenset({slug})), checked=st.just({})))
def test_an_emergency_empties_everything(answers: Answers) -> None:
    plan = plan_of(answers)
    assert plan.triage.action is Triage.EMERGENCY
    assert {verdict.level for verdict in (*plan.services.values(), *plan.addons.values())} == {Level.NEVER}
    assert not any((plan.oils, plan.carrier, plan.blend, plan.home_care, plan.open, plan.more, plan.also))
    assert not any((plan.one_thing, plan.withheld_oils, plan.withheld_home_care, plan.dropped, plan.claims))
    assert not any((plan.recommended, plan.alternatives, *plan.mails.values()))


@EACH
@given(anyone(checked=st.just({}), red_flags=some(DOCTOR_FIRST, 2)))
@example(Answers(conditions=frozenset({"dvt-current"})))
def test_a_doctor_first_leaves_only_that(answers: Answers) -> None:
    plan = plan_of(answers)
    assume(plan.triage.action is Triage.DOCTOR)
    assert [each.slug for each in plan.home_care] == ["see-physician"]
    assert plan.one_thing == "see-physician"
    assert {verdict.level for verdict in plan.services.values()} <= {Level.NEVER, Level.CLEARANCE}
    assert not any((plan.oils, plan.carrier, plan.blend, plan.open, plan.more, plan.also, plan.dropped, plan.claims))
    assert not any((plan.withheld_oils, plan.withheld_home_care, plan.recommended, *plan.mails.values()))


@EACH
@given(anyone())
def test_the_stop_stands_first_and_only_under_a_stop(answers: Answers) -> None:
    plan = plan_of(answers)
    for verdict in (*plan.services.values(), *plan.addons.values()):
        firsts = [reason.condition == "" for reason in verdict.because]
        assert firsts[:1] == [True] if stops(plan) else True not in firsts
        assert True not in firsts[1:]
        mildest = min((reason.level for reason in verdict.because), key=lambda level: level.rank, default=Level.OK)
        assert verdict.level is mildest


@EACH
@given(anyone())
def test_a_plan_is_short_and_its_one_thing_is_in_it(answers: Answers) -> None:
    plan = plan_of(answers)
    slugs = [each.slug for each in plan.home_care]
    shape = shipped().meta.plan
    assert len(slugs) == len(set(slugs)) <= shape.max_tips[plan.goal]  # type: ignore[index]
    for role, most in shape.caps.items():
        assert sum(each.role == role for each in plan.home_care) <= most
    assert plan.one_thing is None or plan.one_thing in slugs


@EACH
@given(well())
def test_a_named_cause_is_answered_or_its_tips_are_held_back_or_the_plan_is_full(answers: Answers) -> None:
    plan = plan_of(answers)
    assume(not stops(plan))
    full = len(plan.home_care) >= shipped().meta.plan.max_tips[plan.goal]  # type: ignore[index]
    eligible = [INDEX.home_care[slug] for slug in plan.also]
    answered = {cause for each in plan.home_care for cause in INDEX.home_care[each.slug].answers}
    caps = shipped().meta.plan.caps
    roles = [each.role for each in plan.home_care]
    for tip in eligible:
        left = (answers.causes & set(tip.answers)) - answered
        assert not left or full or roles.count(tip.role) >= caps[tip.role], tip.id


@EACH
@given(well(), st.booleans())
def test_strong_pain_always_sees_a_doctor(answers: Answers, by_number: bool) -> None:
    strong = replace(answers, pain=9) if by_number else replace(answers, symptoms=answers.symptoms | {"intense-pain"})
    plan = plan_of(strong)
    assume(plan.triage.action is not Triage.EMERGENCY)
    assert "see-physician" in {each.slug for each in plan.home_care}


@EACH
@given(anyone())
def test_warmth_and_stinging_oils_never_meet_on_one_day(answers: Answers) -> None:
    plan = plan_of(answers)
    technique = INDEX.techniques.get(plan.technique or "")
    warm = technique is not None and "heat" in technique.tags
    stinging = [each for each in plan.oils if "irritant" in INDEX.oils[each.slug].tags]
    hot_tips = [each for each in plan.home_care if "heat" in INDEX.home_care[each.slug].tags]
    assert not (warm and stinging)
    assert all(each.use == "session" for each in stinging) or not hot_tips
    assert all(each.wait_hours == 24 for each in hot_tips) or not (warm or stinging)
    if warm:
        assert not [
            slug
            for slug in texts_shown(plan)
            if "heat" in INDEX.texts[slug].tags and INDEX.texts[slug].moment != "before"
        ]


@EACH
@given(anyone())
def test_a_blend_stays_under_its_limit_and_never_goes_without_its_safety(answers: Answers) -> None:
    plan = plan_of(answers)
    scented = [each for each in plan.oils if "scent" in INDEX.oils[each.slug].tags]
    assert len(plan.oils) <= shipped().meta.oils.max_scented
    if scented:
        assert plan.blend is not None
        assert sum(each.percent or 0 for each in plan.oils) <= plan.blend.percent
        assert all((each.percent or 0) <= INDEX.oils[each.slug].house_percent for each in plan.oils)
    for limit in shipped().meta.oils.blend_limits:
        if plan.blend and not plan.conditions.isdisjoint(limit.conditions):
            assert plan.blend.percent <= limit.percent


@EACH
@given(anyone())
def test_nobody_meets_nuts_or_coconut_unless_the_practice_chose_them(answers: Answers) -> None:
    plan = plan_of(answers)
    assert plan.carrier is None or {"nut", "coconut"}.isdisjoint(INDEX.oils[plan.carrier].tags)
    assert plan.carrier or stops(plan) or not plan.oils


@EACH
@given(anyone())
def test_a_mail_says_little_and_nothing_twice(answers: Answers) -> None:
    plan = plan_of(answers)
    for moment, texts in plan.mails.items():
        assert len(texts) <= (1 if moment == "call" else 3)
        topics = [INDEX.texts[slug].topic for slug in texts]
        assert len(topics) == len(set(topics))


@EACH
@given(
    anyone(symptoms=st.just(frozenset()), areas=st.just(frozenset()), causes=some(["stress", "poor-sleep-cause"], 2))
)
def test_who_comes_to_relax_hears_nothing_of_pain(answers: Answers) -> None:
    claims = set(plan_of(answers).claims)
    assert claims <= {"massage-circulation", "massage-20-minutes", "water-toxins"}


@EACH
@given(anyone())
def test_denying_every_question_leaves_none_open(answers: Answers) -> None:
    assert not plan_of(replace(answers, denied=frozenset(INDEX.red_flags))).triage.provisional


@EACH
@given(anyone())
def test_it_answers_everybody_and_each_time_the_same(answers: Answers) -> None:
    assert plan_of(answers) == plan_of(answers)


def test_each_condition_alone_marks_warmth_and_touch() -> None:
    """Whatever bars warmth or touch shows it on every tip that carries it: withheld, or with a caution."""
    for slug in INDEX.conditions:
        plan = plan_of(
            Answers(
                symptoms=frozenset({"tight-spot", "stiffness"}),
                areas=frozenset({"lower-back"}),
                onset=frozenset({"chronic"}),
                relieving=frozenset({"rel-heat-helps", "rel-massage-helps"}),
                conditions=frozenset({slug}),
                denied=frozenset(INDEX.red_flags),
                region="DE",
            )
        )
        for danger in ("heat", "touch"):
            hit = any(
                danger in tags and "tip" not in kinds for each in plan.conditions for _l, tags, kinds, _b in BARS[each]
            )
            for tip in plan.home_care:
                if hit and danger in INDEX.home_care[tip.slug].tags:
                    assert tip.caution, (slug, tip.slug)


def test_every_item_that_is_switched_on_reaches_somebody() -> None:
    """No dead entries: each tip, oil and text is shown to somebody of a large made-up crowd or of those it fits."""
    seen: set[str] = set()
    for item in (*shipped().home_care, *shipped().oils):
        for answers in people_for(item):
            seen |= plan_of(answers).shown
            if item.id in seen:
                break
    off = INDEX.is_off("US")
    stand_ins = {tip.id for tip in shipped().home_care if tip.only_instead}
    wanted = {item.id for item in (*shipped().home_care, *shipped().oils)} - off - stand_ins
    assert wanted - seen == set()


def people_for(item: Any) -> Iterator[Answers]:
    """Clients made of what the gate and the fit of an item name."""
    base = Answers(denied=frozenset(INDEX.red_flags), region="US")
    fit = {name: frozenset(getattr(item.fit, name)) for name in ("symptoms", "causes", "onset", "areas")}
    for line in item.when or (None,):
        named = {
            name: frozenset(getattr(line, name, ()) or ())
            for name in ("symptoms", "causes", "onset", "areas", "conditions", "aggravating", "relieving")
        }
        regions = [area.id for area in shipped().areas if line is not None and area.region in line.body]
        for breadth in (True, False):
            parts: dict[str, Any] = {
                name: slugs | (fit.get(name, frozenset()) if breadth else frozenset()) for name, slugs in named.items()
            }
            parts["areas"] |= frozenset(regions[:1])
            if line is not None and line.flags:
                yield replace(base, **parts, red_flags=frozenset(line.flags[:1]), denied=base.denied - set(line.flags))
            technique = line.technique[0] if line is not None and line.technique else None
            yield replace(base, **parts, service=technique, pain=(line.pain_min if line is not None else None))
            yield from one_by_one(base, parts)


def one_by_one(base: Answers, parts: dict[str, Any]) -> Iterator[Answers]:
    """The same with one slug of each kind: too many of them would call for better tips."""
    for place in range(max((len(slugs) for slugs in parts.values()), default=0)):
        chosen: dict[str, Any] = {
            name: frozenset(sorted(slugs)[place % len(slugs) :][:1]) for name, slugs in parts.items() if slugs
        }
        yield replace(base, **chosen)
