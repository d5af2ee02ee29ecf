"""The PEG-3 every few appointments, on the page that the pain mail leads to."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.utils import timezone

from clients.models import Client, PainScore
from clients.pain.outcomes import PEG
from clinic.models import ClientLink, LinkPurpose
from clinic.web.links import mint_link
from tests.fixtures.browser import Browser, flat

DAY = dt.timedelta(days=1)
QUESTIONS = "three questions about the past week"


def asked_after(ana: Client, *, ago: dt.timedelta = dt.timedelta()) -> uuid.UUID:
    """A completed session, about which Ana was asked some time ago; return its public id."""
    appointment = uuid.uuid4()
    ClientLink.objects.create(
        purpose=LinkPurpose.PAIN,
        subject=appointment,
        client=ana.public_id,
        digest=uuid.uuid4().hex,
        created_at=timezone.now() - ago,
        expires_at=timezone.now() + DAY,
    )
    return appointment


def opened(appointment: uuid.UUID) -> tuple[Browser, str]:
    """A browser that opened the question about a session, and the page's address."""
    browser = Browser()
    token = mint_link(purpose=LinkPurpose.PAIN, subject=appointment, lasts=DAY)
    assert browser.get(f"/pain/{token}/").status_code == 302
    return browser, f"/pain/{appointment}/"


def peg_given(ana: Client, *, ago: dt.timedelta) -> PainScore:
    """An earlier PEG."""
    given = timezone.now() - ago
    return PainScore.objects.create(client=ana, measure=PEG, moment="average", value=5, given_at=given)


def asks(appointment: uuid.UUID) -> bool:
    """Whether the page asks the three questions."""
    browser, page = opened(appointment)
    return QUESTIONS in flat(browser.get(page))


def test_it_is_asked_where_it_never_was(ana: Client) -> None:
    assert asks(asked_after(ana))


def test_it_is_not_asked_again_soon(ana: Client) -> None:
    peg_given(ana, ago=3 * DAY)
    assert not asks(asked_after(ana))


def test_it_is_asked_after_six_weeks(ana: Client) -> None:
    peg_given(ana, ago=43 * DAY)
    assert asks(asked_after(ana))


@pytest.mark.parametrize(("sessions", "due"), [(3, False), (4, True)])
def test_it_is_asked_after_four_sessions(ana: Client, sessions: int, due: bool) -> None:
    asked_after(ana, ago=30 * DAY)
    peg_given(ana, ago=20 * DAY)
    appointments = [asked_after(ana, ago=place * DAY) for place in range(sessions)]
    assert asks(appointments[-1]) is due


def test_its_answers_become_one_score(ana: Client) -> None:
    appointment = asked_after(ana)
    browser, page = opened(appointment)
    browser.post(page, {"n": "3", "average": "4", "enjoyment": "6", "activity": "3"})
    score = PainScore.objects.get(measure=PEG)
    assert (score.value, score.partial, score.appointment, score.client) == (Decimal("4.3"), False, appointment, ana)
    assert QUESTIONS not in flat(browser.get(page))


@pytest.mark.parametrize(
    ("posted", "stored"),
    [({"average": "4", "enjoyment": "6"}, [True]), ({"average": "4"}, []), ({"average": "99", "activity": "x"}, [])],
)
def test_it_may_be_left_out_or_half_answered(ana: Client, posted: dict[str, str], stored: list[bool]) -> None:
    browser, page = opened(asked_after(ana))
    assert browser.post(page, {"n": "3", **posted}).status_code == 302
    assert list(PainScore.objects.filter(measure=PEG).values_list("partial", flat=True)) == stored
    assert PainScore.objects.filter(moment="later").count() == 1


def test_nothing_is_stored_where_it_was_not_asked(ana: Client) -> None:
    peg_given(ana, ago=DAY)
    browser, page = opened(asked_after(ana))
    browser.post(page, {"n": "3", "average": "4", "enjoyment": "6", "activity": "3"})
    assert PainScore.objects.filter(measure=PEG).count() == 1


def test_what_was_chosen_stays_where_the_number_is_missing(ana: Client) -> None:
    browser, page = opened(asked_after(ana))
    answer = browser.post(page, {"enjoyment": "6"})
    assert answer.status_code == 422
    assert 'id="id_enjoyment_6" value="6" checked' in flat(answer)
    assert not PainScore.objects.exists()
