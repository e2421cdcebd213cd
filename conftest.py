"""What all tests share: those that take minutes run only when asked for."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Know `--nightly`."""
    parser.addoption("--nightly", action="store_true", help="run the tests that take minutes, too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take the nightly tests out, unless they are asked for."""
    if config.getoption("--nightly"):
        return
    nightly = [item for item in items if item.get_closest_marker("nightly")]
    if nightly:
        config.hook.pytest_deselected(items=nightly)
        items[:] = [item for item in items if item not in nightly]
