"""The month that the benchmark measures is one that a practice could have."""

from bench.availability import SERVICE, load, measure_engine, random_month


def test_the_random_month_is_seeded_and_never_double_booked() -> None:
    rows = random_month()
    assert rows == random_month()
    assert len(rows) == 2_500
    ends: dict[int, int] = {}
    for row in sorted(rows, key=lambda row: row.start):
        assert row.start >= ends.get(row.therapist, 0)
        ends[row.therapist] = row.end


def test_what_is_measured_finds_times_that_are_free() -> None:
    loaded = load(random_month())
    milliseconds, offers = measure_engine(loaded, rounds=1)
    assert milliseconds > 0
    assert len(offers) > 300
    for offer in offers[::10]:
        for key in offer.therapists:
            blocked = offer.start - SERVICE.before, offer.start + SERVICE.span
            assert all(end <= blocked[0] or blocked[1] <= start for start, end in loaded.therapists[key].busy)
