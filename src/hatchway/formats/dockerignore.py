""".dockerignore: which files of a folder a build is not given."""

import re
from functools import cache


def leaves_out(text: str, path: str) -> bool:
    """Tell whether a file, as seen from the folder, is left out; the last line that fits it decides."""
    is_out = False
    parts = path.split("/")
    # A folder that is left out takes with it what is in it.
    ways = ["/".join(parts[:number]) for number in range(1, len(parts) + 1)]
    for line in text.splitlines():
        pattern = line.strip()
        if not pattern or pattern.startswith("#"):
            continue
        takes_back = pattern.startswith("!")
        pattern = pattern.removeprefix("!").strip().strip("/").removeprefix("./")
        if pattern not in ("", ".") and any(_expression(pattern).fullmatch(way) for way in ways):
            is_out = not takes_back
    return is_out


_WORDS = {"**/": "(?:.*/)?", "/**": "/.*", "**": ".*", "*": "[^/]*", "?": "[^/]"}


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    words = re.split(r"(\*\*/|/\*\*|\*\*|\*|\?|\[[^]]*\])", pattern)
    made = "".join(_WORDS.get(word) or _of_word(word) for word in words)
    try:
        return re.compile(made)
    except re.error:
        return re.compile(re.escape(pattern))


def _of_word(word: str) -> str:
    return word.replace("[!", "[^", 1) if word.startswith("[") else re.escape(word)
