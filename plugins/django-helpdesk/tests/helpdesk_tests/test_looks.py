"""What an agent sees in a browser: the note, whatever stands in it, and the way to the desk."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from helpdesk_tests.bed import AGENT, Bed, Visitor, receiving
from tests.e2e.site import Site, running
from tests.service.commands import amends

COMPLAINT = "My kettle came with a cracked lid. I waited two weeks for it!"
# What breaks out of Markdown, HTML, and the templates that the help desk makes of what is posted; a number that breaks
# its links; lines of our own.
HOSTILE = """Dear <b>Dana</b> <script>document.title = "hacked"</script> &lt;i&gt; &amp;,

# no heading
1. no list
- nor this
> nor a quote
***bold*** _it_ `code` [link](javascript:alert(1)) ![picture](http://127.0.0.1:9/x.png) [a]: http://evil.example
{{ ticket.submitter_email }} {% now "Y" %} {# gone #} {{ broken
<http://evil.example/> <img src=x onerror=alert(1)> \\*
~~~
no fence
~~~
No title
========
Order #1 and #99999999999999999999999999
Amends: draft 1234, recorded."""


@pytest.fixture
def page(browser: Browser, bed: Bed) -> Iterator[Page]:
    """The agent's browser, signed in; nothing may speak to them."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(15_000)
    page = context.new_page()
    said: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.goto(f"{bed.url}/login/")
    page.fill("[name=username]", AGENT[0])
    page.fill("[name=password]", AGENT[1])
    page.get_by_role("button", name="Login").click()
    page.wait_for_url(lambda url: "login" not in url)
    yield page
    context.close()
    assert said == []


def test_hostile_texts_stay_texts(bed: Bed, site: Site, customer: Visitor, page: Page) -> None:
    """What the model wrote stands in the note as it is: nothing runs, nothing is loaded, nothing is filled in."""
    site.model.text = HOSTILE
    with receiving(bed, site.url) as receiver:
        ticket_id, _ = customer.complains(f"{COMPLAINT} {{{{ ticket.secret_key }}}} <script>alert(1)</script>")
        receiver.waits_for("draft.noted", ticket=ticket_id)
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(f"{bed.url}/tickets/{ticket_id}/")
    note = page.locator("#followup-list > li").last.locator("div.mt-3")
    lines = [line for line in HOSTILE.splitlines() if line]
    said = note.inner_text()
    assert [line for line in lines if line not in said] == []
    assert [each.get_attribute("href") for each in note.locator("a").all()] == [
        f"{site.url}/#/draft/{site.ask('GET', f'/v1/drafts?ref=ticket-{ticket_id}')['drafts'][0]['id']}"
    ]
    assert note.locator("script, img, code, pre, h1, blockquote, ol").count() == 0
    assert all(url.startswith(bed.url) for url in loaded)
    assert "hacked" not in page.title()
    assert len(bed.notes(ticket_id)) == 1
    assert bed.ticket(ticket_id)["title"] == "Broken kettle"


def test_the_link_opens_the_desk(bed: Bed, customer: Visitor, page: Page, tmp_path: Path) -> None:
    """Where Amends has keys, the agent needs none for this draft, and the note says until when."""
    with running(tmp_path) as site:
        settings = {"AMENDS_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'a.db'}"}
        made: subprocess.CompletedProcess[bytes] = amends(tmp_path, "keys", "create", "desk", settings=settings)
        key = next(word for word in made.stdout.decode().split() if word.startswith("amends_"))
        with receiving(bed, site.url, AMENDS_HELPDESK_AMENDS_KEY=key) as receiver:
            ticket_id, _ = customer.complains(COMPLAINT)
            receiver.waits_for("draft.noted", 90, ticket=ticket_id)
        page.goto(f"{bed.url}/tickets/{ticket_id}/")
        expect(page.get_by_text("The link works until")).to_be_visible()
        expect(page.get_by_role("link", name="sign in at the desk")).to_have_attribute("href", re.compile(r"/#/draft/"))
        page.get_by_role("link", name="Open it at the Amends desk").click()
        expect(page.get_by_role("textbox", name="Reply to the customer")).to_contain_text("cracked lid")
        assert key.encode() not in b"".join(receiver.lines)
