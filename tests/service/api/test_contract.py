"""openapi.yaml is the contract: it equals what the application says of itself, limits included.

After a wanted change, write it anew and read the difference (`make openapi`):

    uv run python -m tests.service.api.test_contract
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from guardrails import limits
from service.api.problems import CRASHED, KINDS
from service.schemas import Case, CheckInput, Feedback
from service.webhooks.schemas import WebhookInput
from tests.service.api.calling import CASE, DRAFT, call, make_app

FILE = Path(__file__).parents[3] / "openapi.yaml"
# What stands in the schemas under these keywords; the size of a body has none, and stands in words.
KEYWORDS = {
    "COMPLAINT_CHARACTERS": "maxLength",
    "DRAFT_CHARACTERS": "maxLength",
    "HISTORY_ITEMS": "maxItems",
    "HISTORY_ITEM_CHARACTERS": "maxLength",
    "LIST_ITEMS": "maxItems",
    "LIST_ITEM_CHARACTERS": "maxLength",
    "STRING_CHARACTERS": "maxLength",
    "ALTERNATIVES": "maximum",
    "WORDS": "maximum",
}
IN_WORDS = {"BATCH_BYTES", "BATCH_CASES", "BODY_BYTES", "IDEMPOTENCY_KEY_CHARACTERS"}
SENT = {"outcome": "sent"}
HOOK = {"url": "https://hooks.example.com/amends"}


def written() -> dict[str, Any]:
    """The contract as it stands in the file."""
    found = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def rendered() -> str:
    """The contract as the application says it."""
    return yaml.safe_dump(make_app().openapi(), sort_keys=False, allow_unicode=True, width=110)


def nodes(value: object) -> Iterator[dict[str, object]]:
    """Every object within a document."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every operation with its method and path."""
    for path, methods in written()["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_the_file_is_what_the_application_says() -> None:
    """Nothing in one that is not in the other, in the same words and order."""
    assert FILE.read_text(encoding="utf-8") == rendered(), "run `make openapi` and read the difference"


def test_the_live_contract_is_the_same() -> None:
    """/openapi.json gives what the file holds."""
    assert call(make_app(), "GET", "/openapi.json").json() == written()


def test_every_limit_stands_in_the_contract() -> None:
    """No limit of limits.py is unknown to callers."""
    names = {name for name in vars(limits) if name.isupper()}
    assert names == KEYWORDS.keys() | IN_WORDS
    for name, keyword in KEYWORDS.items():
        values = {node[keyword] for node in nodes(written()) if keyword in node}
        assert getattr(limits, name) in values, name


@pytest.mark.parametrize(
    ("schema", "field", "keyword", "limit"),
    [
        ("Complaint", "text", "maxLength", limits.COMPLAINT_CHARACTERS),
        ("CheckInput", "draft", "maxLength", limits.DRAFT_CHARACTERS),
        ("CheckInput", "complaint", "maxLength", limits.COMPLAINT_CHARACTERS),
        ("HistoryItem", "text", "maxLength", limits.HISTORY_ITEM_CHARACTERS),
        ("Context", "history", "maxItems", limits.HISTORY_ITEMS),
        ("Context", "facts", "maxItems", limits.LIST_ITEMS),
        ("Context", "facts", "maxLength", limits.LIST_ITEM_CHARACTERS),
        ("Context", "remedies", "maxItems", limits.LIST_ITEMS),
        ("Context", "constraints", "maxItems", limits.LIST_ITEMS),
        ("Remedy", "text", "maxLength", limits.LIST_ITEM_CHARACTERS),
        ("Case", "id", "maxLength", limits.STRING_CHARACTERS),
        ("Options", "max_words", "maximum", limits.WORDS),
        ("Options", "alternatives", "maximum", limits.ALTERNATIVES),
    ],
)
def test_a_limit_stands_at_its_field(schema: str, field: str, keyword: str, limit: int) -> None:
    """Each limit is where a caller looks for it."""
    found = written()["components"]["schemas"][schema]["properties"][field]
    assert limit in [node.get(keyword) for node in nodes(found)]


def test_the_size_of_a_body_stands_in_words() -> None:
    """A schema cannot count bytes, so each body's description says how many there may be."""
    bodies = [operation["requestBody"] for _, operation in operations() if "requestBody" in operation]
    assert bodies
    for body in bodies:
        assert f"{limits.BODY_BYTES:,} bytes" in body["description"]


def test_every_reference_leads_somewhere() -> None:
    """No schema is named that is not there, and none is there that nobody names."""
    document = written()
    named = {str(node["$ref"]) for node in nodes(document) if "$ref" in node}
    there = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert named == there


def test_every_error_is_a_problem() -> None:
    """Whatever is no success has one form, and a 409, 429 or 503 says when to come again."""
    for name, operation in operations():
        for status, answer in operation["responses"].items():
            if status.startswith(("2", "304")):
                continue
            assert list(answer["content"]) == ["application/problem+json"], name
            assert ("Retry-After" in answer.get("headers", {})) == (status in ("409", "429", "503")), name


def test_no_kind_of_problem_is_missing() -> None:
    """Each status that an error can have stands at some operation."""
    stated = {int(status) for _, operation in operations() for status in operation["responses"]}
    assert {kind.status for kind in (CRASHED, *KINDS.values())} <= stated


def test_operations_have_short_names() -> None:
    """Generated clients take their methods' names from here; a change of one breaks them."""
    assert {name: operation["operationId"] for name, operation in operations()} == {
        "POST /v1/drafts": "create_draft",
        "GET /v1/drafts": "list_drafts",
        "GET /v1/drafts/{draft_id}": "read_draft",
        "GET /v1/drafts/{draft_id}/case": "read_case",
        "POST /v1/drafts/{draft_id}/again": "draft_again",
        "POST /v1/drafts/{draft_id}/links": "link_draft",
        "DELETE /v1/drafts/{draft_id}": "delete_draft",
        "POST /v1/drafts/{draft_id}/cancel": "cancel_draft",
        "POST /v1/drafts/{draft_id}/feedback": "give_feedback",
        "GET /v1/drafts/{draft_id}/feedback": "read_feedback",
        "POST /v1/batches": "create_batch",
        "GET /v1/batches/{batch_id}": "read_batch",
        "GET /v1/batches/{batch_id}/results": "read_batch_results",
        "POST /v1/batches/{batch_id}/cancel": "cancel_batch",
        "POST /v1/checks": "check_draft",
        "POST /v1/deletions": "delete_customer",
        "GET /v1/audit": "read_audit",
        "POST /v1/webhooks": "create_webhook",
        "GET /v1/webhooks": "list_webhooks",
        "DELETE /v1/webhooks/{webhook_id}": "delete_webhook",
        "POST /v1/webhooks/{webhook_id}/secret": "renew_webhook_secret",
        "POST /v1/webhooks/{webhook_id}/test": "test_webhook",
        "GET /v1/webhooks/deliveries": "list_deliveries",
        "POST /v1/webhooks/deliveries/{delivery_id}/replay": "replay_delivery",
        "GET /v1/metrics/drafts": "read_draft_metrics",
        "GET /healthz": "healthz",
        "GET /readyz": "readyz",
    }


def links() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every link, and the answer that has it."""
    for _, operation in operations():
        for answer in operation["responses"].values():
            for link in answer.get("links", {}).values():
                yield link, answer


def test_every_link_leads_somewhere() -> None:
    """To an operation that takes what the link gives it, from a field that stands in the answer."""
    taking = {operation["operationId"]: operation for _, operation in operations()}
    schemas = written()["components"]["schemas"]
    found = list(links())
    assert found
    for link, answer in found:
        assert link["parameters"].keys() <= {each["name"] for each in taking[link["operationId"]]["parameters"]}
        for expression in link["parameters"].values():
            schema = answer["content"]["application/json"]["schema"]
            name = expression.removeprefix("$response.body#/")
            assert name in schemas[schema["$ref"].rpartition("/")[2]]["properties"]


def test_no_id_is_without_a_link() -> None:
    """Whatever needs an id in its path is reached from an answer that holds one."""
    needing = {operation["operationId"] for name, operation in operations() if "{" in name}
    assert needing == {link["operationId"] for link, _ in links()}


def check_against(name: str, body: object) -> None:
    """Validate a body by one schema of the file."""
    document = written()
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    jsonschema.validate(json.loads(json.dumps(body)), schema)


def test_answers_keep_to_the_contract() -> None:
    """What the application answers is what the file says, to a case, a check, a feedback and an error."""
    app = make_app()
    made = call(app, "POST", "/v1/drafts", CASE).json()
    check_against("Result", made)
    ticket = call(app, "POST", "/v1/drafts", CASE, {"Prefer": "respond-async"}).json()
    check_against("Ticket", ticket)
    check_against("Ticket", call(app, "POST", f"/v1/drafts/{ticket['id']}/cancel").json())
    check_against("Problem", call(app, "POST", f"/v1/drafts/{made['id']}/cancel").json())
    check_against("StoredFeedback", call(app, "POST", f"/v1/drafts/{made['id']}/feedback", SENT).json())
    hook = call(app, "POST", "/v1/webhooks", HOOK).json()
    check_against("WebhookWithSecret", hook)
    check_against("WebhookList", call(app, "GET", "/v1/webhooks").json())
    check_against("Delivery", call(app, "POST", f"/v1/webhooks/{hook['id']}/test").json())
    check_against("DeliveryPage", call(app, "GET", "/v1/webhooks/deliveries?status=pending").json())
    check_against("CheckResult", call(app, "POST", "/v1/checks", DRAFT).json())
    check_against("Problem", call(app, "POST", "/v1/drafts", {}).json())
    check_against("Problem", call(app, "GET", "/nowhere").json())
    check_against("Health", call(app, "GET", "/healthz").json())


@pytest.mark.parametrize(
    ("model", "body"),
    [
        (Case, CASE),
        (Case, CASE | {"id": "x" * 501}),
        (Case, CASE | {"id": 5}),
        (Case, CASE | {"extra": 1}),
        (Case, CASE | {"complaint": {"text": " ", "channel": "email"}}),
        (Case, CASE | {"options": {"max_words": 0}}),
        (Case, {}),
        (CheckInput, DRAFT),
        (CheckInput, DRAFT | {"complaint": CASE["complaint"]}),
        (CheckInput, DRAFT | {"complaint": " "}),
        (CheckInput, DRAFT | {"draft": "x" * 20_001}),
        (Feedback, SENT),
        (Feedback, SENT | {"text": None, "reason": None, "agent_tenure_months": None}),
        (Feedback, SENT | {"agent_tenure_months": -1}),
        (Feedback, SENT | {"agent_tenure_months": 1.5}),
        (Feedback, SENT | {"agent_tenure_months": 4.0}),
        (Feedback, SENT | {"agent_tenure_months": 1_201.0}),
        (Feedback, SENT | {"agent_tenure_months": 1_201}),
        (Feedback, SENT | {"at": "now"}),
        (Feedback, {"outcome": "edited", "text": "We are so sorry."}),
        (Feedback, {"outcome": "edited", "text": None}),
        (Feedback, {"outcome": "edited", "text": " \n"}),
        (Feedback, {"outcome": "edited", "text": "x" * 20_001}),
        (Feedback, {"outcome": "edited"}),
        (Feedback, {"outcome": "rejected", "reason": "It misses the point."}),
        (Feedback, {"outcome": "rejected", "text": "We are so sorry."}),
        (Feedback, {"outcome": "thrown away"}),
        (Feedback, {}),
        (WebhookInput, HOOK),
        (WebhookInput, HOOK | {"events": ["batch.finished"]}),
        (WebhookInput, HOOK | {"events": None}),
        (WebhookInput, HOOK | {"events": []}),
        (WebhookInput, HOOK | {"events": ["draft.started"]}),
        (WebhookInput, HOOK | {"url": " "}),
        (WebhookInput, HOOK | {"url": f"https://x.de/{'x' * 2_000}"}),
        (WebhookInput, HOOK | {"url": "hooks.example.com"}),
        (WebhookInput, HOOK | {"url": "ftp://hooks.example.com/"}),
        (WebhookInput, HOOK | {"url": "https://hooks.example.com/a b"}),
        (WebhookInput, HOOK | {"url": "https://hooks.example.com/#a"}),
        (WebhookInput, HOOK | {"url": "https://maya@hooks.example.com/"}),
        (WebhookInput, HOOK | {"url": "HTTPS://hooks.example.com:8443?token=maya@shop"}),
        (WebhookInput, {}),
    ],
    ids=range(42),
)
def test_schema_and_service_agree(
    model: type[Case | CheckInput | Feedback | WebhookInput], body: dict[str, object]
) -> None:
    """What the contract allows is taken, and what it forbids is refused."""
    app = make_app()
    path = {Case: "/v1/drafts", CheckInput: "/v1/checks", WebhookInput: "/v1/webhooks"}.get(model)
    if path is None:
        path = f"/v1/drafts/{call(app, 'POST', '/v1/drafts', CASE).json()['id']}/feedback"
    taken = call(app, "POST", path, body).status_code in (200, 201)
    if taken:
        check_against(model.__name__, body)
    else:
        with pytest.raises(jsonschema.ValidationError):
            check_against(model.__name__, body)


if __name__ == "__main__":
    FILE.write_text(rendered(), encoding="utf-8")
