"""The age format (age-encryption.org/v1) with a passphrase, as a stream: what `age -d` and pyrage open.

Public specification: the age format of C2SP. scrypt turns the passphrase into a key that wraps the file's own key;
ChaCha20-Poly1305 seals pieces of 64 KiB whose nonces count them and mark the last one, so that none can be left out,
moved, repeated or cut off unseen. docs/decisions/0012-backups-in-the-age-format.md says why pyrage itself is not used.
"""

import base64
import hashlib
import hmac
import io
import os
import re
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from clinic.backup.layout import ArchiveError

HEADER = re.compile(
    rb"(age-encryption\.org/v1\n-> scrypt ([A-Za-z0-9+/]{22}) ([1-9][0-9]?)\n([A-Za-z0-9+/]{43})\n---)"
    rb" ([A-Za-z0-9+/]{43})\n"
)
HEADER_LINES, LONGEST_LINE = 4, 80
# log2 of scrypt's N: 16 needs 64 MiB, and a stranger's file may make us spend 256 MiB, which is what age itself writes.
WORK_FACTOR, HIGHEST_WORK_FACTOR = 16, 18
CHUNK, TAG, NONCE = 64 * 1024, 16, 16
NOT_OURS = "This is not a backup of Warmstone."
DAMAGED = "The backup is damaged: it was cut short or changed since it was made."
WRONG = "The passphrase is wrong: this backup was made with another one."


def wrapping_cipher(passphrase: str, salt: bytes, work_factor: int) -> ChaCha20Poly1305:
    """What wraps the file's key."""
    return ChaCha20Poly1305(
        hashlib.scrypt(
            passphrase.encode(),
            salt=b"age-encryption.org/v1/scrypt" + salt,
            n=2**work_factor,
            r=8,
            p=1,
            dklen=32,
            maxmem=1152 * 2**work_factor,
        )
    )


def derived(file_key: bytes, salt: bytes, purpose: bytes) -> bytes:
    """A key for one purpose out of the file's key."""
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=purpose).derive(file_key)


def header_mac(file_key: bytes, header: bytes) -> bytes:
    """What proves that the header is as it was written."""
    return hmac.digest(derived(file_key, b"", b"header"), header, "sha256")


def chunk_nonce(number: int, *, last: bool) -> bytes:
    """The nonce of a chunk; never the same twice under one key, as each file has its own."""
    return number.to_bytes(11, "big") + bytes([last])


def encoded(data: bytes) -> bytes:
    """Base64 as the header has it, without padding."""
    return base64.b64encode(data).rstrip(b"=")


def decoded(data: bytes) -> bytes:
    """The bytes behind `encoded`."""
    return base64.b64decode(data + b"=" * (-len(data) % 4))


class AgeWriter(io.RawIOBase):
    """A file to write to: encrypts into `target`. Without `finish` what it wrote does not open."""

    def __init__(self, target: IO[bytes], passphrase: str) -> None:
        file_key, salt, nonce = os.urandom(16), os.urandom(16), os.urandom(NONCE)
        wrapped = wrapping_cipher(passphrase, salt, WORK_FACTOR).encrypt(bytes(12), file_key, None)
        header = b"age-encryption.org/v1\n-> scrypt %s %d\n%s\n---" % (encoded(salt), WORK_FACTOR, encoded(wrapped))
        target.write(header + b" " + encoded(header_mac(file_key, header)) + b"\n" + nonce)
        self.cipher, self.target = ChaCha20Poly1305(derived(file_key, nonce, b"payload")), target
        self.waiting = bytearray()
        self.number = 0

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override] # what gzip hands over
        """Take more bytes; all of them."""
        self.waiting += data
        # The last chunk is known only at the end, so a full one waits until there is more.
        while len(self.waiting) > CHUNK:
            self.seal(bytes(self.waiting[:CHUNK]), last=False)
            del self.waiting[:CHUNK]
        return len(data)

    def finish(self) -> None:
        """Write what waits, as the last chunk."""
        self.seal(bytes(self.waiting), last=True)

    def seal(self, plain: bytes, *, last: bool) -> None:
        """Write one chunk."""
        self.target.write(self.cipher.encrypt(chunk_nonce(self.number, last=last), plain, None))
        self.number += 1


class AgeReader(io.RawIOBase):
    """A file to read from: decrypts `source`. Raises ArchiveError at the first byte that is not as it was written."""

    def __init__(self, source: IO[bytes], passphrase: str) -> None:
        found = HEADER.fullmatch(b"".join(source.readline(LONGEST_LINE) for _ in range(HEADER_LINES)))
        if found is None:
            raise ArchiveError(NOT_OURS)
        header, salt, work_factor, wrapped, mac = found.groups()
        if int(work_factor) > HIGHEST_WORK_FACTOR:
            raise ArchiveError(DAMAGED)
        try:
            cipher = wrapping_cipher(passphrase, decoded(salt), int(work_factor))
            file_key = cipher.decrypt(bytes(12), decoded(wrapped), None)
        except (InvalidTag, ValueError) as error:
            raise ArchiveError(WRONG) from error
        if not hmac.compare_digest(header_mac(file_key, header), decoded(mac)):
            raise ArchiveError(DAMAGED)
        self.cipher = ChaCha20Poly1305(derived(file_key, source.read(NONCE), b"payload"))
        self.source, self.number, self.ended = source, 0, False
        self.ahead = source.read(CHUNK + TAG)
        self.plain = b""

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override] # what RawIOBase hands over
        """Fill as much of the buffer as the chunk at hand gives; 0 at the end, and only there."""
        while not self.plain and not self.ended:
            self.plain = self.next_chunk()
        given, self.plain = self.plain[: len(buffer)], self.plain[len(buffer) :]
        buffer[: len(given)] = given
        return len(given)

    def next_chunk(self) -> bytes:
        """Decrypt one chunk."""
        sealed, self.ahead = self.ahead, self.source.read(CHUNK + TAG)
        self.ended = not self.ahead
        try:
            plain = self.cipher.decrypt(chunk_nonce(self.number, last=self.ended), sealed, None)
        except (InvalidTag, ValueError) as error:
            raise ArchiveError(DAMAGED) from error
        self.number += 1
        return plain
