"""Which warning signs of a client's safety answers still stand: those that they did not take back since."""

from collections.abc import Iterable

from clients.models import IntakeTakenBack, Screening


def standing_flags(screenings: Iterable[Screening]) -> frozenset[str]:
    """The warning signs of a client's safety answers, without those that they took back since."""
    ticked = [each for each in screenings if each.red_flags]
    if not ticked:
        return frozenset()
    taken = IntakeTakenBack.objects.replaced().filter(intake__client=ticked[0].client_id)
    return not_taken_back(ticked, list(taken))


def not_taken_back(screenings: Iterable[Screening], taken: Iterable[IntakeTakenBack]) -> frozenset[str]:
    """The warning signs of these safety answers without those that were taken back."""
    return frozenset(
        flag
        for each in screenings
        for flag in each.red_flags
        if not any(back.settles(flag, said_at=each.given_at) for back in taken)
    )
