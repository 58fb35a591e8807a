"""An agent at the desk: reads, mends, asks for another draft, and records, by mouse and by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.browser import NOT_LOADED
from tests.e2e.desk import FINE, TO_FIX, Desk, open_draft
from tests.e2e.site import CASE, GOOD, WRONG, Site, eventually


def test_a_finding_is_read_and_mended_and_the_draft_is_sent(page: Page, site: Site) -> None:
    """The words are underlined, one click goes to them, another one mends them, and the verdict turns."""
    draft_id = site.draft(WRONG)
    desk = open_draft(page, site, draft_id)
    expect(desk.state).to_have_text(TO_FIX)
    expect(page.locator(".must", has_text="£99.99").first).to_be_visible()
    page.locator(".must", has_text="£99.99").first.hover()
    expect(page.locator(".at-caret")).to_contain_text("no remedy or fact of the case allows")
    offer = desk.verdict("remedies")
    offer.get_by_title("Go to these words").click()
    assert "refund of £99.99" in page.evaluate("document.getSelection().toString()")
    expect(page.locator(".at-caret")).to_contain_text("no remedy or fact of the case allows")
    offer.get_by_role("button", name=re.compile("instead$")).click()
    expect(desk.state).to_have_text(FINE)
    expect(desk.verdict("remedies")).to_have_count(0)
    expect(page.locator(".must")).to_have_count(0)
    page.get_by_role("button", name="Show what you changed").click()
    expect(page.locator("del", has_text="refund")).to_be_visible()
    desk.button("I sent it").click()
    expect(page.get_by_text("Recorded: sent after edits")).to_be_visible()
    assert site.feedback(draft_id)["feedback"] == "edited"
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('text'))") == []


def test_a_value_that_the_case_gives_is_put_in_by_one_click(page: Page, site: Site) -> None:
    """Where the advice names what the case gives."""
    text = GOOD.replace("your Tern kettle came", "your Tern kettle at £45.20 came")
    desk = open_draft(page, site, site.draft(text))
    desk.verdict("grounding").get_by_role("button", name="Write “£42.50”").click()
    expect(desk.state).to_have_text(FINE)
    expect(desk.text).to_contain_text("kettle at £42.50 came")


FOLLOW_UP = " Priya Nair will call you on 020 7946 0142 by Wednesday noon to make sure that all is well."
MISSING = GOOD.replace(FOLLOW_UP, "")
ADDED = "Priya Nair will contact you (020 7946 0142) by Wednesday noon."
BODY = "I am sorry that it came so, Dana. We will send you a new Tern kettle, delivered free on Thursday 23 October."
IN_ONE = "Dear Dana,\n{}\nYours,\nDr. Maya Lindqvist"


def adding(desk: Desk) -> Locator:
    """What adds the sentence that is missing."""
    return desk.verdict("follow_up").get_by_role("button", name=re.compile("^Add"))


@pytest.mark.parametrize(
    ("text", "more"),
    [
        (MISSING, MISSING.replace("23 October.", f"23 October. {ADDED}")),
        (f"{BODY}\n\nThank you!\nMaya", f"{BODY}\n\nThank you! {ADDED}\nMaya"),
        (IN_ONE.format(BODY), IN_ONE.format(f"{BODY} {ADDED}")),
        (BODY, f"{BODY} {ADDED}"),
        (BODY.rstrip("."), f"{BODY.rstrip('.')}\n\n{ADDED}"),
    ],
    ids=["email", "thanks", "one-paragraph", "chat", "no-sentence-ends"],
)
def test_a_sentence_is_added_where_nobody_has_put_the_caret(page: Page, site: Site, text: str, more: str) -> None:
    """It stands for itself before the sign-off, and does so again after it was undone."""
    desk = open_draft(page, site, site.draft(text))
    for _ in range(2):
        adding(desk).click()
        desk.reads(more)
        expect(desk.text).to_be_focused()
        page.keyboard.press("Control+z")
        desk.reads(text)


def test_a_sentence_is_added_at_the_caret(page: Page, site: Site) -> None:
    """Apart from what stands there, whose words stay though they are selected."""
    desk = open_draft(page, site, site.draft(MISSING))
    desk.write("We are sorry, Dana.\nSorry for the delay.")
    adding(desk).click()
    desk.reads(f"We are sorry, Dana.\nSorry for the delay. {ADDED}")
    desk.write("We are sorry, Dana.Thank you.")
    for _ in "Thank you.":
        page.keyboard.press("ArrowLeft")
    adding(desk).click()
    desk.reads(f"We are sorry, Dana. {ADDED} Thank you.")
    desk.write("We are sorry, Dana.")
    page.keyboard.press("Control+a")
    adding(desk).click()
    desk.reads(f"We are sorry, Dana. {ADDED}")


def test_a_sentence_is_added_when_words_were_gone_to(page: Page, site: Site) -> None:
    """They stay, and it does not come into the middle of theirs, also where the agent had been in the text before."""
    text = MISSING.replace("your Tern kettle came", "your Tern kettle at £45.20 came")
    desk = open_draft(page, site, site.draft(text))
    for clicked in (False, True):
        if clicked:
            desk.text.locator(".cm-line").first.click()
        desk.verdict("grounding").get_by_title("Go to these words").click()
        adding(desk).click()
        desk.reads(text.replace("23 October.", f"23 October. {ADDED}"))
        desk.button("Back to the first draft").click()
        desk.reads(text)


def test_an_edit_is_held_to_what_the_draft_was_asked_for_with(page: Page, site: Site) -> None:
    """A wish that was counted once is counted again: one key must not make it good to send."""
    asked = {"instruction": "No more than two sentences.", "max_words": 400, "delivery": "flagged"}
    site.model.text = GOOD
    made = site.ask("POST", "/v1/drafts", CASE | {"options": asked})
    desk = open_draft(page, site, made["id"])
    expect(desk.state).to_have_text(TO_FIX)
    desk.write(f"{GOOD} x")
    with page.expect_response("**/v1/checks"):
        page.keyboard.press("Space")
    expect(desk.state).to_have_text(TO_FIX)
    desk.write(
        "I am sorry, Dana. Priya Nair will call you on 020 7946 0142 by Wednesday noon about your new Tern kettle."
    )
    expect(desk.verdict("constraints")).to_have_count(0)


def test_what_the_draft_was_written_and_checked_without_is_said(page: Page, site: Site) -> None:
    """A house rule that no check can decide is for the agent's eyes, and old messages may not have been read."""
    rules = ["Under 200 words.", "Sound as warm as a neighbour would."]
    history = [{"from": "customer", "text": f"Message {number}. " + "The kettle leaks. " * 400} for number in range(12)]
    context = CASE["context"] | {"constraints": rules, "history": history}
    site.model.text = GOOD
    made = site.ask("POST", "/v1/drafts", CASE | {"context": context})
    open_draft(page, site, made["id"])
    known = page.locator(".known", has_text="House rules")
    expect(known.get_by_role("listitem").nth(0)).to_have_text(rules[0])
    expect(known.get_by_role("listitem").nth(1)).to_have_text(f"{rules[1]} Check this yourself")
    page.get_by_text("Earlier messages (12)").click()
    omitted = made["history_omitted"]
    assert omitted > 1
    expect(page.get_by_text(f"The oldest {omitted} messages were too much for the prompt")).to_be_visible()


def test_by_keyboard_alone(page: Page, site: Site) -> None:
    """From the queue to the record, without a mouse."""
    draft_id = site.draft(WRONG, customer_name="Dana Okafor of the keys")
    page.goto(site.url)
    row = page.get_by_role("link", name=re.compile("of the keys"))
    expect(row).to_be_visible()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('row-link')"):
            break
    page.keyboard.press("Home")
    expect(row).to_be_focused()
    page.keyboard.press("Enter")
    desk = Desk(page)
    expect(desk.state).to_have_text(TO_FIX)
    page.keyboard.press("Alt+j")
    expect(desk.text).to_be_focused()
    page.keyboard.press("Alt+e")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(GOOD)
    expect(desk.state).to_have_text(FINE)
    page.keyboard.press("Tab")  # the editor lets go of the focus
    expect(desk.text).not_to_be_focused()
    page.keyboard.press("Alt+d")
    expect(page.get_by_role("heading", name="What you changed")).to_be_visible()
    page.keyboard.press("Alt+h")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+x")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Recorded:")).to_be_visible()
    assert site.feedback(draft_id)["feedback"] == "edited"


def test_a_draft_is_rejected_with_a_reason(page: Page, site: Site) -> None:
    """Without one it is not; then the next draft is offered."""
    draft_id = site.draft()
    desk = open_draft(page, site, draft_id)
    desk.button("Reject…").click()
    desk.button("Record as rejected").click()
    expect(page.get_by_text("Say why, in a few words")).to_be_visible()
    expect(page.get_by_label("Why is it of no use?")).to_be_focused()
    page.keyboard.insert_text("It answers another complaint.")
    desk.button("Record as rejected").click()
    expect(page.get_by_text("Recorded: rejected.")).to_be_visible()
    assert site.feedback(draft_id)["feedback"] == "rejected"


def test_another_draft_with_a_wish(page: Page, site: Site) -> None:
    """Its progress is shown, it is a draft of its own, and the first one is recorded as replaced when it is used."""
    first_id = site.draft(WRONG)
    open_draft(page, site, first_id)
    site.model.text, site.model.seconds = GOOD, 1.0
    page.get_by_label("What should be different?").fill("Offer what we may.")
    page.get_by_role("button", name="Draft again").click()
    expect(page.get_by_role("log")).to_contain_text("Writing the first text…")
    desk = Desk(page)
    expect(desk.state).to_have_text(FINE)
    site.model.seconds = 0
    second_id = page.url.rpartition("/")[2]
    assert second_id != first_id
    desk.button("I sent it").click()
    expect(page.get_by_text("Recorded: sent as it was.")).to_be_visible()
    assert site.feedback(second_id)["feedback"] == "sent"
    eventually(lambda: site.feedback(first_id)["feedback"] == "rejected")


def test_all_drafts_that_another_one_replaced(page: Page, site: Site) -> None:
    """They are recorded as replaced, and none of them is the next draft, also before that is stored."""
    waiting, first_id = site.draft(), site.draft()
    desk = open_draft(page, site, first_id)
    drafts = [first_id]
    for _ in range(2):
        page.get_by_role("button", name="Draft again").click()
        page.wait_for_url(lambda url: drafts[-1] not in url)
        drafts.append(page.url.rpartition("/")[2])
        expect(desk.state).to_have_text(FINE)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(lambda url: url.endswith("/feedback") and drafts[-1] not in url, hold, times=1)
    desk.button("I sent it").click()
    expect(page.get_by_role("link", name="Next draft")).to_have_attribute("href", f"#/draft/{waiting}")
    held[0].continue_()
    eventually(lambda: page.evaluate("Object.keys(localStorage).every((key) => !key.includes('feedback'))"))
    assert [site.feedback(each)["feedback"] for each in drafts] == ["rejected", "rejected", "sent"]


def test_alternatives_stand_side_by_side(page: Page, site: Site) -> None:
    """One of them is taken with a click, which can be undone."""
    first = site.draft()
    desk = open_draft(page, site, first)
    site.model.others = [
        GOOD.replace("I am sorry", words) for words in ("I am so sorry", "I am truly sorry", "I am very sorry")
    ]
    page.get_by_role("button", name="With two alternatives").click()
    page.wait_for_url(lambda url: first not in url)
    others = page.get_by_role("article")
    desk.button("Compare with 2 other texts").click()
    expect(others).to_have_count(2)
    expect(others.first).to_be_in_viewport()
    boxes = [box for each in others.all() if (box := each.bounding_box())]
    assert (boxes[0]["y"], boxes[0]["x"] < boxes[1]["x"]) == (boxes[1]["y"], True)
    words = others.nth(1).locator(".foreign").inner_text()
    others.nth(1).get_by_role("button", name="Use this text").click()
    desk.reads(words)
    expect(page.get_by_role("article", name="The first draft")).to_be_visible()
    desk.text.click()
    page.keyboard.press("Control+z")
    expect(page.get_by_role("article", name="The first draft")).to_have_count(0)


def test_a_draft_that_is_withheld(page: Page, site: Site) -> None:
    """No text is shown, and why; it is asked for with its faults, or written by the agent."""
    site.model.text = WRONG
    strict = {**CASE, "options": {"delivery": "strict"}}
    draft_id = str(site.ask("POST", "/v1/drafts", strict)["id"])
    desk = open_draft(page, site, draft_id)
    expect(page.get_by_text("No text is shown")).to_be_visible()
    expect(desk.verdict("remedies")).to_be_visible()
    desk.write(GOOD)
    expect(desk.state).to_have_text(FINE)
    desk.button("Draft again and show the faults").click()
    expect(page.locator(".must").first).to_be_visible()
    expect(page.get_by_role("heading", name="Your text of the draft before")).to_be_visible()


@pytest.mark.parametrize("status", [404, 410])
def test_a_draft_that_is_not_there(page: Page, site: Site, mistakes: list[str], status: int) -> None:
    """It says plainly what is wrong and what to do."""
    mistakes += [NOT_LOADED]
    draft_id = "nothing"
    if status == 410:
        draft_id = site.draft()
        site.ask("DELETE", f"/v1/drafts/{draft_id}")
    page.goto(f"{site.url}/#/draft/{draft_id}")
    expect(page.get_by_role("alert")).to_contain_text("deleted" if status == 410 else "no such draft")


def test_a_model_that_fails(page: Page, site: Site, mistakes: list[str]) -> None:
    """What went wrong, in an agent's words, and the text stays."""
    mistakes += [NOT_LOADED]
    desk = open_draft(page, site, site.draft())
    site.model.broken = True
    page.get_by_role("button", name="Draft again").click()
    expect(page.get_by_role("alert")).to_contain_text("The language model gave no text.")
    site.model.broken = False
    expect(desk.text).to_contain_text("cracked lid")
