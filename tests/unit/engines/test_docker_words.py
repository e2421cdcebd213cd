"""A `docker run` is read as docker reads it: where its options end, and what they say."""

import shlex

import pytest

from hatchway.engines._docker.words import Options, options_of, run_command
from hatchway.engines.docker import service_of
from hatchway.errors import UsageError

DOCKER = options_of("""Global Options:
      --config string      Location of client config files
  -c, --context string     Name of the context to use
  -D, --debug              Enable debug mode
  -H, --host list          Daemon socket to connect to
      --tls                Use TLS
""")
RUN = options_of("""Options:
  -d, --detach                           Run container in background and
                                         print container ID
  -e, --env list                         Set environment variables
      --env-file list                    Read in a file of environment variables
      --init                             Run an init
  -i, --interactive                      Keep STDIN open even if not attached
      --name string                      Assign a name to the container
  -p, --publish list                     Publish a container's port(s) to the host
      --rm
  -t, --tty                              Allocate a pseudo-TTY
""")


def test_help_says_which_options_take_a_value() -> None:
    assert RUN.long_of == {"d": "detach", "e": "env", "i": "interactive", "p": "publish", "t": "tty"}
    assert RUN.switches == {"detach", "init", "interactive", "rm", "tty"}
    assert options_of("") == Options({}, frozenset())


@pytest.mark.parametrize(
    ("line", "behind"),
    [
        ("docker run shop", "shop"),
        ("docker run --rm -d shop -d --rm", "shop -d --rm"),
        ("docker run -itd shop sh -c 'a b'", "shop sh -c 'a b'"),
        ("docker run -p 80:80 -p81:81 -itp 82:82 shop", "shop"),
        ("docker run --name web --init=false shop", "shop"),
        ("docker run --name=web -e A=1 -eB=2 shop", "shop"),
        ("docker run --new-option value shop", "shop"),
        ("docker run --rm -- shop --rm", "-- shop --rm"),
        ("docker container run --rm shop", "shop"),
        ("docker -D -H tcp://far:1 --context=there run --rm shop", "shop"),
        ("/usr/bin/docker run shop", "shop"),
    ],
)
def test_options_are_put_before_the_image_and_nothing_else_changes(line: str, behind: str) -> None:
    words = shlex.split(line)
    command = run_command(words, DOCKER, RUN)
    assert shlex.join(command.behind) == behind
    assert [*command.ahead, *command.behind] == words
    assert command.image == "shop"
    assert command.with_options(["--label", "a=b"]) == [*command.ahead, "--label", "a=b", *command.behind]


def test_the_values_of_all_options_are_known() -> None:
    words = shlex.split(
        "docker run -ite A=1 --env B -eC=3=3 --name=a --name web --rm --tty=false shop -e D=4"
    )
    command = run_command(words, DOCKER, RUN)
    assert command.given["env"] == ("A=1", "B", "C=3=3")
    assert command.last("name") == "web"
    assert command.last("env-file") == ""
    assert command.is_on("interactive")
    assert command.is_on("rm")
    assert not command.is_on("tty")
    assert not command.is_on("detach")


def test_another_engine_named_ahead_is_known_to_all_other_calls() -> None:
    words = shlex.split("docker -c there --host tcp://far:1 run shop")
    assert run_command(words, DOCKER, RUN).engine == {"DOCKER_CONTEXT": "there", "DOCKER_HOST": "tcp://far:1"}


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("docker", "`docker` starts no container", "hatchway run -- docker run"),
        ("docker ps -a", "`docker ps` starts no container", "hatchway run -- docker run"),
        ("docker compose up", "`docker compose` starts no container", "`hatchway up` is"),
        ("docker exec -it web sh", "`docker exec` starts no container", "hatchway attach NAME"),
        ("docker container start web", "`docker start` starts no container", "hatchway attach NAME"),
        ("docker run", "this `docker run` names no image", "IMAGE"),
        ("docker run --rm --name", "this `docker run` names no image", "IMAGE"),
        ("docker run --", "this `docker run` names no image", "IMAGE"),
        ("docker --tls run shop", "docker's own option --tls is not understood", "DOCKER_HOST"),
    ],
)
def test_what_is_no_docker_run_is_refused_with_a_hint(line: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        run_command(shlex.split(line), DOCKER, RUN)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("image", "service"),
    [
        ("shop", "shop"),
        ("shop:1.2", "shop"),
        ("127.0.0.1:5000/team/shop:1.2", "shop"),
        (f"team/shop@sha256:{'0a' * 32}", "shop"),
        (f"sha256:{'0a' * 32}", "0a0a0a0a0a0a"),
        ("0a" * 32, "0a0a0a0a0a0a"),
    ],
)
def test_a_container_without_a_name_is_called_like_its_image(image: str, service: str) -> None:
    assert service_of(run_command(["docker", "run", "--rm", image, "sh"], DOCKER, RUN)) == service
    named = run_command(["docker", "run", "--name", "web", image], DOCKER, RUN)
    assert service_of(named) == "web"
