"""What is under test: prompts, a model and a policy, each named the way a person would type it."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from guardrails.located_yaml import YamlError
from guardrails.policy import parse_policy
from service.embedded.weights import MODEL_NAME
from service.errors import InputError
from service.wiring.files import POLICIES, PROMPTS

PARTS = ("prompts", "model", "policy")


@dataclass(frozen=True, slots=True)
class Arm:
    """One side of a comparison.

    `name` is what was typed. `policy` is None where each case has its own say. `first` judges the model's first
    answer alone, without the loop of candidates and revisions.
    """

    name: str
    prompts: Path = PROMPTS
    model: str = MODEL_NAME
    policies: Path = POLICIES
    policy: str | None = None
    first: bool = False

    @property
    def is_embedded(self) -> bool:
        """Whether the model is the embedded one, with the prompts that it was trained on."""
        return self.model == MODEL_NAME


SHIPPED = Arm("shipped")


@contextmanager
def opened_arm(typed: str, *, first: bool = False, root: Path = PROMPTS.parent) -> Iterator[Arm]:
    """The arm that these words name, while this is open: what lies in git or in one file needs a folder for a time.

    Parts are separated by commas: `prompts=` a folder of prompts, one prompt file (it stands in for the shipped one
    of its name) or a git revision; `model=` the name under which answers were recorded; `policy=` the name of a
    policy that comes with Amends, or a policy file. A part without `=` is prompts; `shipped` is what comes with Amends.
    Revisions are those of the repository around `root`, where its prompts lie in the folder `prompts`.

    Raises:
        InputError: a part is unknown, stands twice, or names nothing; says which.
    """
    parts = _parts(typed)
    with ExitStack() as stack:
        arm = replace(SHIPPED, name=typed, first=first, model=parts.get("model", MODEL_NAME))
        if parts.get("prompts", SHIPPED.name) != SHIPPED.name:
            arm = replace(arm, prompts=stack.enter_context(_prompts(parts["prompts"], root)))
        if "policy" in parts:
            policies, policy = stack.enter_context(_policy(parts["policy"]))
            arm = replace(arm, policies=policies, policy=policy)
        yield arm


def _parts(typed: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in typed.split(","):
        key, equals, value = part.partition("=")
        name, value = (key, value) if equals else ("prompts", key)
        if name not in PARTS or not value:
            raise InputError(f"{typed}: {part or 'an empty part'} is none of {', '.join(f'{each}=' for each in PARTS)}")
        if name in found:
            raise InputError(f"{typed}: {name} stands twice")
        found[name] = value
    return found


@contextmanager
def _prompts(value: str, root: Path) -> Iterator[Path]:
    path = Path(value)
    if path.is_dir():
        yield path
        return
    with TemporaryDirectory(prefix="amends-prompts-") as folder:
        place = Path(folder) / "prompts"
        if path.is_file():
            shutil.copytree(PROMPTS, place)
            _put_in(path, place)
        else:
            _take_from_git(value, root, Path(folder))
        yield place


def _put_in(path: Path, place: Path) -> None:
    """Let the file stand in for the shipped prompt of the name in its front matter."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: the file is not UTF-8") from error
    front = text.partition("\n---\n")[0]
    named = next((line.partition(":")[2].strip() for line in front.splitlines() if line.startswith("name:")), path.stem)
    targets = [target for target in place.rglob("*.md") if target.stem == named]
    if not targets:
        known = ", ".join(sorted(target.stem for target in place.rglob("*.md")))
        raise InputError(f"{path}: name: there is no shipped prompt {named} that it could stand in for; known: {known}")
    targets[0].write_text(text, encoding="utf-8")


def _take_from_git(revision: str, root: Path, folder: Path) -> None:
    try:
        # Nothing of it goes through a shell, and a revision that begins with a dash is none.
        archive = subprocess.run(  # noqa: S603  # nosec B603 B607 # see above, and git is where the user has it
            ["git", "-C", str(root), "archive", "--format=tar", "--end-of-options", revision, "prompts"],  # noqa: S607 - likewise
            check=True,
            capture_output=True,
        ).stdout
    except FileNotFoundError as error:
        raise InputError(f"{revision}: there is no such folder or file, and no git to look for a revision") from error
    except subprocess.CalledProcessError as error:
        why = error.stderr.decode(errors="replace").strip().splitlines()
        raise InputError(
            f"{revision}: neither a folder of prompts, nor a prompt file, nor a git revision of {root}"
            f"{f' ({why[-1]})' if why else ''}"
        ) from error
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")


@contextmanager
def _policy(value: str) -> Iterator[tuple[Path, str]]:
    path = Path(value)
    if not path.is_file():
        if not (POLICIES / f"{value}.yaml").is_file():
            known = ", ".join(sorted(each.stem for each in POLICIES.glob("*.yaml")))
            raise InputError(f"{value}: neither a policy file nor one of the policies {known}")
        yield POLICIES, value
        return
    try:
        parse_policy(path.read_text(encoding="utf-8"), path.stem)  # here, where its own place can be named
    except YamlError as error:
        raise InputError(f"{path}: {error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: the file is not UTF-8") from error
    with TemporaryDirectory(prefix="amends-policies-") as folder:
        place = Path(folder) / "policies"
        shutil.copytree(POLICIES, place)
        shutil.copy(path, place / f"{path.stem}.yaml")
        yield place, path.stem
