"""Flags words of the machinery: the prompt, an injected order, scaffolding, active content, a model's small talk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import dropwhile, islice

from guardrails.active_content import active_content
from guardrails.sentences import sentences
from guardrails.types import Draft, Finding, Reading
from guardrails.values.any_case import AnyCase, lowered
from guardrails.values.instructions import instructions
from guardrails.values.runs import Run, plain, shared, words_of
from guardrails.values.sources import case_text

PROMPT_RUN = 8  # words in a row; shorter ones happen by chance
ORDER_RUN = 6
FORBIDDEN_RUN = 4  # words with which a constraint begins that are compared; one of fewer than three says too little
FEWEST_FORBIDDEN = 3
EXCERPT = 80  # characters of a leak that the advice repeats
TAGS = (
    "think|thinking|thought|thoughts|reasoning|analysis|scratchpad|reflection|answer|reply|response|draft|output"
    "|complaint|"
    "context|facts?|remed(?:y|ies)|history|instructions?|system|user|assistant|policy|principles?|constraints?"
    "|customer|"
    "agent|email|message|case|situation|final|html|body|p|br|div|span|ul|ol|li|b|i|s|strong|em|h[1-6]|table|tr|td"
    # The other elements of HTML, old ones too; <time>, <title>, <code> and <details> are blanks instead.
    "|abbr|acronym|article|aside|bd[io]|big|blink|blockquote|caption|center|cite|col|colgroup|content|data|datalist"
    "|d[dlt]|del|dfn|dir|fieldset|figcaption|figure|font|footer|header|hgroup|hr|ins|kbd|label|legend|main|map|mark"
    "|menu|menuitem|meter|nav|nobr|optgroup|pre|progress|q|r[bpt]|rtc|ruby|samp|search|section|small|strike|sub|summary"
    "|sup|tbody|tfoot|thead|th|tt|u|var|wbr"
)
PHRASES: tuple[tuple[AnyCase | re.Pattern[str], str], ...] = (
    (
        AnyCase(
            (
                r"\b(?:"
                r"as (?:an? )?(?:ai|artificial intelligence|(?:large )?language model|chat ?bot|virtual assistant)\b"
                r"|(?:large )?language model\b"
                r"|ai (?:language )?model\b|i(?:['’]m| am) (?:just |only )?an? (?:ai|chat ?bot|virtual assistant"
                r"|bot)\b|my training data\b"
                r"|dear (?:customer support )?(?:ai|assistant|chat ?bot|bot)\b|customer support ai\b|als ki\b"
                r"|como (?:una )?ia\b|en tant qu['’]ia\b)"
            )
        ),
        "The customer would read that a machine wrote this.",
    ),
    (
        AnyCase(
            r"\b(?:i(?:['’]m| am) (?:sorry, but i )?(?:unable|not able) to (?:assist|comply|help) with (?:that"
            r"|this) request\b"
            r"|i (?:cannot|can['’]t|can not|won['’]t|am unable to|am not able to) (?:fulfil|fulfill|comply with"
            r"|assist with|generate|"
            r"provide assistance with|write) (?:that|this|your|the)(?: kind of| type of)? (?:request|prompt"
            r"|content|instructions?|reply|response|message|e-?mail)\b)"
        ),
        "This is a model's refusal, not a reply to the customer.",
    ),
    (
        AnyCase(
            (
                r"(?:^|(?<=[.!:]\s))(?:(?:sure|certainly|of course|absolutely|okay|ok|great)[,!.:]* )?here(?:['’]s| is"
                r"| are) (?:(?:a|an|the|your|my|one)\s)?"
                r"(?:[\w-]+\s){0,4}?(?:reply|response|draft|e-?mail|message|version|rewrite|revision)\b[^.\n:]{0,80}:"
                r"|^(?:(?:revised|final|improved|suggested|proposed|sample|draft|my|updated|rewritten)\s){1,2}(?:reply"
                r"|response|draft|e-?mail|message|version|answer)"
                r"(?: to the customer)?\s*:|^(?:reply|response|draft|output|answer|rewrite|revision)\s*:"
            ),
            re.MULTILINE,
        ),
        "These words introduce the reply; the customer should see only the reply.",
    ),
    (
        AnyCase(
            (
                r"\b(?:let me know if you(?:['’]d| would) like (?:me )?(?:any (?:changes|adjustments|revisions)"
                r"|to (?:revise|adjust|rewrite|make (?:any )?(?:changes|"
                r"it (?:shorter|longer|more))))|i hope this (?:draft|reply|response) (?:meets|helps you|works for)\b"
                r"|word count\s*:"
                r"|end of (?:reply|response|draft|message)\b|system prompt\b|(?:my|these|your) (?:system )?"
                r"(?:instructions|prompt|guidelines) (?:say|state|tell|require|forbid|provided|given|above)\b"
                # The driver may have ignored "the instructions given".
                r"|the (?:system )?(?:prompt|guidelines) (?:say|state|tell|require|forbid|provided|given|above)\b"
                r"|the (?:system )?instructions (?:say|state|tell|require|forbid|above)\b"
                r"|the (?:provided|given) (?:context|complaint|facts|policy|remedies|constraints)\b"
                r"|(?:context|complaint|facts|remedies|constraints) (?:provided|given) (?:above|below"
                r"|in the prompt)\b|(?:the )?authori[sz]ed remed(?:y|ies)\b)|^[ \t]*\(?\d+ words\)?[ \t]*$"
            ),
            re.MULTILINE,
        ),
        "This speaks about the task of writing, not to the customer.",
    ),
    (
        AnyCase(
            rf"</[a-z][\w-]{{0,30}}\s*>|<(?:{TAGS})(?:\s[^<>\n]{{0,80}})?/?>|<\|[\w-]{{1,30}}\|>"
            r"|\[/?(?:inst|sys|system|user|assistant)\]|<</?sys>>"
        ),
        "This is a tag of the machinery.",
    ),
    (
        re.compile(
            (
                r"(?=[`~#\s|*_!\[])(?:"  # how each of these begins
                r"```+\w*|~~~+|^#{1,6} (?=\S)|^\s{0,3}\|.{0,200}\|[ \t]*$|\*\*[^*\n]{1,200}\*\*"
                r"|(?<!\w)__[^_\s][^_\n]{0,200}__(?!\w)|!?\[[^\[\]\n]{0,200}\]\([^()\s]{1,300}\))"
            ),
            re.MULTILINE,
        ),
        "This is Markdown, which the customer would see as stray signs.",
    ),
    (
        AnyCase(
            r"^[ \t]*[\[{][ \t\n]{0,9}\"|[\"'][a-z_]{2,30}[\"']\s*:\s*[\"\[{]|^[ \t]*\}[ \t]*$|\\n\\n", re.MULTILINE
        ),
        "This is JSON, not a reply.",
    ),
    (
        AnyCase(
            (
                r"^[ \t]*(?:assistant|system|user|human|ai|bot|model|chatbot)\s*:|^[ \t]*(?:agent|customer"
                r"|complaint|context|facts)\s*:(?=[ \t]+(?:\S{1,40}[ \t]+){4})"
            ),
            re.MULTILINE,
        ),
        "This label names a role in a chat with a model.",
    ),
)
QUOTED = re.compile(r"[\"“«]([^\"“”«»\n]{3,200})[\"”»]|(?<!\w)['‘]([^'‘’\n]{3,200})['’](?!\w)")
# How a constraint begins that forbids the writer something: a customer would be told none of it in these words.
FORBIDS = AnyCase(
    r"(?:do not|don['’]t|never|avoid)\b|(?:name|promise|say|mention|offer|give|admit|confirm|discuss) (?:no|nothing)\b"
)
POLITE = frozenset({"please", "kindly", "and", "so"})
SHOUTED = re.compile(r"(?:\b[A-Z][A-Z0-9_-]{3,}\b ?){1,12}")


@dataclass(frozen=True, slots=True)
class Leakage:
    """Nothing of the prompt, of an order inside the complaint or of the format stands in it, and nothing active."""

    name = "leakage"
    scale = None

    def read(self, draft: Draft) -> Reading:
        """Faulty where such words are found."""
        known = case_text(draft)
        findings = (
            *active_content(draft.text),
            *phrases(draft.text, known.casefold()),
            *from_prompt(draft, known),
            *from_orders(draft, known),
            *from_constraints(draft),
        )
        kept = without_overlap(findings)
        if not kept:
            return Reading()
        words = "; ".join(dict.fromkeys(f"'{shortened(draft.text[each.start : each.end])}'" for each in kept))
        return Reading(
            faulty=True,
            findings=kept,
            advice=f"Remove {words}, and write only what the customer should read, as plain text.",
        )


def phrases(text: str, known: str) -> Iterator[Finding]:
    """Scaffolding and phrases of a model; what customer or business themselves wrote may be repeated."""
    for pattern, reason in PHRASES:
        for match in pattern.finditer(text):
            found = text[match.start() : match.end()]
            if found.strip().casefold() not in known and found.strip():
                offset = len(found) - len(found.lstrip())
                yield Finding(match.start() + offset, match.start() + len(found.rstrip()), reason)


def from_prompt(draft: Draft, known: str) -> Iterator[Finding]:
    """Runs of the prompt's own words."""
    for start, end in shared(draft.text, draft.prompt, PROMPT_RUN, known):
        yield Finding(start, end, "These words stand in the prompt that the model was given, not in the case.")


def from_orders(draft: Draft, known: str) -> Iterator[Finding]:
    """Words that an order inside the complaint, or inside the history, wants to see in the reply."""
    history = (item.text for item in draft.context.history or ()) if draft.context else ()
    reason = "The complaint orders the writer to say this; such orders are not followed."
    for source in (draft.complaint, *history):
        for order in instructions(source):
            for start, end in shared(draft.text, order.text, ORDER_RUN, known):
                if not re.search(r"sorry|apolog", draft.text[start:end], re.IGNORECASE):
                    yield Finding(start, end, reason)
            for payload in payloads(order.text):
                at = lowered(draft.text).find(lowered(payload))
                if at >= 0 and payload.casefold() not in known.casefold():
                    yield Finding(at, at + len(payload), reason)


def from_constraints(draft: Draft) -> Iterator[Finding]:
    """Sentences that pass on to the customer what a constraint forbids the writer."""
    constraints = (draft.context.constraints or ()) if draft.context else ()
    orders = {first_words(order.text) for each in constraints for order in sentences(each) if FORBIDS.match(order.text)}
    for sentence in sentences(draft.text) if orders else ():
        said = first_words(sentence.text, POLITE)
        if len(said) >= FEWEST_FORBIDDEN and said in orders:
            reason = "A constraint says this to the writer; it is no sentence for the customer."
            yield Finding(sentence.start, sentence.end, reason)


def first_words(text: str, without: frozenset[str] = frozenset()) -> Run:
    """The words with which a text begins, less those of `without` that stand before them."""
    words = dropwhile(without.__contains__, (plain(word.group()) for word in words_of(text)))
    return tuple(islice(words, FORBIDDEN_RUN))


def payloads(order: str) -> Iterator[str]:
    """The words that an order quotes or shouts: those that it wants repeated."""
    for match in QUOTED.finditer(order):
        yield (match.group(1) or match.group(2)).strip().rstrip(".!")
    for match in SHOUTED.finditer(order):
        if match.group().strip() != order.strip():
            yield match.group().strip()


def without_overlap(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings in the order of the text, the first and longest kept where some overlap."""
    kept: list[Finding] = []
    for finding in sorted(findings, key=lambda each: (each.start, -each.end)):
        if finding.end > finding.start and (not kept or finding.start >= kept[-1].end):
            kept.append(finding)
    return tuple(kept)


def shortened(words: str) -> str:
    """The beginning of the words, on one line."""
    line = " ".join(words.split())
    return line if len(line) <= EXCERPT else f"{line[:EXCERPT]}..."
