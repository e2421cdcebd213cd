"""What all tests share: what takes minutes, or looks somewhere new each time, is for the night."""

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes is the machine's matter; what is tried is the same each time, but at night.
settings.register_profile("nightly", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("steady", settings.get_profile("nightly"), derandomize=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Know `--nightly`."""
    parser.addoption("--nightly", action="store_true", help="run the tests that take minutes, too")


def pytest_configure(config: pytest.Config) -> None:
    """Choose what hypothesis tries."""
    settings.load_profile("nightly" if config.getoption("--nightly") else "steady")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take the nightly tests out, unless they are asked for."""
    if config.getoption("--nightly"):
        return
    nightly = [item for item in items if item.get_closest_marker("nightly")]
    if nightly:
        config.hook.pytest_deselected(items=nightly)
        items[:] = [item for item in items if item not in nightly]
