"""What is asked of Amends for a conversation."""

from __future__ import annotations

from amends_chatwoot.business import Business
from amends_chatwoot.cases import case_of, is_cut, key_of, newest
from amends_chatwoot.store import Said, Turn

BUSINESS = Business.model_validate({"context": {"brand": "Harbourline Home", "agent": {"name": "Maya Lindqvist"}}})
TURN = Turn(1, 42, 3, "chat", 901, "Dana", pending=False, state="waiting", draft_id=None, began=0, tries=0)
SAID = [
    Said(1, by_customer=True, text="When?"),
    Said(2, by_customer=False, text="Soon."),
    Said(3, by_customer=True, text="It broke."),
    Said(4, by_customer=True, text="Hello?"),
]


def test_a_case() -> None:
    """The complaint is what the customer wrote since an agent answered; without a name there is none."""
    case = case_of(TURN, SAID, BUSINESS).to_dict()
    assert case["complaint"] == {"text": "It broke.\n\nHello?", "channel": "chat", "customer_name": "Dana"}
    assert case["context"]["history"] == [{"from": "customer", "text": "When?"}, {"from": "agent", "text": "Soon."}]
    assert case["options"] == {"delivery": "flagged"}
    unnamed = Turn(1, 42, 3, "chat", None, " ", pending=False, state="waiting", draft_id=None, began=0, tries=0)
    case = case_of(unnamed, SAID[2:], BUSINESS).to_dict()
    assert "customer_name" not in case["complaint"]
    assert "customer_ref" not in case["context"]


def test_a_long_conversation_fits_into_a_request() -> None:
    """The newest messages do, whole; of a complaint its beginning."""
    before = [Said(number, number % 2 == 0, f"{number} " + "字" * 19_000) for number in range(100)]
    short = [Said(number, number % 2 == 0, "Hm.") for number in range(100)]
    assert [each.id for each in newest(before)] == [99]
    assert len(newest(short)) == 50
    assert newest([]) == []
    said = [*before, Said(200, by_customer=True, text="字" * 30_000)]
    case = case_of(TURN, said, BUSINESS)
    assert is_cut(said)
    assert len(case.complaint.text) == 20_000
    assert len(str(case.to_dict()).encode()) < 200_000


def test_the_key_says_what_is_asked() -> None:
    """The same conversation has the same one; with another word, message or account it is another."""
    case = case_of(TURN, SAID, BUSINESS)
    keys = {
        key_of(3, TURN, case),
        key_of(3, TURN, case_of(TURN, SAID, BUSINESS)),
        key_of(4, TURN, case),
        key_of(3, TURN, case_of(TURN, SAID[:3], BUSINESS)),
    }
    assert len(keys) == 3
    assert all("Dana" not in key and len(key) < 255 for key in keys)
