"""Makes eval cases of what agents sent in place of drafts."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import date
from typing import cast

import yaml
from pydantic import JsonValue, ValidationError

from evals.case import EvalCase
from evals.importing.identifiers import Kind
from evals.importing.proposals import kinds, must_mention, must_not_promise
from evals.importing.redaction import Correspondence, Redacted, redact
from guardrails.escalation import KINDS as ESCALATIONS
from guardrails.located_yaml import YamlError, parse_as
from guardrails.types import Complaint, Context
from guardrails.values.normal import normal
from service.schemas import Case, Result
from service.store.edits import AgentEdit

# How a result is handed over is no matter of what is written.
NOT_OF_A_CASE = ("delivery", "alternatives", "include_attempts")
NO_YAML = "it cannot be written as YAML"
LINE = 110
HASH_DIGITS = 10
SLUG_WORDS = 4
LINE_ENDS = re.compile("[\r\x85\u2028\u2029\ufeff]")  # which YAML would take for others, or for none
MARK = re.compile(r"<[^>]*>")
SLUG_WORD = re.compile(r"(?<![\w'’<-])[a-z]{4,16}(?![\w'’>-])")
STOPWORDS = frozenset(
    """
    about above after again against also although always another anyone anything around asked back because been before
    being between both came cannot come could days didn does doing done down each even ever every find first from gave
    getting give given goes gone good have having hear hello here hours into isn just keep know last like long look made
    make many maybe more most much must need never next nobody nothing once only other ours over paid please said same
    says should since some someone something still such take tell than that their them then there these they thing
    things think this those though through time times today told took tried truly under until upon used very want wanted
    wasn week weeks well went were what when where which while will with within without would year years your yours
    """.split()
)


@dataclass(frozen=True, slots=True)
class Made:
    """A case, its YAML, and how often each kind of thing was replaced in it."""

    case: EvalCase
    text: str
    replaced: dict[Kind, int]


@dataclass(frozen=True, slots=True)
class Dropped:
    """Why no case was made; `look` where a person may want to see which draft it was."""

    reason: str
    look: bool = False


def case_of(edit: AgentEdit, key: bytes, today: date) -> Made | Dropped:
    """The case that an edit makes, redacted; or why it makes none.

    The id comes from the texts without what was replaced in them, so that the same edit always has the same id,
    and that nothing can be learnt from it.
    """
    try:
        case = Case.model_validate_json(edit.case_json)
        result = Result.model_validate_json(edit.result_json)
    except ValidationError:  # its text quotes the customer
        return Dropped("the stored case cannot be read by this version", look=True)
    if useless := _useless(edit, result):
        return useless
    # A key of its own: with one for all, every customer would have the same invented name.
    own = hmac.digest(key, edit.draft_id.encode(), hashlib.sha256)
    redacted = redact(_correspondence(edit, case, result), own)
    if redacted.doubts:
        return Dropped(f"not certain to hold no personal data: {', '.join(redacted.doubts)}", look=True)
    return _written_down(edit, result, redacted, today)


def _written_down(edit: AgentEdit, result: Result, redacted: Redacted, today: date) -> Made | Dropped:
    try:
        made = _case(edit, result, redacted, today)
        text = as_yaml(made)
        again, _ = parse_as(text, EvalCase)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        return Dropped(f"{'.'.join(map(str, fault['loc']))} does not fit a case", look=True)
    except YamlError:
        return Dropped(NO_YAML, look=True)
    return Made(made, text, redacted.replaced) if again == made else Dropped(NO_YAML, look=True)


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in no more than white space, quotation marks, dashes and case."""
    return _words(one) == _words(other)


def as_yaml(case: EvalCase) -> str:
    """A case as its file holds it."""
    data = case.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=LINE)


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as such, and nothing that refers to anything."""

    def ignore_aliases(self, data: object) -> bool:
        """Our reader knows no aliases."""
        del data
        return True


def _written(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if LINE_ENDS.search(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _written)


def _useless(edit: AgentEdit, result: Result) -> Dropped | None:
    if edit.text is None:
        return Dropped("escalated, without a text" if result.escalate else "rejected without a text")
    if not edit.text.strip():
        return Dropped("the text is empty")
    offered = (result.draft, *(each.draft for each in result.alternatives or ()))
    if any(draft is not None and same_words(draft, edit.text) for draft in offered):
        return Dropped("the edit changed nothing")
    return None


def _words(text: str) -> str:
    return re.sub(r"[\"']", "", " ".join(normal(text).casefold().split()))


def _correspondence(edit: AgentEdit, case: Case, result: Result) -> Correspondence:
    context = case.context
    if context.now is None:
        context = context.model_copy(update={"now": edit.created_at})
    assert edit.text is not None
    return Correspondence(
        complaint=case.complaint,
        context=context,
        options=case.options,
        draft=result.draft,
        sent=edit.text,
        ref=case.id,
    )


def _case(edit: AgentEdit, result: Result, redacted: Redacted, today: date) -> EvalCase:
    data = redacted.data
    complaint = Complaint.model_validate_json(json.dumps(data["complaint"]))
    context = Context.model_validate_json(json.dumps(data["context"]))
    draft, sent = cast("str | None", data.get("draft")), str(data["sent"])
    assert context.now is not None
    made: dict[str, object] = {
        "id": _id(redacted.bare, context.brand, result.situation),
        "origin": f"imported on {today.isoformat()} from an agent's edit of draft {edit.draft_id}",
        "situation": result.situation,
        "kinds": kinds(complaint, context, result.escalate),
        "complaint": data["complaint"],
        "context": data["context"],
        "must_mention": must_mention(complaint, context, sent),
        "must_not_promise": must_not_promise(complaint, context, draft, sent, context.now),
    }
    if options := _options(data.get("options")):
        made["options"] = options
    if result.escalate and result.escalate.partition(":")[0] in ESCALATIONS:
        made["expect"] = {"status": "needs_review"}
    made["edit"] = {"draft": draft or None, "sent": sent}
    return EvalCase.model_validate_json(json.dumps(made))


def _options(options: JsonValue) -> dict[str, JsonValue]:
    if not isinstance(options, dict):
        return {}
    return {name: value for name, value in options.items() if name not in NOT_OF_A_CASE}


def _id(bare: tuple[str, ...], brand: str, situation: str) -> str:
    digest = hashlib.sha256("\x1f".join(bare).encode(errors="replace")).hexdigest()[:HASH_DIGITS]
    own = set(re.findall(r"\w+", brand.casefold()))
    words = (match.group() for match in SLUG_WORD.finditer(MARK.sub(" ", bare[0])))
    telling = list(dict.fromkeys(word for word in words if word not in STOPWORDS | own))[:SLUG_WORDS]
    slug = "-".join(telling) or re.sub(r"[^a-z0-9]+", "-", situation.casefold()).strip("-") or "case"
    return f"{slug}-{digest}"
