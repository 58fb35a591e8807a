"""What a person types to name prompts, a model and a policy, and what it opens."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from evals.arms import SHIPPED, Arm, opened_arm
from evals.replay import make_bench
from service.embedded.weights import MODEL_NAME
from service.errors import ConfigurationError, InputError
from service.prompts import load_prompts
from service.wiring.files import POLICIES, PROMPTS

MARK = "Write as a pirate would."


def changed(text: str) -> str:
    """A prompt with one more line in it."""
    return text.replace("## system\n", f"## system\n{MARK}\n")


def git(folder: Path, *arguments: str) -> str:
    """What git says in this folder, by a name that nobody has to have set up."""
    named = ("-c", "user.name=T", "-c", "user.email=t@t.example", "-c", "commit.gpgsign=false")
    variables = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", *named, *arguments], cwd=folder, check=True, capture_output=True, text=True, env=variables
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of two commits: the first with a changed prompt, the second with the shipped ones."""
    root = tmp_path / "repository"
    shutil.copytree(PROMPTS, root / "prompts")
    reply = root / "prompts" / "reply.md"
    shipped = reply.read_text(encoding="utf-8")
    git(root, "init", "-q")
    for text in (changed(shipped), shipped):
        reply.write_text(text, encoding="utf-8")
        git(root, "add", "-A")
        git(root, "commit", "-q", "-m", "prompts")
    return root


def test_shipped_is_what_comes_with_amends() -> None:
    """Alone, or with other parts beside it."""
    with opened_arm("shipped") as arm:
        assert arm == SHIPPED
        assert (arm.prompts, arm.model, arm.policies, arm.policy) == (PROMPTS, MODEL_NAME, POLICIES, None)
        assert arm.is_embedded
    with opened_arm("shipped,model=big", first=True) as arm:
        assert arm == Arm("shipped,model=big", model="big", first=True)
        assert not arm.is_embedded


def test_a_folder_of_prompts_is_taken_as_it_is(tmp_path: Path) -> None:
    """With or without saying that it is prompts; nothing is copied."""
    for typed in (str(tmp_path), f"prompts={tmp_path}"):
        with opened_arm(typed) as arm:
            assert (arm.prompts, arm.name) == (tmp_path, typed)


@pytest.mark.parametrize(
    ("source", "name"), [("reply.md", "mine.md"), ("reply.md", "reply.md"), ("situations/general.md", "x.txt")]
)
def test_a_file_stands_in_for_the_prompt_of_its_name(tmp_path: Path, source: str, name: str) -> None:
    """The name in its front matter counts, whatever the file is called; the others are the shipped ones."""
    file = tmp_path / name
    file.write_text((PROMPTS / source).read_text(encoding="utf-8") + "\nname: tone\n", encoding="utf-8")
    with opened_arm(str(file)) as arm:
        place = arm.prompts
        assert (place / source).read_text(encoding="utf-8") == file.read_text(encoding="utf-8")
        others = [path.relative_to(PROMPTS) for path in PROMPTS.rglob("*.md") if path != PROMPTS / source]
        assert all((place / other).read_bytes() == (PROMPTS / other).read_bytes() for other in others)
    assert not place.exists()


def test_a_changed_file_changes_the_prompts(tmp_path: Path) -> None:
    """What the model is asked shows it, and the prompts that come with Amends stay as they are."""
    file, before = tmp_path / "mine.md", (PROMPTS / "reply.md").read_bytes()
    file.write_text(changed(before.decode()), encoding="utf-8")
    with opened_arm(str(file)) as arm:
        assert MARK in load_prompts(arm.prompts).instructions["general"].system
    assert (PROMPTS / "reply.md").read_bytes() == before


def test_a_wrong_prompt_is_told_by_the_name_that_was_typed(tmp_path: Path, repository: Path) -> None:
    """Its copy lies in a folder that is gone by then."""
    file = tmp_path / "mine.md"
    file.write_text(changed((PROMPTS / "reply.md").read_text(encoding="utf-8")) + "$nothing", encoding="utf-8")
    with (
        pytest.raises(ConfigurationError, match=f"^{re.escape(str(file))}: the placeholder"),
        opened_arm(f"{file},model=big") as arm,
    ):
        make_bench(arm)
    (repository / "prompts" / "wording.md").unlink()
    git(repository, "commit", "-qam", "no wording")
    with (
        pytest.raises(ConfigurationError, match=r"^HEAD:prompts/wording\.md: the prompt file cannot be read"),
        opened_arm("HEAD,model=big", root=repository) as arm,
    ):
        make_bench(arm)


@pytest.mark.parametrize(
    ("name", "typed", "shown"),
    [
        ("reply.md", "", False),
        ("reply.md", ",model=big", True),
        ("principles.md", "", False),
        ("principles.md", ",model=big", True),
        ("embedded_reply.md", "", True),
        ("embedded_reply.md", ",model=big", False),
        ("situations/general.md", "", True),
        ("judge.md", ",model=big", False),
        ("placeholders.md", ",model=big", False),
    ],
)
def test_a_prompt_that_the_model_is_never_shown_is_refused(name: str, typed: str, *, shown: bool) -> None:
    """Without it, the answer would be "no difference", and somebody would believe it."""
    path = PROMPTS / name
    with opened_arm(f"{path}{typed}") as arm:
        if shown:
            assert make_bench(arm).library.drafted_from
            return
        with pytest.raises(InputError, match=f"is not shown the prompt {path.stem}, so .* drafts are made from "):
            make_bench(arm)


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    """As some editors on Windows save it: neither prompt nor policy is another for that."""
    prompt, policy = tmp_path / "reply.md", tmp_path / "default.yaml"
    for path, shipped in ((prompt, PROMPTS / "reply.md"), (policy, POLICIES / "default.yaml")):
        path.write_text(shipped.read_text(encoding="utf-8"), encoding="utf-8-sig")
    with opened_arm(f"{prompt},model=big,policy={policy}") as arm, opened_arm("shipped,model=big") as shipped_arm:
        found, expected = make_bench(arm), make_bench(shipped_arm)
    assert found.library.instructions == expected.library.instructions
    assert found.checks.policies["default"] == expected.checks.policies["default"]


def test_a_file_of_no_shipped_name_is_refused(tmp_path: Path) -> None:
    """With the names that there are."""
    file = tmp_path / "mine.md"
    file.write_text("---\nname: greeting\n---\nname: reply\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"mine\.md: name: .*greeting.*embedded_reply.*reply"), opened_arm(str(file)):
        pass


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """By its name."""
    file = tmp_path / "mine.md"
    file.write_bytes(b"name: \xff\xfe")
    with pytest.raises(InputError, match=r"mine\.md: the file is not UTF-8"), opened_arm(str(file)):
        pass


def test_a_git_revision_gives_its_prompts(repository: Path) -> None:
    """By hash, branch or its like; the folder is gone afterwards, and the work tree stays."""
    first = git(repository, "rev-parse", "HEAD~1")
    for typed, marked in (("HEAD~1", True), (f"prompts={first[:10]}", True), ("HEAD", False)):
        with opened_arm(typed, root=repository) as arm:
            assert (MARK in (arm.prompts / "reply.md").read_text(encoding="utf-8")) is marked
            assert load_prompts(arm.prompts).instructions
        assert not arm.prompts.exists()
    assert git(repository, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    "typed",
    ["no-such-revision", "prompts=--output=/tmp/x", "-h", "HEAD~99", "prompts=main:prompts", "HEAD HEAD", "no/folder/"],
)
def test_nonsense_is_neither_folder_nor_revision(repository: Path, typed: str) -> None:
    """One line that says what was looked for; nothing of it is an option of git's."""
    with pytest.raises(InputError, match="neither a folder of prompts") as caught, opened_arm(typed, root=repository):
        pass
    assert len(str(caught.value).splitlines()) == 1


def test_a_revision_without_prompts_is_refused(repository: Path) -> None:
    """There was a time before the prompts."""
    git(repository, "rm", "-rq", "prompts")
    git(repository, "commit", "-q", "-m", "none")
    with pytest.raises(InputError, match="HEAD: neither"), opened_arm("HEAD", root=repository):
        pass


def test_there_is_no_repository(tmp_path: Path) -> None:
    """As in an installed package: said in the same line."""
    with pytest.raises(InputError, match="HEAD: neither"), opened_arm("HEAD", root=tmp_path):
        pass


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "an empty part is none of prompts=, model=, policy="),
        (",", "an empty part"),
        ("shipped,", "an empty part"),
        ("prompts=", "prompts= is none of"),
        ("modle=big", "modle=big is none of"),
        ("=big", "=big is none of"),
        ("model=a,model=b", "model stands twice"),
        ("shipped,prompts=shipped", "prompts stands twice"),
        (
            "policy=kind",
            r"kind: neither a policy file nor one of the policies .*default.* path, .* policies/kind\.yaml",
        ),
        ("policy=.", "neither a policy file"),
    ],
)
def test_a_wrong_part_is_refused(typed: str, message: str) -> None:
    """It is named, and so is what there is."""
    with pytest.raises(InputError, match=message), opened_arm(typed):
        pass


def test_a_policy_by_its_name() -> None:
    """Every case is then judged by it, whatever it asks for."""
    with opened_arm("policy=wording_only") as arm:
        assert (arm.policy, arm.policies) == ("wording_only", POLICIES)


def test_a_policy_file_stands_beside_the_shipped_ones(tmp_path: Path) -> None:
    """By the name of the file, also where it is that of a shipped one; nothing shipped is changed."""
    text = (POLICIES / "default.yaml").read_text(encoding="utf-8")
    for name, known in (("mine.yaml", "mine"), ("default.yml", "default")):
        own = text.replace("name: default\n", f"name: {known}\n") + "# mine\n"
        (tmp_path / name).write_text(own, encoding="utf-8")
        with opened_arm(f"policy={tmp_path / name}") as arm:
            assert arm.policy == known
            assert (arm.policies / f"{known}.yaml").read_text(encoding="utf-8").endswith("# mine\n")
            assert {path.name for path in POLICIES.glob("*.yaml")} <= {path.name for path in arm.policies.iterdir()}
            assert known in make_bench(arm).checks.policies
        assert not arm.policies.exists()
    assert (POLICIES / "default.yaml").read_text(encoding="utf-8") == text


def test_a_wrong_policy_or_prompt_is_told(tmp_path: Path) -> None:
    """With the file that was named, not a copy of it, and what is wrong there."""
    file = tmp_path / "mine.yaml"
    for body, message in ((b"name: mine\nchekcs: {}\n", "line 2: chekcs: "), (b"name: \xff", "not UTF-8")):
        file.write_bytes(body)
        with pytest.raises(InputError) as caught, opened_arm(f"policy={file}"):
            pass
        assert str(caught.value).startswith(f"{file}: ")
        assert message in str(caught.value)
    with opened_arm(str(tmp_path)) as arm, pytest.raises(ConfigurationError, match=re.escape(str(tmp_path))):
        make_bench(arm)
