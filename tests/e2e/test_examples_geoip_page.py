"""The page of Easy GeoIP in a real browser, on nothing but Python and with no network."""

import sys
from collections.abc import Iterator

import pytest
from e2e.browser import Browser
from e2e.examples import EXAMPLES, PATIENCE, wait_until_healthy
from e2e.running import Running, free_port
from selenium.webdriver.common.keys import Keys

ASKED_OF = (
    "return [...new Set(performance.getEntriesByType('resource').map(one => new URL(one.name).origin))]"
)
WORLD = "-180 -90 360 180"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    argv = [sys.executable, "main.py", f"--port={port}"]
    nothing = tmp_path_factory.mktemp("data")
    environ = {"DATA_FOLDER": str(nothing), "DNS_SERVER": "127.0.0.1:9", "DNS_SECONDS": "0.2"}
    with Running(argv, EXAMPLES / "geoip", **environ):
        address = f"http://127.0.0.1:{port}"
        wait_until_healthy(address)
        yield address


@pytest.fixture
def page(browser: Browser, base: str) -> Browser:
    return browser.open(base, "#zones", "from record")


def box(page: Browser) -> str:
    """Return what part of the world the map shows."""
    return str(page.evaluate("return document.getElementById('map').getAttribute('viewBox')"))


def ask(page: Browser, target: str) -> None:
    field = page.one("#ip_or_domain")
    field.clear()
    field.send_keys(target, Keys.ENTER)


def test_an_address_is_found_and_marked(page: Browser, base: str) -> None:  # S3.1, S3.9, S3.W8, S3.M4
    assert page.one("h1").text == "Easy GeoIP Tool"
    assert page.button("Resolve").is_enabled()
    assert box(page) == WORLD
    field = page.one("#ip_or_domain")
    assert (field.get_attribute("required"), field.get_attribute("placeholder")) == ("true", "198.51.100.7")
    field.send_keys("198.51.100.7")
    page.button("Resolve").click()
    page.one(
        "#place", "198.51.100.7 · Montreal (demonstration), Canada · time zone America/Toronto (polygons)"
    )
    marker = page.one("#marker")
    assert (marker.get_attribute("cx"), marker.get_attribute("cy")) == ("-73.6", "-45.5")
    left, top, wide, high = map(float, box(page).split())
    assert (left + wide / 2, top + high / 2) == (-73.6, -45.5), "in the middle"
    assert wide < 360, "and nearer"
    page.one("#result .leaf", 'time_zone: "America/Toronto"')
    page.shot("geoip-found")
    assert page.evaluate(ASKED_OF) == [base], "no request leaves the origin"
    assert page.complaints() == []


def test_the_map_has_land_where_land_is(page: Browser) -> None:  # S3.M4
    # Of the file that the map uses: what is used is not part of the page's own tree.
    script = """
        const [points, done] = [arguments[0], arguments[1]];
        fetch('/static/world.svg').then(one => one.text()).then(text => {
            const svg = document.body.appendChild(document.createElement('div'));
            svg.innerHTML = text;
            const land = svg.querySelector('#land');
            const at = ([lat, lon]) => land.isPointInFill(new DOMPoint(lon, -lat));
            done(points.map(at));
            svg.remove();
        });
    """
    paris, canberra, south_pole, chukotka = (48.85, 2.35), (-35.3, 149), (-89, 100), (66, 188)
    atlantic, pacific, norwegian_sea = (0, -30), (0, -150), (68, 3)
    land, sea = [paris, canberra, south_pole, chukotka], [atlantic, pacific, norwegian_sea]
    page.driver.set_script_timeout(PATIENCE)
    assert page.driver.execute_async_script(script, land) == [True] * len(land)
    assert page.driver.execute_async_script(script, sea) == [False] * len(sea)


def test_the_keyboard_is_enough(page: Browser) -> None:  # S3.9, S3.M4
    page.one("#ip_or_domain")
    assert page.evaluate("return document.activeElement.id") == "ip_or_domain"
    page.driver.switch_to.active_element.send_keys("2001:db8::1", Keys.ENTER)
    page.one("#place", "time zone Europe/Kyiv")
    field = page.driver.switch_to.active_element
    assert field.get_attribute("id") == "ip_or_domain", "ready for the next one"
    seen = []
    for _ in range(5):
        page.driver.switch_to.active_element.send_keys(Keys.TAB)
        seen.append(page.driver.switch_to.active_element.text)
    assert seen == ["Resolve", "Whole world", "data", "city", "names"]
    page.driver.switch_to.active_element.send_keys(Keys.ENTER)
    page.one("#result .leaf", 'en: "Kyiv (demonstration)"')
    page.button("Whole world").send_keys(Keys.SPACE)
    page.until(lambda: box(page) == WORLD, "the whole world")


@pytest.mark.parametrize(
    ("target", "error"),
    [
        ("8.8.8.8", "8.8.8.8 is not in the database"),
        ("<img src=x>", "'<img src=x>' is neither an IP address nor a domain name"),
        ("a/b", "The server answered 404."),
        ("slow.example", "the name servers did not answer for slow.example within 0.2 s"),
    ],
)
def test_an_error_is_shown_and_gone_with_the_next_answer(  # S3.9
    target: str, error: str, page: Browser
) -> None:
    ask(page, "192.0.2.1")
    page.one("#marker")
    ask(page, target)
    page.one("#error", error)
    page.gone("#marker")
    assert (page.all("#result *"), box(page)) == ([], WORLD)
    if target == "8.8.8.8":
        page.shot("geoip-error")
    ask(page, "192.0.2.1")
    page.one("#place", "Paris")
    page.gone("#error")


def test_a_server_that_is_gone_is_told(page: Browser, base: str) -> None:  # S3.9
    page.driver.execute_cdp_cmd("Network.enable", {})
    page.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": [f"{base}/192*"]})
    ask(page, "192.0.2.1")
    page.one("#error", "The server is out of reach.")
    page.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})


def test_without_location_there_is_no_marker(page: Browser) -> None:  # S3.M1
    ask(page, "198.18.0.1")
    page.one("#place", "198.18.0.1 · Switzerland · no location")
    assert not any(one.is_displayed() for one in page.all("#marker"))


def test_it_says_what_is_active(page: Browser) -> None:
    page.one("#database", "EasyGeoIP-Demo-City, a demonstration")
    page.one("#zones", "from record, then polygons.")


def test_on_a_narrow_screen_nothing_is_cut_off(page: Browser) -> None:
    page.driver.set_window_size(500, 800)
    ask(page, "192.0.2.1")
    page.one("#place", "Paris")
    page.shot("geoip-narrow")
    assert page.evaluate("return document.documentElement.scrollWidth <= window.innerWidth")
