"""What the READMEs of the examples tell people to type is typed, and prints what they say."""

import os
import re
import sys
from pathlib import Path

import pytest
from docker.stack import docker
from e2e.console import commands, run
from e2e.environments import app_python, cannot_build, newest
from e2e.examples import GROUPS
from e2e.projects import Project, apart

PUBLISHED = {
    "MESSAGE_PORT": 8000,
    "HELLO_PORT": 5000,
    "DEGREES_PORT": 5001,
    "CORE_PORT": 56733,
    "GEOIP_PORT": 5000,
    "FASTAPI_PORT": 8000,
    "STREAMLIT_PORT": 8501,
}
"""The ports that a README names; another run of these tests may have them."""
NAMED = ("flask-helloworld-app", "flask-helloworld:1.0", "core-tests")
"""Names of containers and images that a README gives: every engine has one of each."""


@pytest.mark.docker
@pytest.mark.timeout(600)  # the first build compiles uWSGI
@pytest.mark.parametrize(
    "name",
    [
        "message",  # S0.15, S0.16, S0.W8
        "geoip",  # S3.11, S3.12, S3.13, S3.15, S3.17
        "segmentation",  # S2.16, S2.17, S2.M3
        "uwsgi",  # S1.1, S1.2, S1.3, S1.16
        "degrees",  # S4.6, S4.M3, S4.7, S4.8, S4.9, S4.10, S4.11, S4.12, S4.13, S4.14, S4.24
    ],
)
def test_the_commands_of_a_readme_do_what_it_says(name: str, tmp_path: Path) -> None:
    group = GROUPS.get(name, "")
    if why := cannot_build(newest(), group):
        pytest.skip(why)
    with apart(), Project(name, tmp_path) as project:
        (tmp_path / ".curlrc").write_text("silent\nshow-error\n")  # as in a terminal
        scripts = [str(app_python(newest(), group).parent), str(Path(sys.executable).parent)]
        environ = {
            **project.environ,
            "COMPOSE_ANSI": "never",
            "CURL_HOME": str(tmp_path),
            "PATH": os.pathsep.join([*scripts, os.environ["PATH"]]),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        readme = tmp_path / "README.md"
        readme.write_text(of_this_run((project.folder / "README.md").read_text(), project))
        typed = list(commands(readme))
        assert len(typed) > 5
        for command in typed:
            run(command, project.folder, environ)
        left = docker("ps", "--all", "--quiet", "--filter", f"name={project.project}")
        assert not left, "what a README starts it also ends"


def of_this_run(text: str, project: Project) -> str:
    """Give ports, containers and images names that no other run of this test has."""
    for variable, port in PUBLISHED.items():
        if variable in project.ports:
            text = re.sub(
                rf"((localhost|127\.0\.0\.1):|--port=){port}\b", rf"\g<1>{project.ports[variable]}", text
            )
    for name in NAMED:
        text = text.replace(name, name.replace("-", f"-{project.project}-", 1))
    return text
