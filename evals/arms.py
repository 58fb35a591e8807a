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
from service.errors import ConfigurationError, InputError
from service.wiring.files import POLICIES, PROMPTS

PARTS = ("prompts", "model", "policy")


@dataclass(frozen=True, slots=True)
class Arm:
    """One side of a comparison.

    `name` is what was typed. `policy` is None where each case has its own say. `first` judges the model's first
    answer alone, without the loop of candidates and revisions. `stands_in` names the shipped prompt in whose place
    there is a file of the user's; `files` are those that were typed, or lie in a folder that was.
    """

    name: str
    prompts: Path = PROMPTS
    model: str = MODEL_NAME
    policies: Path = POLICIES
    policy: str | None = None
    first: bool = False
    stands_in: str | None = None
    files: tuple[Path, ...] = ()

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
            arm = stack.enter_context(_with_prompts(arm, parts["prompts"], root))
        if "policy" in parts:
            arm = stack.enter_context(_with_policy(arm, parts["policy"]))
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
def _with_prompts(arm: Arm, value: str, root: Path) -> Iterator[Arm]:
    path = Path(value)
    if path.is_dir():
        yield replace(arm, prompts=path, files=_files_in(path))
        return
    with TemporaryDirectory(prefix="amends-prompts-") as folder:
        place = Path(folder) / "prompts"
        if path.is_file():
            shutil.copytree(PROMPTS, place)
            target = _put_in(path, place)
            with _told_of(target, str(path)):
                yield replace(arm, prompts=place, stands_in=target.stem, files=(*arm.files, path))
        else:
            _take_from_git(value, root, Path(folder))
            with _told_of(place, f"{value}:prompts"):
                yield replace(arm, prompts=place)


def _files_in(folder: Path) -> tuple[Path, ...]:
    return tuple(path for path in folder.rglob("*") if path.is_file())


@contextmanager
def _told_of(copy: Path, original: str) -> Iterator[None]:
    """Let an error speak of the file that a person knows, and not of its copy."""
    try:
        yield
    except ConfigurationError as error:
        raise ConfigurationError(str(error).replace(str(copy), original)) from error


def _put_in(path: Path, place: Path) -> Path:
    """Let the file stand in for the shipped prompt of the name in its front matter; returns where it lies now."""
    text = _read(path)
    front = text.partition("\n---\n")[0]
    named = next((line.partition(":")[2].strip() for line in front.splitlines() if line.startswith("name:")), path.stem)
    targets = [target for target in place.rglob("*.md") if target.stem == named]
    if not targets:
        known = ", ".join(sorted(target.stem for target in place.rglob("*.md")))
        raise InputError(f"{path}: name: there is no shipped prompt {named} that it could stand in for; known: {known}")
    targets[0].write_text(text, encoding="utf-8")
    return targets[0]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: the file is not UTF-8") from error


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
def _with_policy(arm: Arm, value: str) -> Iterator[Arm]:
    path = Path(value)
    if not path.is_file():
        if not (POLICIES / f"{value}.yaml").is_file():
            known = ", ".join(sorted(each.stem for each in POLICIES.glob("*.yaml")))
            raise InputError(
                f"{value}: neither a policy file nor one of the policies {known}; "
                f"of one of your own give the path, such as policies/{path.stem or 'mine'}.yaml"
            )
        yield replace(arm, policies=POLICIES, policy=value)
        return
    text = _read(path)
    try:
        parse_policy(text, path.stem)  # here, where its own place can be named
    except YamlError as error:
        raise InputError(f"{path}: {error}") from error
    with TemporaryDirectory(prefix="amends-policies-") as folder:
        place = Path(folder) / "policies"
        shutil.copytree(POLICIES, place)
        (place / f"{path.stem}.yaml").write_text(text, encoding="utf-8")
        yield replace(arm, policies=place, policy=path.stem, files=(*arm.files, path))
