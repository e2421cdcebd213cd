"""What all tests share: what takes minutes is for the night, and which tests may run side by side."""

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes is the machine's matter; what is tried is the same each time, but at night.
settings.register_profile("nightly", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("steady", settings.get_profile("nightly"), derandomize=True)

collect_ignore = ["examples/segmentation"]
"""It needs an environment of its own: tests/e2e/test_examples_segmentation.py runs its tests there."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Know `--nightly` and `--update`."""
    parser.addoption("--nightly", action="store_true", help="run the tests that take minutes, too")
    parser.addoption("--update", action="store_true", help="write what tests/cases/init expects anew")


def pytest_configure(config: pytest.Config) -> None:
    """Choose what hypothesis tries."""
    settings.load_profile("nightly" if config.getoption("--nightly") else "steady")


@pytest.hookimpl(tryfirst=True)  # xdist reads the lanes in the same hook
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take the nightly tests out, unless they are asked for; name the lane of each of the others."""
    if not config.getoption("--nightly"):
        nightly = [item for item in items if item.get_closest_marker("nightly")]
        if nightly:
            config.hook.pytest_deselected(items=nightly)
            items[:] = [item for item in items if item not in nightly]
    for item in items:
        if lane := lane_of(item):
            item.add_marker(pytest.mark.xdist_group(lane))


def lane_of(item: pytest.Item) -> str:
    """Name the lane of a test when tests run side by side; a test without one may run beside any.

    What uses Docker runs one after another: images are built once, what a test leaves in the engine is looked
    for, and a browser drops its connections when another test makes a network. The tests of a file share what
    they start.
    """
    if item.path.parent.name == "docker" or item.get_closest_marker("docker"):
        return "docker"
    return "" if item.get_closest_marker("apart") else item.nodeid.partition("::")[0]
