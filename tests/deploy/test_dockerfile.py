"""What reads and carries out Dockerfiles: it knows the instructions that ours uses, and a broken one is found."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.building import Builder
from tests.deploy.container import started
from tests.deploy.dockerfile import DockerfileError, read_dockerfile
from tests.deploy.image import Image
from tests.deploy.rooms import missing, scratch

PAGE = """\
# A page that is served.
FROM python:3.11-slim AS base
FROM base AS build
WORKDIR /site
COPY page.html pages/
RUN --mount=type=cache,target=/cache \\
    # who builds
    id -u > pages/builder \\
    && touch /cache/used

FROM base
RUN useradd --uid 10001 --no-create-home --home-dir /data server && install -d -o 10001 /data
COPY --from=build /site/pages /site
ENV SITE=/site PATH=/site:$PATH
WORKDIR /site
USER 10001:10001
VOLUME /data
HEALTHCHECK CMD ["python3", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/page.html')"]
CMD ["python3", "-m", "http.server"]
"""
needs_rooms = pytest.mark.skipif(bool(missing()), reason=missing())


@pytest.fixture
def builder(tmp_path: Path) -> Iterator[Builder]:
    """Builds from a context of one page."""
    for name in ("context", "cache"):
        (tmp_path / name).mkdir()
    (tmp_path / "context" / "page.html").write_text("<p>Amends", encoding="utf-8")
    with scratch() as folder:
        yield Builder(tmp_path / "context", Path(folder), {}, {"/cache": tmp_path / "cache"})


def build(builder: Builder, text: str) -> Image:
    """Read and carry out."""
    return builder.build(read_dockerfile(text))


def test_nothing_is_left_out_in_ci() -> None:
    """A machine of somebody's own may lack what it takes; then these tests say so."""
    assert not os.environ.get("CI") or not missing()


def test_reading() -> None:
    """Stages, flags, continued lines and comments in between."""
    base, build, last = read_dockerfile(PAGE)
    assert (base.image, base.name, build.name, last.name) == ("python:3.11-slim", "base", "build", "")
    run = build.steps[-1]
    assert (run.line, run.word, run.flags) == (6, "RUN", (("mount", "type=cache,target=/cache"),))
    assert run.text == "id -u > pages/builder && touch /cache/used"
    assert last.steps[-1].list() == ["python3", "-m", "http.server"]


@pytest.mark.parametrize(
    "text",
    [
        "RUN true",
        "FROM a\nADD b /",
        "FROM a\nrun true",
        "FROM $A",
        "FROM a AS b AS c",
        "FROM a\nRUN true \\",
        "FROM a\nRUN <<END\ntrue\nEND",
        "FROM a\nCOPY --link",
        "FROM a\nCMD",
    ],
)
def test_what_is_not_known_is_refused(text: str) -> None:
    """With its line; nothing is passed over."""
    with pytest.raises(DockerfileError, match=r"line \d"):
        read_dockerfile(text)


@needs_rooms
def test_it_is_built_and_runs(builder: Builder, tmp_path: Path) -> None:
    """As the user, in the folder and with the variables that it names, and on a root that nobody may write."""
    image = build(builder, PAGE)
    assert (tmp_path / "cache" / "used").exists()
    assert not image.path("/cache").exists()
    with started(image, tmp_path) as container:
        assert container.healthy(10), container.said()
        assert container.run("cat", "builder").stdout == "0\n"
        said = container.run("sh", "-c", "id -u; pwd; echo $HOME $SITE; touch /data/a /tmp/a; touch /site/a; ls /proc")
        user, folder, variables, *processes = said.stdout.split("\n")
        assert (user, folder, variables) == ("10001", "/site", "/data /site")
        assert "Read-only file system" in said.stderr
        assert len([name for name in processes if name.isdecimal()]) == 3  # the server, sh and ls
        assert container.run("python3", "-c", "import socket; socket.create_connection(('192.0.2.1', 80))").returncode
    assert container.process.returncode is not None


@needs_rooms
@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("COPY page.html", "COPY pages.html", r"line 5, COPY: there is no pages\.html in the context"),
        ("--from=build /site/pages", "--from=build /site/page", "line 13, COPY: there is no /site/page in build"),
        ("COPY page", "COPY --from=built page", "line 5, COPY: nothing stands for the image built"),
        ("COPY page", "COPY --chown=1 page", "line 5, COPY: --chown is not carried out"),
        ("page.html pages/", "page.html /usr/", "line 5, COPY: nothing can be put into /usr"),
        ("touch /cache/used", "tuoch /cache/used", r"line 6, RUN: exit code 127[\s\S]*tuoch: not found"),
        ("target=/cache", "target=/caches", "line 6, RUN: nothing stands for the cache"),
        ("RUN useradd", "RUN apt-get install --yes --no-install-recommends no-such-1 && useradd", "no-such-1"),
        ("RUN useradd", "RUN apt-get upgrade && useradd", "nothing stands for: apt-get upgrade"),
        ("useradd --uid", "useradd --uit", "line 12, RUN: exit code 2"),
        ("USER 10001:10001", "USER server", "line 16, USER: must be two numbers"),
        ('CMD ["python3", "-m", "http.server"]', "CMD python3 -m http.server", "line 19, CMD: must be a list"),
        ("FROM python:3.11-slim", "FROM debian:12", "line 2: nothing stands for the image debian:12"),
    ],
)
def test_a_broken_step_is_named(builder: Builder, right: str, wrong: str, message: str) -> None:
    """With its line and what went wrong."""
    assert PAGE.count(right) == 1
    with pytest.raises(DockerfileError) as raised:
        build(builder, PAGE.replace(right, wrong))
    assert re.search(message, str(raised.value))


@needs_rooms
@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('["python3", "-m", "http.server"]', '["pyhton3", "-m", "http.server"]', "pyhton3: No such file or directory"),
        ('"http.server"]', '"http.sever"]', "No module named http.sever"),
        ("'http://127.0.0.1:8000/", "'http://127.0.0.1:8001/", ""),
    ],
)
def test_what_does_not_serve_is_not_healthy(
    builder: Builder, tmp_path: Path, right: str, wrong: str, said: str
) -> None:
    """A wrong command and a wrong health check are seen."""
    assert PAGE.count(right) == 1
    with started(build(builder, PAGE.replace(right, wrong)), tmp_path) as container:
        assert not container.healthy(1)
        assert said in container.said()
