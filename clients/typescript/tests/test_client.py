"""The TypeScript client on a running service: each of its tests, run by Node, is one here."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import get_args

import pytest

from clients.typescript.tests.package import CLIENT, compile_with, run
from tests.e2e.cutting import Cut, CuttingProxy
from tests.e2e.doors import new_key
from tests.e2e.site import CASE, GOOD, running
from tests.service.webhooks.receiver import Receiver

CUTS: tuple[Cut, ...] = get_args(Cut)


def names() -> Iterator[str]:
    """The names of all tests, as they stand in the sources."""
    for source in sorted((CLIENT / "tests").glob("*.test.ts")):
        for name in re.findall(r"^ *test\([\"`](.*)[\"`],", source.read_text(encoding="utf-8"), re.MULTILINE):
            yield from (name.replace("${cut}", cut) for cut in CUTS) if "$" in name else [name]


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service, the same behind proxies that cut twice, one with a key that may read, and a stranger."""
    folder = tmp_path_factory.mktemp("closed")
    key = new_key(folder, "crm", "--scope", "read")
    with ExitStack() as stack:
        closed = stack.enter_context(running(folder, AMENDS_RATE_READING="2/second"))
        site = stack.enter_context(running(tmp_path_factory.mktemp("service")))
        site.model.seconds = 0.3
        cutting = {cut: stack.enter_context(CuttingProxy(site.url, cut, cut)).url for cut in CUTS}
        stranger = stack.enter_context(Receiver(secure=True))
        yield json.dumps(
            {
                "url": site.url,
                "closed": closed.url,
                "key": key,
                "cutting": cutting,
                "stranger": f"https://127.0.0.1:{stranger.port}",
                "case": CASE | {"id": "typescript"},
                "reply": GOOD,
            }
        )
        assert stranger.received == []


@pytest.fixture(scope="module")
def results(given: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What became of each test: nothing, or why it failed."""
    folder = tmp_path_factory.mktemp("typescript")
    compile_with("--noEmit", "false", "--outDir", folder)
    (folder / "node_modules").symlink_to(CLIENT / "node_modules")
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    report = folder / "report.xml"
    files = sorted((folder / "tests").glob("*.test.js"))
    reporter = ["--test-reporter=junit", f"--test-reporter-destination={report}"]
    # One that fails is told by its own test, below.
    run("bash", "-c", '"$@" || true', "bash", "node", "--test", *reporter, *files, folder=folder, AMENDS_GIVEN=given)
    found = ET.parse(report).getroot().iter("testcase")
    return {case.get("name", ""): "".join(case.itertext()).strip() or outcome(case) for case in found}


def outcome(case: ET.Element) -> str:
    """Why a test without any text failed; nothing where it passed."""
    return " ".join(f"{each.tag} {each.get('message', '')}" for each in case)


@pytest.mark.parametrize("name", sorted(names()))
def test_in_node(name: str, results: dict[str, str]) -> None:
    """It ran, and it passed."""
    assert name in results, results
    assert results[name] == ""


def test_no_test_is_passed_over(results: dict[str, str]) -> None:
    """Node ran those alone that stand here; a file that did not load is one more."""
    assert sorted(results) == sorted(names())


def test_the_generated_types_are_those_of_the_contract(tmp_path: Path) -> None:
    """Byte for byte; `make clients` writes them anew."""
    made = tmp_path / "contract.ts"
    run("npm", "run", "--silent", "generate", "--", made)
    assert made.read_text(encoding="utf-8") == (CLIENT / "src" / "contract.ts").read_text(encoding="utf-8")
