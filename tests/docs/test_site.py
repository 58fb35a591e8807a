"""The site is built without a warning, its links hold, and it asks nothing of any other host."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

from evals.labelled import SCALES
from guardrails.policy import CheckRules
from service.api.problems import KINDS
from service.policies import load_policies
from service.settings import PREFIX, Settings
from tests.docs.pages import FOLDER, PAGES

ROOT = FOLDER.parent
OF_PROGRAMS = [*ROOT.glob("clients/*/README.md"), *ROOT.glob("plugins/*/README.md")]
READMES = sorted([*ROOT.glob("*.md"), *ROOT.glob("*/README.md"), *OF_PROGRAMS, *PAGES])
LINK = re.compile(r"\]\((?!https?:|#)([^)\s#]+)")


class Page(HTMLParser):
    """What a page asks for by itself, what it links to, and what can be linked to in it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.links: list[str] = []
        self.anchors = {""}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it."""
        given = dict(attrs)
        self.anchors.add(given.get("id") or "")
        address = given.get("src") or given.get("href") or given.get("action")
        if address and tag == "a":
            self.links.append(address)
        elif address:
            self.asked.append(address)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make docs` does; a warning ends it."""
    target = tmp_path_factory.mktemp("site")
    config = str(FOLDER / "site" / "mkdocs.yml")
    command = [str(Path(sys.executable).with_name("mkdocs")), "build", "--strict", "--quiet", "--config-file", config]
    built = subprocess.run(
        [*command, "--site-dir", str(target)],
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (built.returncode, built.stdout + built.stderr) == (0, "")
    return target


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    """Its pages."""
    return {path: Page(path) for path in site.rglob("*.html") if path.name != "404.html"}


def test_links_hold(pages: dict[Path, Page]) -> None:
    """Each leads to a file of the site, and to a heading that is on it."""
    broken = [
        (path.name, link)
        for path, page in pages.items()
        for link in (*page.links, *page.asked)
        if "://" not in link and not leads_somewhere(path, link, pages)
    ]
    assert not broken


def leads_somewhere(path: Path, link: str, pages: dict[Path, Page]) -> bool:
    """Whether what a link names is there."""
    address, anchor = urldefrag(link)
    target = (path.parent / unquote(address)).resolve() if address else path
    return target.is_file() and (not anchor or target not in pages or unquote(anchor) in pages[target].anchors)


def test_nothing_is_asked_of_another_host(pages: dict[Path, Page]) -> None:
    """No font, script, style or picture; whoever reads it offline has all of it."""
    assert not [address for page in pages.values() for address in page.asked if "//" in address]


def test_every_page_is_on_it(site: Path) -> None:
    """And the code's own names are on the pages that are made from it."""
    assert {page.stem for page in PAGES} <= {path.stem for path in site.glob("*.html")}
    settings = (site / "settings.html").read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"{PREFIX}{name.upper()}<" not in settings] == []
    assert str(Path.home()) not in settings
    problems = (site / "problems.html").read_text(encoding="utf-8")
    assert [kind.type for kind in KINDS.values() if kind.type not in problems] == []


def test_every_client_and_plugin_is_found(site: Path) -> None:
    """From the README, and from every page of the site."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [page for page in OF_PROGRAMS if f"]({page.relative_to(ROOT)})" not in readme] == []
    start = (site / "index.html").read_text(encoding="utf-8")
    titles = [page.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ") for page in OF_PROGRAMS]
    headed = {page.name: page.read_text(encoding="utf-8") for page in site.glob("*.html")}
    for title in titles:
        (found,) = [name for name, text in headed.items() if re.search(rf"<h1 [^>]*>{title}<", text)]
        assert f'href="{found}"' in start


def test_every_check_is_explained() -> None:
    """In the order in which a policy has them."""
    named = re.findall(r"^\| `(\w+)` \|", (FOLDER / "policies.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert named == list(CheckRules.model_fields)


@pytest.mark.parametrize("page", READMES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_hold_in_the_project(page: Path) -> None:
    """As a forge and an editor show the pages: each link leads to a file or folder."""
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_level_is_explained() -> None:
    """Those of each check from 0 up, under the limit that is shipped; the other checks stand in one table."""
    page = (FOLDER / "checks.md").read_text(encoding="utf-8")
    policy = load_policies(None)["default"]
    sections = dict(re.findall(r"^### (`\w+`: .*)\n((?:(?!^#).*\n)+)", page, re.MULTILINE))
    side = {"at_least": "or more", "at_most": "or less"}
    expected = {f"`{name}`: {policy.limit(name)} {side[scale.passes]}": scale for name, scale in SCALES.items()}
    assert sections.keys() == expected.keys()
    for heading, scale in expected.items():
        levels = re.findall(r"^\| (\d) \|", sections[heading], re.MULTILINE)
        assert levels == [str(level) for level in range(scale.highest + 1)]
    others = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    assert [*SCALES, *others] == list(CheckRules.model_fields)
