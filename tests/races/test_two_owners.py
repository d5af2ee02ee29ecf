"""Two browsers that send the set-up at once make one owner; without the look under the lock they would make two."""

import pytest
from django.test import RequestFactory

from clinic.models import Practice, User
from clinic.setup.actions import AlreadySetUp, NewPractice, set_practice_up
from tests.clinic.setup.conftest import begin_anew
from tests.races.test_receipts import at_once

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.sql]
ASKED = NewPractice(name="Linden Massage", country="AT", time_zone="Europe/Vienna", currency="EUR")
BROWSERS = 4


def become_owner(number: int) -> User:
    """What the second page does."""
    owner = User(email=f"owner{number}@example.org", name=f"Owner {number}")
    request = RequestFactory().post("/setup/owner/")
    return set_practice_up(ASKED, owner=owner, password="slow river, seven herons", request=request)


def test_of_many_who_race_one_owns_it() -> None:
    begin_anew()
    found = at_once([lambda number=number: become_owner(number) for number in range(BROWSERS)])  # type: ignore[misc]
    assert [type(each) for each in found].count(User) == 1
    assert [type(each) for each in found].count(AlreadySetUp) == BROWSERS - 1
    assert User.objects.count() == 1
    assert Practice.read().set_up_at is not None


def test_without_the_look_there_would_be_several(monkeypatch: pytest.MonkeyPatch) -> None:
    begin_anew()
    monkeypatch.setattr("clinic.setup.actions.is_set_up_open", lambda _practice: True)
    found = at_once([lambda number=number: become_owner(number) for number in range(BROWSERS)])  # type: ignore[misc]
    assert [type(each) for each in found].count(User) == BROWSERS == User.objects.count()
