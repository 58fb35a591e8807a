"""A prompt file that is wrong stops the start, with the file and the place."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.errors import ConfigurationError
from service.prompt_files import (
    Head,
    PrinciplesHead,
    exact_sections,
    principles_in,
    read_prompt,
    sections,
    template,
)

HEAD = "---\nname: a\ndescription: d\n---\n"
PRINCIPLES = '---\nname: a\ndescription: d\nseeds: {"003": A title}\n---\n'


def written(folder: Path, text: str) -> Path:
    """A file a.md with this text."""
    path = folder / "a.md"
    path.write_bytes(text.encode("utf-8"))
    return path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must begin with a front matter"),
        ("Hello", "must begin with a front matter"),
        ("\n" + HEAD + "text", "must begin with a front matter"),
        ("---\nname: a\ndescription: d\n", "must begin with a front matter"),
        ("---\n---\ntext", "must begin with a front matter"),
        (HEAD, "no text after the front matter"),
        ("---\nname: b\ndescription: d\n---\ntext", "name: must be the file's name, a"),
        ("---\nname: a\n---\ntext", "description: is required"),
        ("---\nname: a\ndescription: d\nsign: [x]\n---\ntext", "line 4: sign: "),
        ("---\nname: a\ndescription: 4\n---\ntext", "line 3: description: "),
        ("---\nname: a\nname: a\n---\ntext", "line 3: name: stands twice"),
        ("---\nname: [\n---\ntext", "not valid YAML"),
        ("---\n- a\n---\ntext", "line 2: "),
        ("---\n# nothing\n---\ntext", "the file is empty"),
        (HEAD + "x" * 100_001, "more than 100000 characters"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, text: str, message: str) -> None:
    """The front matter is strict, and the error names file, line and field."""
    path = written(tmp_path, text)
    with pytest.raises(ConfigurationError) as caught:
        read_prompt(path, Head)
    assert str(caught.value).startswith(f"{path}: ")
    assert message in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A file that is not there is named in the error."""
    with pytest.raises(ConfigurationError, match=r"gone\.md: the prompt file cannot be read: No such file"):
        read_prompt(tmp_path / "gone.md", Head)


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are refused with the file's name."""
    (tmp_path / "a.md").write_bytes(b"---\n\xff\n---\n")
    with pytest.raises(ConfigurationError, match=r"a\.md: the file is not UTF-8"):
        read_prompt(tmp_path / "a.md", Head)


def test_windows_line_ends(tmp_path: Path) -> None:
    """A file saved with CRLF reads as the same text."""
    path = written(tmp_path, (HEAD + "text\n").replace("\n", "\r\n"))
    assert read_prompt(path, Head).text == HEAD + "text\n"


@pytest.mark.parametrize("seeds", ['{"003": 4}', "{3: t}", "{}", "[x]"])
def test_seeds_are_strict(tmp_path: Path, seeds: str) -> None:
    """A seed's number is a text, so that 003 stays 003."""
    path = written(tmp_path, f"---\nname: a\ndescription: d\nseeds: {seeds}\n---\ntext")
    with pytest.raises(ConfigurationError, match="seeds"):
        read_prompt(path, PrinciplesHead)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("## x\none\n## x\ntwo\n", "the heading x stands twice"),
        ("## x\n\n## y\ntwo\n", "no text under the heading x"),
        ("## x\none\n", "the heading y is missing"),
        ("## x\none\n## y\ntwo\n## z\nthree\n", "the heading z is unknown"),
        ("none at all\n", "the heading x is missing"),
    ],
)
def test_sections_are_exact(tmp_path: Path, body: str, message: str) -> None:
    """Just the headings that are used may stand in a file, each once and with a text."""
    file = read_prompt(written(tmp_path, HEAD + body), Head)
    with pytest.raises(ConfigurationError, match=message):
        exact_sections(file, ("x", "y"))


def test_what_stands_before_the_headings_is_for_people(tmp_path: Path) -> None:
    """A preamble is left out, and deeper headings belong to the text."""
    file = read_prompt(written(tmp_path, HEAD + "For people.\n## x\none\n### deeper\n"), Head)
    assert sections(file) == {"x": "one\n### deeper"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("$one and $three", r"the placeholder \$three is unknown"),
        ("$one", r"the placeholder \$two is missing"),
        ("$one $two costs $ 5", r"must be written \$\$"),
        ("$one $two ${", r"must be written \$\$"),
    ],
)
def test_placeholders_are_exact(tmp_path: Path, text: str, message: str) -> None:
    """A template holds just the placeholders that it is given values for."""
    file = read_prompt(written(tmp_path, HEAD + text), Head)
    with pytest.raises(ConfigurationError, match=message) as caught:
        template(file, text, ("one", "two"))
    assert "a.md" in str(caught.value)


def test_a_template_is_filled_once(tmp_path: Path) -> None:
    """A value that looks like a placeholder stays what it is."""
    file = read_prompt(written(tmp_path, HEAD + "x"), Head)
    made = template(file, "$one costs $$5 ${two}", ("one", "two"))
    assert made.substitute(one="$two", two="now") == "$two costs $5 now"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("## own-it\nDo it.\n", "own-it: wants lines such as"),
        ("## own-it\n> seed 003 says so\nDo it.\n", "own-it: wants lines such as"),
        ("## own-it\n> 003:\nDo it.\n", "own-it: wants lines such as"),
        ("## own-it\n> 003: says so.\n> and more\nDo it.\n", "own-it: wants lines such as"),
        ("## own-it\n> 005: says so.\nDo it.\n", "own-it: there is no seed 005"),
        ("## own-it\n> 003: says so.\n", "own-it: there is no rule"),
        ("## own-it\n> 003: says so.\nDo $it.\n", r"the placeholder \$it is unknown"),
    ],
)
def test_a_principle_names_its_seed(tmp_path: Path, body: str, message: str) -> None:
    """A principle without a seed, with an unknown one, or without a rule is refused by its id."""
    file = read_prompt(written(tmp_path, PRINCIPLES + body), PrinciplesHead)
    with pytest.raises(ConfigurationError, match=message):
        principles_in(file)


def test_a_principle_is_read(tmp_path: Path) -> None:
    """The quoted lines are for people; the rest is the rule, on one line."""
    file = read_prompt(written(tmp_path, PRINCIPLES + "## own-it\n> 003: says so.\nDo it,\nnow.\n"), PrinciplesHead)
    assert principles_in(file)["own-it"].rule == "Do it, now."
    assert principles_in(file)["own-it"].seeds == ("003",)
