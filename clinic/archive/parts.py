"""The format inside the encryption: parts one after another, compressed as one stream.

A part is a letter, four bytes of length, and so many bytes: `H` the head (JSON), then for each table `T` (JSON: table,
columns), `D` rows as PostgreSQL's COPY writes them in text, any number of these, `E` (JSON: how many rows, SHA-256 of
the rows); at last `S` the sequences (JSON) and `Z`, which is empty. Memory holds one part at a time.
"""

import hashlib
import json
import struct
import zlib
from collections.abc import Iterator
from typing import Any

from clinic.archive.errors import ArchiveError
from clinic.archive.sealing import DAMAGED, Opener, Sealer

FORMAT = 1
HEAD, TABLE, ROWS, TABLE_END, SEQUENCES, END = "H", "T", "D", "E", "S", "Z"
PREFIX = struct.Struct(">cI")
LONGEST = 64 * 1024 * 1024
# Rows are gathered to parts of about this size.
GATHER = 256 * 1024


class PartWriter:
    """Writes parts into a sealed file."""

    def __init__(self, sealer: Sealer) -> None:
        self.sealer = sealer
        self.compressor = zlib.compressobj(6)

    def put(self, kind: str, payload: bytes = b"") -> None:
        """Write one part."""
        self.sealer.write(self.compressor.compress(PREFIX.pack(kind.encode(), len(payload)) + payload))

    def put_json(self, kind: str, value: Any) -> None:
        """Write one part that is JSON."""
        self.put(kind, json.dumps(value, default=str).encode())

    def close(self) -> None:
        """Write the end. Without it the file is damaged, by its own reader's word."""
        self.put(END)
        self.sealer.write(self.compressor.flush())
        self.sealer.close()


class RowsWriter:
    """Gathers the rows of one table into parts, and counts and hashes them as they pass."""

    def __init__(self, parts: PartWriter) -> None:
        self.parts = parts
        self.digest = hashlib.sha256()
        self.waiting = bytearray()

    def add(self, data: bytes | memoryview) -> None:
        """Take what COPY gave."""
        self.waiting += data
        if len(self.waiting) >= GATHER:
            self.flush()

    def flush(self) -> None:
        """Write what has gathered, as parts that are never too long to be read again."""
        for start in range(0, len(self.waiting), LONGEST):
            payload = bytes(self.waiting[start : start + LONGEST])
            self.digest.update(payload)
            self.parts.put(ROWS, payload)
        self.waiting.clear()


class PartReader:
    """Reads parts out of a sealed file."""

    def __init__(self, opener: Opener) -> None:
        self.opener = opener
        self.decompressor = zlib.decompressobj()
        self.held = bytearray()

    def parts(self) -> Iterator[tuple[str, bytes]]:
        """Each part, the end left out. Raises ArchiveError where the file is not whole."""
        while True:
            kind, length = PREFIX.unpack(self.take(PREFIX.size))
            if length > LONGEST:
                raise ArchiveError(DAMAGED)
            payload = self.take(length)
            if kind == END.encode():
                break
            yield kind.decode("ascii", "replace"), payload
        if self.opener.chunk() or self.held:
            raise ArchiveError(DAMAGED)

    def take(self, size: int) -> bytes:
        """Exactly so many bytes."""
        while len(self.held) < size:
            sealed = self.decompressor.unconsumed_tail or self.opener.chunk()
            if not sealed:
                raise ArchiveError(DAMAGED)
            try:
                # A little of the archive may unpack to very much: never more at once than asked for.
                self.held += self.decompressor.decompress(sealed, max(size - len(self.held), GATHER))
            except zlib.error as error:
                raise ArchiveError(DAMAGED) from error
        taken = bytes(self.held[:size])
        del self.held[:size]
        return taken
