"""The one file: a tar archive, encrypted with age. A stranger with the key can open it without the portal.

Neither writing nor reading holds more than a piece of it in memory, and nothing is written unencrypted on the way.
"""

import hashlib
import io
import os
import tarfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pyrage  # type: ignore[import-untyped]

from netzwerk.backups import Refused

PIECE = 4 * 1024 * 1024
# What lies in it, besides the settings (keys.NAME). The dump is cut into pieces: its name and a number.
DUMP, ERASURES, READ_ME, MANIFEST = "database.dump", "erasures.txt", "LIESMICH.txt", "manifest.json"
FOREIGN = "Der Schlüssel passt nicht zu dieser Sicherung."
DAMAGED = "Die Sicherung ist beschädigt oder unvollständig. Nehmen Sie eine andere."
NO_BACKUP = "Diese Datei ist keine Sicherung des Portals, oder ihr Anfang ist beschädigt."

Member = tuple[str, bytes]


def recipients(keys: Iterable[str]) -> list[pyrage.x25519.Recipient]:
    """Raises Refused for what is no public key of age."""
    found = []
    for key in keys:
        try:
            found.append(pyrage.x25519.Recipient.from_str(key))
        except pyrage.RecipientError:
            raise Refused(f"BACKUP_KEY: „{key}“ ist kein öffentlicher Schlüssel (age1…).") from None
    return found


def identities(file: Path) -> list[pyrage.x25519.Identity]:
    """The private keys in a file as `age-keygen` or `backup --new-key` writes it, or typed from paper. Raises Refused.

    Whatever an editor has put before the first letter, and however it spells umlauts, does not matter.
    """
    try:
        lines = file.read_text("utf-8-sig", "replace").upper().split()
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line.startswith("AGE-SECRET-KEY-")]
    except OSError as reason:
        raise Refused(f"Der Schlüssel ist nicht zu lesen: {reason}") from None
    except pyrage.IdentityError:
        found = []
    if not found:
        raise Refused(f"In {file} steht kein privater Schlüssel (AGE-SECRET-KEY-…).")
    return found


def write(out: IO[bytes], members: Iterable[Member], keys: list[pyrage.x25519.Recipient]) -> str:
    """Encrypts the members to `out`; the SHA-256 of what was written. What `members` raises, comes out here."""
    chunks, hashing = _Chunks(_tar(members)), _Hashing(out)
    try:
        pyrage.encrypt_io(chunks, hashing, keys)
    except (pyrage.EncryptError, OSError):  # what ours raised, it tells as a text only
        raise chunks.failure or hashing.failure or Refused("Die Verschlüsselung ist gescheitert.") from None
    return hashing.digest.hexdigest()


@contextmanager
def opened(file: Path, keys: list[pyrage.x25519.Identity]) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    """Yields the members one after the other, each with its content to read. Raises Refused, also at the end."""
    read_end, write_end = os.pipe()
    with ThreadPoolExecutor(1) as pool:
        decrypted = pool.submit(_decrypt, file, write_end, keys)
        wrong = ""
        try:
            with os.fdopen(read_end, "rb") as source:
                yield _members(source)
                while source.read(PIECE):  # to the end: only the last piece shows that nothing is missing
                    pass
        except (tarfile.TarError, EOFError):
            wrong = DAMAGED
        except Refused as reason:
            wrong = str(reason)
        # Something may be wrong with the content because something is wrong with the file.
        if said := decrypted.result() or wrong:
            raise Refused(said)


def _decrypt(file: Path, write_end: int, keys: list[pyrage.x25519.Identity]) -> str:
    """Returns why it failed, "" if it did not."""
    try:
        with os.fdopen(write_end, "wb") as out, file.open("rb") as source:
            pyrage.decrypt_io(source, out, keys)
    except BrokenPipeError:  # the reader has seen enough
        return ""
    except pyrage.DecryptError as reason:
        return FOREIGN if "No matching keys" in str(reason) else NO_BACKUP
    except OSError as reason:
        return DAMAGED if reason.errno is None else f"Die Sicherung ist nicht zu lesen: {reason}"
    return ""


def _members(source: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    with tarfile.open(fileobj=source, mode="r|") as tar:
        for info in tar:
            content = tar.extractfile(info)
            if content is not None:
                yield info.name, content


def _tar(members: Iterable[Member]) -> Iterator[bytes]:
    for name, content in members:
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(content), 0o600
        yield info.tobuf()
        yield content
        yield bytes(-len(content) % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


class _Chunks(io.RawIOBase):
    """What an iterator yields, as a file to read from."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")
        self.failure: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            while not self._rest:
                self._rest = memoryview(next(self._chunks))
        except StopIteration:
            return b""
        except Exception as failure:
            self.failure = failure
            raise
        size = len(self._rest) if size < 0 else size
        taken, self._rest = self._rest[:size], self._rest[size:]
        return bytes(taken)


class _Hashing(io.RawIOBase):
    """Writes through, and knows the hash of all that was written."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self.digest = hashlib.sha256()
        self.failure: Exception | None = None

    def write(self, content: bytes) -> int:  # type: ignore[override]
        try:
            written = self._out.write(content)
        except Exception as failure:
            self.failure = failure
            raise
        self.digest.update(content)
        return written

    def flush(self) -> None:
        self._out.flush()
