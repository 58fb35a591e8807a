"""A folder of advisories answers as OSV does: what is known against one version, and nothing of another."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

import pytest

from tests.audit.advisories import Advisories, answering
from tests.audit.run import read

RANGES = """\
id: PYSEC-2025-1
modified: 2025-03-02T20:20:47Z
affected:
- package: {ecosystem: PyPI, name: Kettle_Lid}
  ranges:
  - type: GIT
    events: [{introduced: "0"}, {fixed: 1c335944}]
  - type: ECOSYSTEM
    events: [{introduced: "0"}, {fixed: "1.2"}, {introduced: 2.0rc1}, {last_affected: 2.10}]
  versions: [3.0, not-a-version]
"""
OTHER = {
    "id": "GHSA-1",
    "modified": "2025-04-01",
    "affected": [{"package": {"ecosystem": "npm", "name": "kettle-lid"}}],
}


@pytest.fixture
def advisories(tmp_path: Path) -> Advisories:
    """Two files of which one is about a package of Python, and one that is no advisory."""
    (tmp_path / "vulns").mkdir()
    (tmp_path / "vulns" / "PYSEC-2025-1.yaml").write_text(RANGES, encoding="utf-8")
    (tmp_path / "GHSA-1.json").write_text(json.dumps(OTHER), encoding="utf-8")
    (tmp_path / "README.yml").write_text("- no advisory", encoding="utf-8")
    return Advisories.read(tmp_path)


@pytest.mark.parametrize(
    ("version", "concerned"),
    [
        ("0.1", True),
        ("1.1.9", True),
        ("1.2rc1", True),
        ("1.2", False),
        ("1.9", False),
        ("2.0rc1", True),
        ("2.9", True),
        ("2.10", True),
        ("2.10.1", False),
        ("3.0.0", True),
        ("3.1", False),
    ],
)
def test_versions(advisories: Advisories, version: str, *, concerned: bool) -> None:
    """Those of every range, and those that are listed, however they are written."""
    assert bool(advisories.of("kettle-lid", version)) is concerned
    assert advisories.of("kettle", version) == []


def test_only_packages_of_python_count(advisories: Advisories) -> None:
    """Another ecosystem's package of the same name is another package."""
    assert (advisories.count, advisories.newest) == (1, "2025-03-02")


@pytest.mark.parametrize(("version", "ids"), [("1.0", ["PYSEC-2025-1"]), ("1.2", [])])
def test_answers(advisories: Advisories, version: str, ids: list[str]) -> None:
    """Over HTTP in OSV's own form, an empty object where nothing is known."""
    asked = json.dumps({"package": {"name": "kettle.lid", "ecosystem": "PyPI"}, "version": version}).encode()
    with answering(advisories) as url, urllib.request.urlopen(url, asked) as answer:
        assert [each["id"] for each in json.load(answer).get("vulns", [])] == ids


def test_what_was_not_asked_about_is_not_called_clean() -> None:
    """pip-audit lists it without findings; here it counts apart."""
    found = read(
        [
            {"name": "kettle", "version": "1.0", "vulns": []},
            {"name": "lid", "version": "2.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}]},
            {"name": "spout", "skip_reason": "not found"},
        ]
    )
    assert (found.audited, found.skipped) == (("kettle", "lid"), ("spout",))
    assert found.findings == ("lid 2.0: PYSEC-1, mended in 2.1",)
