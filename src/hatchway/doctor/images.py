"""Names of images, and until when what they hold is looked after."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

PYTHON_ENDS: Mapping[tuple[int, int], date] = {
    (2, 7): date(2020, 1, 1),
    (3, 4): date(2019, 3, 18),
    (3, 5): date(2020, 9, 30),
    (3, 6): date(2021, 12, 23),
    (3, 7): date(2023, 6, 27),
    (3, 8): date(2024, 10, 7),
    (3, 9): date(2025, 10, 31),
    (3, 10): date(2026, 10, 31),
    (3, 11): date(2027, 10, 31),
    (3, 12): date(2028, 10, 31),
    (3, 13): date(2029, 10, 31),
    (3, 14): date(2030, 10, 31),
}
"""Python's own dates, from its table of versions."""

SYSTEM_ENDS: Mapping[str, date] = {
    # Debian, with its long-term support
    "wheezy": date(2018, 5, 31),
    "jessie": date(2020, 6, 30),
    "stretch": date(2022, 6, 30),
    "buster": date(2024, 6, 30),
    "bullseye": date(2026, 8, 31),
    "bookworm": date(2028, 6, 30),
    "trixie": date(2030, 6, 30),
    # Ubuntu, without what is paid for
    "trusty": date(2019, 4, 30),
    "xenial": date(2021, 4, 30),
    "bionic": date(2023, 5, 31),
    "focal": date(2025, 5, 31),
    "jammy": date(2027, 4, 30),
    "noble": date(2029, 4, 30),
}
_NUMBERED = {
    ("debian", "8"): "jessie",
    ("debian", "9"): "stretch",
    ("debian", "10"): "buster",
    ("debian", "11"): "bullseye",
    ("debian", "12"): "bookworm",
    ("debian", "13"): "trixie",
    ("ubuntu", "14.04"): "trusty",
    ("ubuntu", "16.04"): "xenial",
    ("ubuntu", "18.04"): "bionic",
    ("ubuntu", "20.04"): "focal",
    ("ubuntu", "22.04"): "jammy",
    ("ubuntu", "24.04"): "noble",
}
_ALPINE_AT_LEAST = (3, 20)
"""Alpine looks after a version for two years; older ones than this have ended."""


@dataclass(frozen=True, slots=True)
class Image:
    """The parts of an image's name."""

    repository: str
    tag: str = ""
    digest: str = ""

    @property
    def name(self) -> str:
        """The last part of the repository: `python`, `redis`."""
        return self.repository.rpartition("/")[2]


def read_image(text: str) -> Image | None:
    """Return the parts of a name; None if there is a variable left in it, or nothing."""
    if not text or "$" in text or text == "scratch":
        return None
    rest, _, digest = text.partition("@")
    repository, colon, tag = rest.rpartition(":")
    if not colon or "/" in tag:
        repository, tag = rest, ""
    return Image(repository, tag, digest)


def python_of(text: str) -> tuple[int, int] | None:
    """Return the version of Python that an image's name promises; None if it promises none."""
    image = read_image(text)
    if image is None:
        return None
    pattern = r"(\d+)\.(\d+)" if image.name == "python" else r"(?:^|[-_])(?:python|py)[-_]?(\d)\.(\d+)"
    found = re.match(pattern, image.tag) if image.name == "python" else re.search(pattern, image.tag)
    return (int(found[1]), int(found[2])) if found else None


def ended_system(text: str, today: date) -> tuple[str, date | None] | None:
    """Return the system in an image that is no longer looked after, and since when if that is known."""
    image = read_image(text)
    if image is None:
        return None
    names = [_NUMBERED.get((image.name, image.tag.partition("-")[0]), ""), *re.split(r"[-_.]", image.tag)]
    for name in names:
        if name in SYSTEM_ENDS and SYSTEM_ENDS[name] < today:
            return name, SYSTEM_ENDS[name]
    pattern = r"(\d+)\.(\d+)" if image.name == "alpine" else r"alpine(\d+)\.(\d+)"
    found = re.search(pattern, image.tag)
    if found and (int(found[1]), int(found[2])) < _ALPINE_AT_LEAST:
        return f"Alpine {found[1]}.{found[2]}", None
    return None
