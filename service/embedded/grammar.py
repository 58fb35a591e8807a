"""Holds the embedded model to the case: a grammar in which it can write no name and no number of its own.

Words in small letters are free. A word with a capital or a digit must stand in the case as it is, unless it is one of
the words with which English sentences begin. So names, amounts, dates, references and contacts can be misplaced, but
not misspelt or invented; the sentences stay the model's. Out of reach is what may not be told: in a public reply who
the customer is, and in a revision what a check found. A model this small writes it again, however it is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from guardrails.checks.personal_data import public_data, surnames
from guardrails.types import Complaint, Context, Draft, Verdict
from guardrails.values.sources import case_texts
from guardrails.values.withheld import Withheld, telling_spans, withheld
from service.fence import harmless
from service.prompt_values import MONTHS, WEEKDAYS

# Words that may begin a sentence, a greeting or a farewell without standing in the case.
OPENERS = """
A About After All Also An And Another Any Apologies Are As Ask At Based Because Before Best Both But By Call Can
Check Could Dear Did Do Each Either Every Everything For From Given Good Had Has Have He Hello Her Here Hi His
How I If In Instead Is It Its Just Kind Let Like Many May Meanwhile Message More My Neither Next No Nobody Not
Nothing Now Of On Once One Only Open Or Our Over Pick Please Regards Reply Send She Should Show Simply Since So
Some Someone Sorry Tell Thank Thanks That The Their Then There These They This Those Three Through To Today
Together Tomorrow Tonight Two Under Until Use Version Very Was We Were What When Where Which While Who Why Will
With Within Without Would Write Wrong Yes Yesterday You Your Yours
""".split()
BY_NAME = "Dear"  # begins a greeting by name: without one the model greets by whatever words come ("Dear partner")
LETTERS = "a-zß-öø-ÿ"
SPECIAL = re.compile(r"[^a-zß-öø-ÿ'’-]")
HANDLE_PARTS = re.compile("[^\\W\\d_]{2,}")  # "@tim_b92" may be called Tim
EDGES = ".,;:!?\"'’‘“”()[]<>…*"
NOT_TO_TELL = ("personal_data", "constraints")  # checks whose findings are words that may stand nowhere
LONGEST_FOUND = 40  # characters: a longer finding is a sentence, and its words are not to blame one by one
COUNT = re.compile(r"\d{1,2}")  # "214" tells a room; "3" and "10" count days, too
MOST_VALUES = 400  # of one case; the rest is the end of a very long complaint
RULES = rf"""root ::= opening (gap word | stop opening)* [.!?"”)]*
opening ::= opener contraction? | value | small | "DM"
word ::= small | value | "I" contraction? | "DM"
small ::= [{LETTERS}]+ contraction? ("-" [{LETTERS}]+)*
contraction ::= ['’] [a-z]+
gap ::= [,;:]? [”"’)]? [ ] [“"‘(]? | [ ]? [–—-] [ ]? | "/"
stop ::= [”"’)]? [.!?…:]+ [”"’)]? ([ ] | "\n" "\n"?) | ","? "\n" "\n"?"""


def grammar_of(complaint: Complaint, context: Context, verdicts: Sequence[Verdict] = ()) -> str:
    """The grammar of a reply to this case, in llama.cpp's notation (GBNF); `verdicts` are those on an earlier draft."""
    kept_out = withheld(complaint.text, complaint.customer_name, context)
    private = {*_private(complaint, context), *_surname_parts(complaint, context)} if complaint.is_public else set()
    written = (value for value in dict.fromkeys(_values(complaint, context)) if not _tells(value, kept_out))
    nameless = () if complaint.customer_name else (BY_NAME,)
    barred = {*nameless, *_not_to_tell(verdicts)}
    values = [value for value in written if value not in barred and _base(value) not in private][:MOST_VALUES]
    openers = " | ".join(_literal(word) for word in OPENERS if word not in nameless)
    if not values:
        return f"{RULES}\nopener ::= {openers}\nvalue ::= opener"
    return f'{RULES}\nopener ::= {openers}\nvalue ::= ({" | ".join(map(_literal, values))}) ("\'s" | "’s")?'


def _not_to_tell(verdicts: Sequence[Verdict]) -> Iterator[str]:
    for verdict in verdicts:
        if verdict.check in NOT_TO_TELL and not verdict.passed:
            yield from _special(each.excerpt for each in verdict.findings if len(each.excerpt) <= LONGEST_FOUND)


def _private(complaint: Complaint, context: Context) -> Iterator[str]:
    """What the case says that would tell the readers of a public reply who the customer is."""
    case = Draft(text="", complaint=complaint.text, public=True, customer_name=complaint.customer_name, context=context)
    for draft in map(case.with_text, case_texts(case)):
        words = _special(draft.text[each.start : each.end] for each in public_data(draft))
        yield from (_base(word) for word in words if not COUNT.fullmatch(word))


def _surname_parts(complaint: Complaint, context: Context) -> Iterator[str]:
    ours = context.agent.name.casefold().split()
    for name in surnames(complaint.customer_name or ""):
        yield from (part for part in map(str.casefold, HANDLE_PARTS.findall(name)) if part not in ours)


def _base(value: str) -> str:
    return re.sub(r"['’]s?$", "", value).lstrip("#").casefold()


def _tells(value: str, kept_out: Withheld) -> bool:
    return any(True for _ in telling_spans(value, kept_out))


def _values(complaint: Complaint, context: Context) -> Iterator[str]:
    """The words of the case that are not plain small words; of what the customer shouted, none of letters alone."""
    yield from _special([*_of_business(context), complaint.customer_name or ""])
    yield from (part.capitalize() for part in HANDLE_PARTS.findall(complaint.customer_name or ""))
    for text in (complaint.text, *(item.text for item in context.history or ())):
        yield from (word for word in _special([text]) if not word.isupper() or not word.isalpha())


def _of_business(context: Context) -> Iterator[str]:
    yield context.brand
    yield from (context.agent.name, context.agent.role or "")
    yield from context.facts or ()
    yield from (remedy.text for remedy in context.remedies or ())
    yield from context.constraints or ()
    contact = context.follow_up
    if contact:
        yield from (text for text in (contact.person, contact.team, contact.channel, contact.by) if text)
    if context.now:
        yield f"{WEEKDAYS[context.now.weekday()]} {context.now.day} {MONTHS[context.now.month - 1]} {context.now.year}"


def _special(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for raw in harmless(text).split():  # as the prompt shows it
            word = raw.strip(EDGES)
            if word and SPECIAL.search(word):
                yield word


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
