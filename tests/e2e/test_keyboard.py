"""Keys and the focus: where an agent is who has no mouse, and what a screen reader says."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.desk import FINE, Desk, open_draft
from tests.e2e.site import GOOD, WRONG, Site

MOST_STOPS = 60
# The element that has the focus, also where that is within the editor's own tree.
FOCUSED = """() => {
    let at = document.activeElement;
    while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    const style = getComputedStyle(at.getRootNode().host ?? at);
    const box = at.getBoundingClientRect();
    return {
        name: at.id || at.getAttribute("aria-label") || at.textContent.trim().slice(0, 60) || at.tagName,
        body: at === document.body,
        seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        inside: box.bottom > 0 && box.top < innerHeight,
    };
}"""


def test_every_stop_is_seen_and_none_is_a_trap(page: Page, site: Site) -> None:
    """Tab goes through the whole page of a draft, through the editor too, and back to its beginning."""
    open_draft(page, site, site.draft(WRONG))
    expect(page.locator(".verdict.bad").first).to_be_visible()
    stops = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop["body"]:
            break
        assert stop["seen"], stop
        assert stop["inside"], stop
        stops.append(stop["name"])
    names = " | ".join(stops)
    assert len(stops) < MOST_STOPS, names
    for name in ("Skip to the page", "Queue", "Keys", "Reply to the customer", "I sent it", "Reject…", "instruction"):
        assert name in names
    page.keyboard.press("Shift+Tab")
    assert not page.evaluate(FOCUSED)["body"]


def test_the_skip_link_leads_past_the_header(page: Page, site: Site) -> None:
    """It is the first stop, and the next one is of the page."""
    open_draft(page, site, site.draft())
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_another_page_begins_at_its_top(page: Page, site: Site) -> None:
    """After a draft was opened from the list, Tab goes on in it; back in the list it is where it was."""
    names = [f"Somebody of place {number}" for number in range(3)]
    for name in names:
        site.draft(customer_name=name)
    page.goto(site.url)
    row = page.get_by_role("link", name=names[1])
    row.focus()
    page.keyboard.press("Enter")
    desk = Desk(page)
    expect(desk.text).to_be_visible()
    expect(page.locator("#page")).to_be_focused()
    page.keyboard.press("Alt+1")
    expect(row).to_be_focused()


def test_ctrl_enter_belongs_to_the_form_that_one_writes_in(page: Page, site: Site) -> None:
    """A reason for rejecting is not recorded as a text that was sent."""
    draft_id = site.draft()
    open_draft(page, site, draft_id)
    page.keyboard.press("Alt+x")
    expect(page.get_by_label("Why is it of no use?")).to_be_focused()
    page.keyboard.insert_text("It is for somebody else.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Recorded: rejected.")).to_be_visible()
    assert site.feedback(draft_id)["feedback"] == "rejected"
    expect(Desk(page).button("Reject…")).to_be_focused()


def test_keys_do_nothing_behind_a_dialog(page: Page, site: Site) -> None:
    """But close it."""
    draft_id = site.draft()
    open_draft(page, site, draft_id)
    page.keyboard.press("Alt+h")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Alt+x")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Alt+h")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_label("Why is it of no use?")).to_have_count(0)
    page.keyboard.press("Alt+x")
    expect(page.get_by_label("Why is it of no use?")).to_be_focused()
    assert site.feedback(draft_id)["feedback"] is None


def test_the_next_draft_is_one_key_away(page: Page, site: Site) -> None:
    """When this one is recorded."""
    waiting = site.draft(customer_name="Who waits")
    desk = open_draft(page, site, site.draft())
    page.keyboard.press("Alt+e")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("link", name="Next draft")).to_be_visible()
    page.keyboard.press("Alt+n")
    page.wait_for_url(lambda url: url.endswith(waiting))
    expect(desk.text).to_be_visible()


APPLE = "Object.defineProperty(Navigator.prototype, 'platform', {get: () => 'MacIntel'})"
LETTERS = {"KeyC": "ç", "KeyX": "≈", "KeyR": "®", "KeyD": "∂", "KeyJ": "∆", "KeyH": "˙", "Digit1": "¡", "KeyE": "Dead"}
OPTION, CONTROL, COMMAND = 1, 2, 4


def test_option_writes_letters_on_a_mac(page: Page, site: Site) -> None:
    """They are the editor's; with Control held, too, they are ours, as the list of keys says there."""
    page.add_init_script(APPLE)
    draft_id = site.draft(WRONG)
    desk = open_draft(page, site, draft_id)
    keys = page.context.new_cdp_session(page)

    def press(code: str, key: str, modifiers: int) -> None:
        for kind in ("rawKeyDown", "keyUp"):
            keys.send("Input.dispatchKeyEvent", {"type": kind, "code": code, "key": key, "modifiers": modifiers})

    page.evaluate(
        "window.taken = []; addEventListener('keydown', (each) => each.defaultPrevented && taken.push(each.code))"
    )
    desk.text.click()
    for code, key in LETTERS.items():
        press(code, key, OPTION)
        press(code, key, OPTION | COMMAND)
    assert page.evaluate("taken") == []
    expect(desk.text).to_be_focused()
    assert page.url.endswith(draft_id)
    press("KeyX", "≈", OPTION | CONTROL)
    expect(page.get_by_label("Why is it of no use?")).to_be_focused()
    press("KeyE", "e", OPTION | CONTROL)
    expect(desk.text).to_be_focused()
    press("KeyH", "˙", OPTION | CONTROL)
    expect(page.get_by_role("dialog")).to_contain_text("Ctrl+Option+C")
    expect(page.get_by_role("dialog")).to_contain_text("Command+Z, Shift+Command+Z")
    expect(page.get_by_role("dialog")).not_to_contain_text("Alt")
    press("KeyH", "˙", OPTION | CONTROL)
    press("Enter", "Enter", COMMAND)
    expect(page.get_by_text("Recorded: sent as it was.")).to_be_visible()


def test_altgr_writes_letters(page: Page, site: Site) -> None:
    """Where it comes as Ctrl and Alt, it takes nothing from the editor."""
    desk = open_draft(page, site, site.draft())
    desk.text.click()
    page.keyboard.press("Control+Alt+x")
    page.keyboard.press("Control+Alt+e")
    expect(page.get_by_label("Why is it of no use?")).to_have_count(0)
    page.keyboard.press("Alt+h")
    expect(page.get_by_role("dialog")).to_contain_text("Alt+C")
    expect(page.get_by_role("dialog")).not_to_contain_text("Option")


def test_a_reader_hears_what_the_checks_come_to(page: Page, site: Site) -> None:
    """When it is known; not that they are under way, after each word."""
    desk = open_draft(page, site, site.draft(WRONG))
    page.evaluate(
        """() => {
            window.heard = [];
            for (const region of document.querySelectorAll("[role=status],[role=alert]"))
                new MutationObserver(() => heard.push(region.textContent)).observe(
                    region, {subtree: true, childList: true, characterData: true});
        }"""
    )
    desk.write(GOOD)
    expect(desk.state).to_have_text(FINE)
    page.wait_for_function("heard.length > 0")
    assert "Good to send" in page.evaluate("heard")
    assert not [each for each in page.evaluate("heard") if "Checking" in each]
