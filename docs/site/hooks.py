"""What the site has besides the pages in docs/: pages of the project's own, and pages made from the code.

A page may link to any file of the project, as the forge shows it: a link to another page leads there, and any other
file travels with the site. So there is one text of each, and one way to write links.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from service.api.problems import KINDS
from service.settings import describe_settings

ROOT = Path(__file__).parents[2]
# Pages that lie elsewhere, and where the site has them.
ELSEWHERE = {
    "deploy/README.md": "deploying.md",
    "evals/README.md": "evals.md",
    "benchmarks/README.md": "benchmarks.md",
    "benchmarks/speed/README.md": "speed.md",
    "clients/python/README.md": "python-client.md",
    "clients/typescript/README.md": "typescript-client.md",
    "plugins/zendesk/README.md": "zendesk.md",
    "plugins/chatwoot/README.md": "chatwoot.md",
    "plugins/django-helpdesk/README.md": "django-helpdesk.md",
    "CHANGELOG.md": "changelog.md",
    "guardrails/model/CARD.md": "check-model.md",
    "guardrails/support_model/CARD.md": "support-model.md",
    "guardrails/complaint_model/CARD.md": "complaint-model.md",
    "service/embedded/CARD.md": "embedded-model.md",
}
FILES = "files"  # the site's folder of files that are no pages
PICTURE = ".svg"  # any other of them is shown as text
LINK = re.compile(r"\]\((?!https?:|#)([^)\s#]+)(#[^)\s]*)?\)")
SETTING = re.compile(r"(AMENDS_\w+) \(default: (.*?)\): (.*)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages, and the files that any page links to."""
    for origin, name in ELSEWHERE.items():
        files.append(File.generated(config, name, content=_read(origin)))
    files.append(File.generated(config, "settings.md", content=_settings()))
    files.append(File.generated(config, "problems.md", content=_problems()))
    linked = {path for page in files.documentation_pages() for path, _ in _links(page.src_uri, page.content_string)}
    for path in sorted(linked):
        if _in_site(path).startswith(FILES):
            files.append(File.generated(config, _in_site(path), abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead each link to where the site has what it names."""
    del config, files
    for path, link in _links(page.file.src_uri, markdown):
        target = _in_site(path)
        where = os.path.relpath(target, Path(page.file.src_uri).parent)
        markdown = markdown.replace(f"]({link}", f"]({where}")
    return markdown


def _links(uri: str, text: str) -> Iterator[tuple[str, str]]:
    """The links of a page that leave the folder docs: the path from the top folder, and the link as it is written."""
    origin = next((origin for origin, name in ELSEWHERE.items() if name == uri), f"docs/{uri}")
    for found in LINK.finditer(text):
        target = (ROOT / origin).parent / found[1]
        path = os.path.relpath(target, ROOT)
        if path.startswith("docs/") and origin.startswith("docs/"):
            continue  # MkDocs looks after these
        if not target.is_file():
            raise PluginError(f"{origin}: there is no file {found[1]} to link to")
        yield path, found[1]


def _in_site(path: str) -> str:
    if path in ELSEWHERE:
        return ELSEWHERE[path]
    if path == "README.md":
        return "index.md"
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    return f"{FILES}/{path}" if path.endswith(PICTURE) else f"{FILES}/{path}.txt"


def _read(origin: str) -> str:
    return (ROOT / origin).read_text(encoding="utf-8")


def _settings() -> str:
    rows = [SETTING.fullmatch(line) for line in describe_settings().splitlines()]
    lines = "\n".join(f"| `{row[1]}` | {_code(row[2])} | {row[3].replace('|', '&#124;')} |" for row in rows if row)
    if not all(rows):
        raise PluginError("a setting is not described as the page of settings expects it")
    return f"""# Settings

From the environment, or from a file `.env` in the folder where Amends starts; the environment wins.
A variable `AMENDS_...` that is not here is refused by name, and so is a value that does not fit.
Those of the programs beside a help desk (`AMENDS_CHATWOOT_...`, `AMENDS_HELPDESK_...`) are passed over.
`amends serve --help` prints this list.

| variable | default | meaning |
|---|---|---|
{lines}
"""


def _code(value: str) -> str:
    # Where the user's data folder is, is told in words: the one of whoever built the site helps nobody.
    return "in your data folder" if "amends.db" in value else value if value == "none" else f"`{value}`"


def _problems() -> str:
    kinds = sorted(KINDS.values(), key=lambda kind: (kind.status, kind.name))
    lines = "\n".join(f"| {kind.status} | `{kind.type}` | {kind.title} |" for kind in kinds)
    return f"""# Problems

Every error is `application/problem+json` ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)).
`type` is stable, `detail` is for a person and says what to do, and `errors` names the fields at fault.
`request_id` also stands in the log, and `id` is the draft's where there is one.

| status | type | title |
|---|---|---|
{lines}
"""
