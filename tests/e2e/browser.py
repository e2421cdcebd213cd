"""A real Chromium without a screen, for the pages of the examples, and what the tests do there."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import pytest
from selenium.common.exceptions import (
    NoSuchElementException,
    StaleElementReferenceException,
    WebDriverException,
)
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

PROGRAMS = {"chromium": shutil.which("chromium"), "chromedriver": shutil.which("chromedriver")}
"""Debian's packages chromium and chromium-driver; nothing is ever downloaded."""
SHOTS = Path(__file__).parents[2] / ".cache" / "screenshots"
"""Where what was seen is kept, for people to look at."""
PATIENCE = 30.0
DROPPED = "net::ERR_NETWORK_CHANGED"
ADDRESSES = Path("/proc/net/if_inet6")
TENTATIVE = 0x40
"""The kernel's flag of an IPv6 address that is not yet in use."""
MOMENT = 5.0
SWITCHES = (
    "--headless=new",
    "--no-sandbox",  # tests may be root, which Chromium's sandbox refuses
    "--disable-dev-shm-usage",  # a container's /dev/shm is small
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--window-size=1200,900",
    # A page that asks anybody but this machine gets nothing.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


class Browser:
    """One page in Chromium; whatever is looked for is waited for."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver
        self._heard: list[str] = []

    def open(self, url: str, css: str, text: str = "") -> Self:
        """Load a page, and wait until such a thing is seen there.

        A container that comes up changes the network of this machine, and Chromium then drops what it is
        loading, from this machine too: the one cause for which the page is loaded again.
        """
        let_the_network_settle()
        self._load(url)

        def look() -> WebElement | None:
            self._listen()
            if any(DROPPED in line for line in self._heard):
                self._heard.clear()
                self._load(url)
            return self._seen(css, text)

        self.until(look, f"{css} {text!r}")
        return self

    def _load(self, url: str) -> None:
        try:
            self.driver.get(url)
        except WebDriverException as failed:
            if DROPPED not in str(failed):
                raise
            self._heard.append(str(failed))

    def _listen(self) -> None:
        self._heard += [
            line["message"] for line in self.driver.get_log("browser") if line["level"] == "SEVERE"
        ]

    def _seen(self, css: str, text: str) -> WebElement | None:
        return next((found for found in self.all(css) if found.is_displayed() and text in found.text), None)

    def all(self, css: str) -> list[WebElement]:
        """Return what is there now."""
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def one(self, css: str, text: str = "") -> WebElement:
        """Return the first that is seen and has this text somewhere in it, once there is one."""
        return self.until(lambda: self._seen(css, text), f"{css} {text!r}")

    def gone(self, css: str, text: str = "") -> None:
        """Wait until nothing of the kind is seen."""
        self.until(lambda: self._seen(css, text) is None, f"no {css} {text!r}")

    def button(self, name: str) -> WebElement:
        """Return a button by what is written on it, once it can be clicked."""
        found = self.one("button", name)
        self.until(found.is_enabled, f"button {name!r} enabled")
        return found

    def until(self, look: Callable[[], Any], wanted: str) -> Any:
        """Return what a look gives, once it gives something; pages redraw meanwhile."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                if found := look():
                    return found
            except (NoSuchElementException, StaleElementReferenceException):
                pass
            if time.monotonic() > deadline:
                self.shot("failed")
                text = self.driver.find_element(By.TAG_NAME, "body").text
                pytest.fail(f"waited for {wanted}; the page says:\n{text}\n{self.complaints()}")
            time.sleep(0.05)

    def evaluate(self, script: str, *arguments: Any) -> Any:
        """Run a function's body in the page; return what it returns."""
        return self.driver.execute_script(script, *arguments)

    def complaints(self) -> list[str]:
        """Return the errors in the page's console since the last look."""
        self._listen()
        heard, self._heard = self._heard, []
        return heard

    def shot(self, name: str) -> Path:
        """Keep what is seen as NAME.png in `SHOTS`."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        file = SHOTS / f"{name}.png"
        file.write_bytes(self.driver.get_screenshot_as_png())
        return file


def let_the_network_settle() -> None:
    """Wait until the kernel has tried each new address, which changes the network once more."""
    deadline = time.monotonic() + MOMENT  # it takes a second or two, and for ever on a bridge without carrier
    while has_tentative_address() and time.monotonic() < deadline:
        time.sleep(0.05)


def has_tentative_address() -> bool:
    """Tell whether the neighbours are still asked about an IPv6 address of this machine."""
    if not ADDRESSES.exists():
        return False
    return any(int(line.split()[4], 16) & TENTATIVE for line in ADDRESSES.read_text().splitlines())


def why_none() -> str:
    """Say why there is no browser; empty if there is one."""
    missing = [name for name, path in PROGRAMS.items() if path is None]
    return f"there is no {' and no '.join(missing)}" if missing else ""


@contextmanager
def chromium() -> Iterator[Chrome]:
    """Start one, with a profile of its own; both are gone afterwards."""
    options = ChromeOptions()
    options.binary_location = PROGRAMS["chromium"]
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with tempfile.TemporaryDirectory(prefix="hw-chromium-", ignore_cleanup_errors=True) as profile:
        for switch in (*SWITCHES, f"--user-data-dir={profile}"):
            options.add_argument(switch)
        driver = Chrome(options, ChromeService(PROGRAMS["chromedriver"]))
        driver.set_page_load_timeout(PATIENCE)
        try:
            yield driver
        finally:
            driver.quit()


def report() -> str:
    """Say whether the tests that look at pages will run."""
    why = why_none()
    return f"  SKIPPED, all tests of pages: {why}" if why else f"  {PROGRAMS['chromium']}: tests of pages run"


if __name__ == "__main__":
    print(report())  # noqa: T201 - scripts/test shows it
