"""Which warning signs of a client's safety answers still stand: those that they did not take back since."""

from collections.abc import Iterable

from clients.models import IntakeRetraction, Screening


def standing_warning_signs(screenings: Iterable[Screening]) -> frozenset[str]:
    """The warning signs of a client's safety answers, without those that they took back since."""
    ticked = [each for each in screenings if each.red_flags]
    if not ticked:
        return frozenset()
    taken = IntakeRetraction.objects.replaced().filter(intake__client=ticked[0].client_id)
    return without_retracted(ticked, list(taken))


def without_retracted(screenings: Iterable[Screening], taken: Iterable[IntakeRetraction]) -> frozenset[str]:
    """The warning signs of these safety answers without those that were taken back."""
    return frozenset(
        flag
        for each in screenings
        for flag in each.red_flags
        if not any(back.settles(flag, said_at=each.given_at) for back in taken)
    )
