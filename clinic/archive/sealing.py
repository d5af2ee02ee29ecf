"""A stream encrypted with a passphrase: cut, changed or swapped anywhere, it does not open.

scrypt makes the key, AES-256-GCM seals chunks of a mebibyte. As in the STREAM construction (Hoang, Reyhanitabar,
Rogaway and Vizar, 2015) a chunk's nonce holds its number and whether it is the last, so that no chunk can be left out,
moved or repeated, and a file that ends early is told from a whole one. The header is authenticated with every chunk.
"""

import hashlib
import hmac
import os
import struct
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from clinic.archive.errors import ArchiveError

MAGIC = b"WARMSTONE BACKUP 1\n"
# log2 of scrypt's n, r, p; salt; the part of each nonce that is this file's own; what tells a wrong passphrase.
HEADER = struct.Struct(">BBB16s7s16s")
COST, BLOCK_SIZE, PARALLEL = 16, 8, 1
# What the header of a stranger's file may make us spend: four times what we spend ourselves.
MOST_BYTES = 256 * 1024 * 1024
CHUNK = 1024 * 1024
TAG = 16
NOT_OURS = "This is not a backup of Warmstone."
DAMAGED = "The backup is damaged: it was cut short or changed since it was made."
WRONG = "The passphrase is wrong: this backup was made with another one."


def keys_of(passphrase: str, salt: bytes, cost: int, block_size: int, parallel: int) -> tuple[bytes, bytes]:
    """The key of a file, and the mark by which a wrong passphrase is told from a damaged file."""
    made = hashlib.scrypt(
        passphrase.encode(),
        salt=salt,
        n=2**cost,
        r=block_size,
        p=parallel,
        dklen=48,
        maxmem=256 * block_size * 2**cost,
    )
    return made[:32], made[32:]


def nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    """The nonce of a chunk; never the same twice under one key, as each file has a salt of its own."""
    return prefix + number.to_bytes(4, "big") + bytes([last])


class Sealer:
    """Takes bytes, writes them encrypted. `close` writes the last chunk; without it the file does not open."""

    def __init__(self, target: IO[bytes], passphrase: str) -> None:
        salt, self.prefix = os.urandom(16), os.urandom(7)
        key, mark = keys_of(passphrase, salt, COST, BLOCK_SIZE, PARALLEL)
        self.header = MAGIC + HEADER.pack(COST, BLOCK_SIZE, PARALLEL, salt, self.prefix, mark)
        self.cipher, self.target = AESGCM(key), target
        self.waiting = bytearray()
        self.number = 0
        target.write(self.header)

    def write(self, data: bytes) -> None:
        """Take more bytes."""
        self.waiting += data
        # The last chunk is known only at the end, so a full one waits until there is more.
        while len(self.waiting) > CHUNK:
            self.seal(bytes(self.waiting[:CHUNK]), last=False)
            del self.waiting[:CHUNK]

    def close(self) -> None:
        """Write what waits, as the last chunk."""
        self.seal(bytes(self.waiting), last=True)
        self.waiting.clear()

    def seal(self, plain: bytes, *, last: bool) -> None:
        """Write one chunk."""
        self.target.write(self.cipher.encrypt(nonce(self.prefix, self.number, last=last), plain, self.header))
        self.number += 1


class Opener:
    """Reads what a `Sealer` wrote. Raises ArchiveError at the first byte that is not as it was written."""

    def __init__(self, source: IO[bytes], passphrase: str) -> None:
        self.source = source
        self.header = source.read(len(MAGIC) + HEADER.size)
        if len(self.header) < len(MAGIC) + HEADER.size or not self.header.startswith(MAGIC):
            raise ArchiveError(NOT_OURS)
        cost, block_size, parallel, salt, self.prefix, mark = HEADER.unpack(self.header[len(MAGIC) :])
        usual = 10 <= cost <= 30 and 1 <= block_size <= 32 and 1 <= parallel <= 4
        if not usual or 128 * block_size * 2**cost > MOST_BYTES:
            raise ArchiveError(DAMAGED)
        try:
            key, expected = keys_of(passphrase, salt, cost, block_size, parallel)
        except (ValueError, MemoryError) as error:
            raise ArchiveError(DAMAGED) from error
        if not hmac.compare_digest(mark, expected):
            raise ArchiveError(WRONG)
        self.cipher = AESGCM(key)
        self.number = 0
        self.ahead = source.read(CHUNK + TAG)
        self.ended = False

    def chunk(self) -> bytes:
        """The next piece of plain text; empty at the end, and only there."""
        if self.ended:
            return b""
        sealed, self.ahead = self.ahead, self.source.read(CHUNK + TAG)
        self.ended = not self.ahead
        try:
            plain = self.cipher.decrypt(nonce(self.prefix, self.number, last=self.ended), sealed, self.header)
        except (InvalidTag, ValueError) as error:
            raise ArchiveError(DAMAGED) from error
        self.number += 1
        return plain
