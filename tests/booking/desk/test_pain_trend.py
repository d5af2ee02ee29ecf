"""Pain over time at the desk: a change that a person feels is marked, by measure."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from clients.care import shipped
from clients.models import PainScore
from clients.pain.outcomes import NRS, PEG
from clients.pain.trend import PainCurve, pain_trend
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast


def lines(values: list[float], measure: str = NRS, **more: object) -> list[PainCurve]:
    """The trend of these numbers, one a week."""
    begin = timezone.now() - dt.timedelta(weeks=len(values))
    scores = [
        PainScore(
            measure=measure,
            moment="average" if measure == PEG else "before",
            value=Decimal(str(value)),
            given_at=begin + dt.timedelta(weeks=week),
            **more,
        )
        for week, value in enumerate(values)
    ]
    return pain_trend(scores, shipped())


@pytest.mark.parametrize(
    ("values", "measure", "verdict"),
    [
        ([6, 5, 4], NRS, "clearly less"),
        ([6, 4, 5], NRS, "about the same"),
        ([3, 2], NRS, "clearly less"),
        ([4, 6], NRS, "clearly more"),
        ([6.0, 5.0], PEG, "clearly less"),
        ([6.0, 5.4], PEG, "about the same"),
    ],
)
def test_the_change_from_first_to_last_is_judged_by_its_measure(
    values: list[float], measure: str, verdict: str
) -> None:
    assert [line.verdict for line in lines(values, measure)] == [verdict]


def test_every_number_says_how_it_differs_from_the_first() -> None:
    assert [point.verdict for point in lines([6, 5, 4, 9])[0].points] == ["", "", "clearly less", "clearly more"]


def test_a_place_has_a_line_of_its_own() -> None:
    assert [line.name for line in lines([6, 5], complaint="neck") + lines([6, 5])] == ["Neck", "Pain"]


def test_one_number_is_no_trend() -> None:
    assert lines([6]) == []


def test_the_file_shows_the_peg_with_its_change(cast: Cast, desk: Browser) -> None:
    for weeks, value, partial in ((6, 6, False), (0, 4, True)):
        given = timezone.now() - dt.timedelta(weeks=weeks)
        PainScore.objects.create(
            client=cast.ana, measure=PEG, moment="average", value=value, partial=partial, given_at=given
        )
    page = desk.get(f"/desk/clients/{cast.ana.public_id}/health/").content.decode()
    assert "PEG (pain, enjoyment, activity)" in page
    assert page.count("clearly less") == 2  # beside the name, and beside the number
    assert page.count("one question left open") == 1
