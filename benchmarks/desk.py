"""Measures the agents' desk in Chromium: `uv run --group e2e python -m benchmarks.desk [ROUNDS]`.

How soon a page can be used on its first load and how much it loads, and how long after a key the verdicts are about the
new text. The service runs with its own check model, as `amends serve` starts it; a fake model writes the drafts. Each
edit is another text, and the time for which the desk waits for the next key is counted apart.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.checks import show
from tests.e2e.site import Site, chromium, running

ROUNDS = 40
WAIT_MS = 300  # for the next key, as in desk/src/checking.ts
# From the key to the moment when the verdicts of the new text are on the screen.
EDIT = """async ([word]) => {
    const state = document.querySelector(".state");
    const editor = document.querySelector(".editor").shadowRoot.querySelector(".cm-content");
    editor.focus();
    const began = performance.now();
    document.execCommand("insertText", false, word);
    const until = (holds) => new Promise((done) => {
        const look = () => (holds() ? done() : requestAnimationFrame(look));
        look();
    });
    await until(() => state.textContent === "Checking…");
    await until(() => state.textContent !== "Checking…");
    return performance.now() - began;
}"""
LOADED = """() => {
    const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    return [performance.now(), all.reduce((sum, each) => sum + each.transferSize, 0)];
}"""
ASKED = "performance.getEntriesByType('resource').filter((e) => e.name.endsWith('/v1/checks')).map((e) => e.duration)"


def main(rounds: int) -> None:
    """Print what was measured."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        draft_id = site.draft()
        for name, mark in (("queue", ".row-link"), (f"draft/{draft_id}", ".passed")):
            loads = [load(browser, site, name, mark) for _ in range(rounds // 4)]
            page_name = name.partition("/")[0]
            show(f"first load of {page_name}, ms: median, nine in ten", spread([ms for ms, _ in loads]))
            show(f"first load of {page_name}, bytes over the wire", f"{max(size for _, size in loads):,.0f}")
        page = browser.new_page()
        page.goto(f"{site.url}/#/draft/{draft_id}")
        page.wait_for_selector(".passed")
        shown = [page.evaluate(EDIT, [f" {number}"]) - WAIT_MS for number in range(rounds)]
        show("verdicts on the screen, after the wait, ms", spread(shown))
        show("of these, the request, ms", spread(page.evaluate(ASKED)))


def load(browser: Browser, site: Site, name: str, mark: str) -> tuple[float, float]:
    """Milliseconds until a page can be used in a browser that knows nothing, and bytes over the wire."""
    with browser.new_context() as context:
        page: Page = context.new_page()
        page.goto(f"{site.url}/#/{name}", wait_until="commit")
        page.wait_for_selector(mark)
        ms, size = page.evaluate(LOADED)
        return ms, size


def spread(values: list[float]) -> str:
    """Median and ninth tenth."""
    tenths = statistics.quantiles(values, n=10)
    return f"{statistics.median(values):.0f}, {tenths[-1]:.0f} of {len(values)}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
