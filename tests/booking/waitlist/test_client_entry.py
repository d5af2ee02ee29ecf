"""How an entry of the waitlist stands for its client, in words."""

import pytest

from booking.errors import SlotTaken
from booking.models import WaitlistEndReason, WaitlistEntry, WaitlistOffer, WaitlistState
from booking.waitlist.client_entry import ClientEntry
from clinic.errors import Refusal

IGNORED = WaitlistOffer.Outcome.IGNORED


def entry(state: str = WaitlistState.WAITING, end_reason: str = "", outcome: str = "") -> ClientEntry:
    """An entry that nobody saved, with an offer that ended so."""
    offer = WaitlistOffer(outcome=outcome) if outcome else None
    return ClientEntry(WaitlistEntry(state=state, end_reason=end_reason), offer)


@pytest.mark.parametrize("reason", WaitlistEndReason)
def test_what_a_client_did_not_do_is_explained(reason: WaitlistEndReason) -> None:
    theirs = reason in (WaitlistEndReason.LEFT, WaitlistEndReason.DESK, WaitlistEndReason.ERASED)
    assert bool(entry(WaitlistState.ENDED, reason).ending) is not theirs


def test_only_unsuitable_answers_ask_for_a_call() -> None:
    asking = [reason for reason in WaitlistEndReason if entry(WaitlistState.ENDED, reason).is_to_call]
    assert asking == [WaitlistEndReason.UNSUITABLE]


def test_each_state_has_a_heading_of_its_own() -> None:
    states = [
        entry(),
        entry(outcome=IGNORED),
        entry(WaitlistState.BOOKED),
        entry(WaitlistState.ENDED, WaitlistEndReason.OVER),
        ClientEntry(WaitlistEntry(), None, Refusal("No.")),
    ]
    assert len({each.heading for each in states}) == len(states)


def test_whoever_waits_on_after_a_missed_offer_is_shown_other_times() -> None:
    missed = entry(outcome=IGNORED)
    assert missed.has_expired
    assert missed.wants_others
    assert not missed.only_waits
    assert not entry(WaitlistState.ENDED, WaitlistEndReason.IGNORED, outcome=IGNORED).wants_others


def test_a_time_that_is_gone_cannot_be_answered_and_leads_to_others() -> None:
    gone = ClientEntry(WaitlistEntry(), None, SlotTaken("Taken.", alternatives=()))
    assert gone.wants_others
    assert not gone.can_answer
    assert not gone.only_waits
