"""The age format: other programs open ours, ours opens theirs, and no changed byte goes through."""

import functools
import io

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.backup import age
from clinic.backup.layout import ArchiveError

PASSPHRASE = "a passphrase with ümlauts"
# 256 MiB and most of a second are for real files.
CHEAP = 10
CHUNK = age.CHUNK + age.TAG


def encrypted(plain: bytes, *, piece: int = 10_000) -> bytes:
    """The text in the age format, written piece by piece."""
    target = io.BytesIO()
    writer = age.AgeWriter(target, PASSPHRASE)
    for start in range(0, len(plain), piece):
        writer.write(plain[start : start + piece])
    writer.finish()
    return target.getvalue()


def decrypted(sealed: bytes) -> bytes:
    """What the reader makes of it."""
    return age.AgeReader(io.BytesIO(sealed), PASSPHRASE).read()


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys are made quickly here."""
    monkeypatch.setattr(age, "WORK_FACTOR", CHEAP)


@pytest.mark.parametrize("length", [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000])
def test_pyrage_opens_what_we_write_and_we_read_it_too(length: int) -> None:
    plain = bytes(range(256)) * (length // 256) + b"x" * (length % 256)
    sealed = encrypted(plain)
    assert pyrage.passphrase.decrypt(sealed, PASSPHRASE) == plain == decrypted(sealed)


@pytest.mark.slow
def test_we_open_what_pyrage_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its work factor is the machine's speed, up to a gigabyte of memory, so the limit is out of the way here."""
    monkeypatch.setattr(age, "HIGHEST_WORK_FACTOR", 22)
    plain = b"kept elsewhere" * 10_000
    assert decrypted(pyrage.passphrase.encrypt(plain, PASSPHRASE)) == plain


@functools.cache
def three_chunks() -> bytes:
    """A file of three full pieces."""
    return encrypted(b"x" * 3 * age.CHUNK)


@settings(max_examples=60, deadline=None)
@given(at=st.floats(0, 1), bit=st.integers(0, 7))
def test_a_turned_bit_is_seen(at: float, bit: int) -> None:
    sealed = bytearray(three_chunks())
    sealed[min(int(at * len(sealed)), len(sealed) - 1)] ^= 1 << bit
    with pytest.raises(ArchiveError):
        decrypted(bytes(sealed))


@pytest.mark.parametrize("kept", [[0], [0, 1], [1, 2], [1, 0, 2], [0, 0, 1, 2], [0, 2], [0, 1, 2, 2]])
def test_pieces_left_out_swapped_or_repeated_are_seen(kept: list[int]) -> None:
    whole = three_chunks()
    start = len(whole) - 3 * CHUNK
    pieces = [whole[start + number * CHUNK : start + (number + 1) * CHUNK] for number in range(3)]
    with pytest.raises(ArchiveError):
        decrypted(whole[:start] + b"".join(pieces[number] for number in kept))


def test_a_file_that_was_never_finished_does_not_open() -> None:
    target = io.BytesIO()
    age.AgeWriter(target, PASSPHRASE).write(b"x" * 200_000)
    with pytest.raises(ArchiveError, match="damaged"):
        decrypted(target.getvalue())
