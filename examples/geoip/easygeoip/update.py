"""Brings a City database of the user's own: downloaded, verified, and only then put in its place."""

import base64
import hashlib
import os
import shutil
import tarfile
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from easygeoip.database import NoCityDatabaseError, open_city
from easygeoip.settings import EDITION

SECONDS = 30.0
"""Without a byte, until a download is given up."""
LARGEST = 1 << 30
"""Bytes of a database; GeoLite2-City has some 60 million."""
CHUNK = 1 << 16


class UpdateFailedError(Exception):
    """Nothing was changed; the text says why."""


@dataclass(frozen=True)
class Account:
    """Who downloads, and where."""

    number: str
    key: str = field(repr=False)
    site: str = "https://download.maxmind.com"

    def open(self, suffix: str) -> IO[bytes]:
        """Open a download of the edition. Raises `UpdateFailedError`."""
        request = urllib.request.Request(f"{self.site}/geoip/databases/{EDITION}/download?suffix={suffix}")  # noqa: S310 - the user's own word
        secret = base64.b64encode(f"{self.number}:{self.key}".encode()).decode()
        # For this site alone: it redirects to a storage that must not see it.
        request.add_unredirected_header("Authorization", f"Basic {secret}")
        try:
            return cast("IO[bytes]", urllib.request.urlopen(request, timeout=SECONDS))  # noqa: S310 - as above
        except urllib.error.HTTPError as error:
            with error:
                if error.code in (401, 403):
                    message = "MaxMind does not know this account with this licence key"
                else:
                    message = f"MaxMind answered {error.code} {error.reason}"
            raise UpdateFailedError(message) from None
        except OSError as error:
            message = f"{self.site} is out of reach: {getattr(error, 'reason', error)}"
            raise UpdateFailedError(message) from None


def update(account: Account, place: Path) -> None:
    """Put the newest database in its place, in one step. Raises `UpdateFailedError`."""
    with account.open("tar.gz.sha256") as answer:
        wanted = answer.read(CHUNK).decode("ascii", "replace").split()[:1]
    place.parent.mkdir(parents=True, exist_ok=True)
    with account.open("tar.gz") as answer, tempfile.TemporaryFile() as archive:
        got = _fetch(answer, archive)
        if [got] != wanted:
            message = "the download is not what its checksum says: truncated, or changed on its way"
            raise UpdateFailedError(message)
        with _beside(place) as new:
            _unpack(archive, new)
            try:
                open_city(new).close()
            except NoCityDatabaseError as error:
                raise UpdateFailedError(str(error)) from None
            new.replace(place)


def _fetch(answer: IO[bytes], archive: IO[bytes]) -> str:
    digest = hashlib.sha256()
    try:
        while part := answer.read(CHUNK):
            digest.update(part)
            archive.write(part)
            if archive.tell() > LARGEST:
                message = f"the download has more than {LARGEST} bytes"
                raise UpdateFailedError(message)
    except OSError as error:
        message = f"the download broke off: {error}"
        raise UpdateFailedError(message) from None
    archive.seek(0)
    return digest.hexdigest()


@contextmanager
def _beside(place: Path) -> Iterator[Path]:
    """Give a file on the same file system, gone afterwards unless it was moved."""
    handle, name = tempfile.mkstemp(prefix=f".{place.name}.", dir=place.parent)
    os.close(handle)
    new = Path(name)
    try:
        yield new
    finally:
        new.unlink(missing_ok=True)


def _unpack(archive: IO[bytes], new: Path) -> None:
    try:
        with tarfile.open(fileobj=archive, mode="r:gz") as members:
            for member in members:
                if member.isfile() and member.name.endswith(f"/{EDITION}.mmdb") and member.size <= LARGEST:
                    content = members.extractfile(member)
                    with cast("IO[bytes]", content) as source, new.open("wb") as target:
                        shutil.copyfileobj(source, target)
                        target.flush()
                        os.fsync(target.fileno())
                    new.chmod(0o644)
                    return
    except (tarfile.TarError, EOFError, OSError) as error:
        message = f"the archive cannot be unpacked: {error}"
        raise UpdateFailedError(message) from None
    message = f"there is no {EDITION}.mmdb in the archive"
    raise UpdateFailedError(message)
