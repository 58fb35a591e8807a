"""Flags numbers and data that identify people: a reply that carries them harms the customer, or somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from guardrails.sentences import sentences
from guardrails.types import Draft, Finding, Reading
from guardrails.values.any_case import AnyCase
from guardrails.values.contacts import PIECE, Contact, contacts, email_pieces
from guardrails.values.identity_numbers import secrets
from guardrails.values.references import PRIVATE, ROOMS, Reference, references
from guardrails.values.sensitive import ADDRESS, FREE_MAIL, HEALTH, IN_GENERAL, LONGEST_GENERAL, OTHERS
from guardrails.values.sources import case_texts, context_texts
from guardrails.values.withheld import telling_spans, withheld

CAPITALISED = re.compile(r"\b[A-Z][a-zà-ÿ'’-]{2,}\b|\b\d{3,5}\b")
# The first word of a sentence, which has a capital whatever it is; before another one it may be a name.
FIRST = re.compile(r"[A-Z][a-zà-ÿ'’-]{2,}\b(?! [A-Z])")
# What begins with a capital and names nobody.
NO_NAME = re.compile(
    r"(?:The|This|That|These|Those|Another|Other|His|Her|Their|Our|They|Room|Please|I['’]\w+"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|Mon|Tue|Wed|Thu|Fri|Sat|Sun"
    r"|Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
# How records speak of the one who complains.
CUSTOMER = AnyCase(
    r"\b(?:account|customer|guest|client|member|patient|passenger|subscriber|policyholder|tenant|on file"
    r"|registered|delivery address|home address|(?:his|her|their|contact) (?:number|phone|mobile|e-?mail|address))\b",
)
LAST_FIRST = re.compile(r"\A\s*([^\W\d_][\w'’-]+), ([A-Z][\w'’-]+(?: [A-Z]\.?)?)\s*\Z")  # "Okafor, Dana"
NAME_PIECE = re.compile(r"[^\W\d_]{3,}")  # of "Okafor-Smith" and "O'Kafor"
MOST_TITLE = 3  # letters: "Mr", "Ms", "Dr" and initials are no names
MOST_ADDRESSES = 20  # of one case; whoever writes more writes somebody else's
AND = re.compile(r"\s+(?:and|und|et|y)\s+|[&,/]")
TITLES = frozenset("mr mrs ms miss mx dr prof professor sir madam lady lord rev reverend herr frau m mme mlle".split())
BY_NAMES = frozenset(
    """
    big little old young grumpy happy angry poor aunty auntie aunt uncle grandma grandpa granny gran nan nana chef coach
    captain dj pensioner anonymous exacting the oom tannie
    """.split()
)


@dataclass(frozen=True, slots=True)
class PersonalData:
    """No secret numbers and no data of others; in a public reply nothing that tells who the customer is."""

    name = "personal_data"
    scale = None

    def read(self, draft: Draft) -> Reading:
        """Faulty where such data stand in the draft; publicity that is unknown is not assumed."""
        seen = [*secret_numbers(draft.text), *of_others(draft), *of_withheld(draft)]
        if draft.public:
            seen.extend(public_data(draft))
        findings: list[Finding] = []
        for finding in sorted(seen, key=lambda each: (each.start, -each.end)):
            if not findings or finding.start >= findings[-1].end:
                findings.append(finding)
        if not findings:
            return Reading()
        words = ", ".join(dict.fromkeys(f"'{draft.text[each.start : each.end]}'" for each in findings))
        where = ", or ask the customer to continue in private" if draft.public else ""
        return Reading(faulty=True, findings=tuple(findings), advice=f"Remove {words} from the reply{where}.")


def secret_numbers(text: str) -> Iterator[Finding]:
    """Cards, accounts, national ids and passwords: never, in any reply."""
    for secret in secrets(text):
        yield Finding(secret.start, secret.end, f"This looks like {secret.what}, which no reply may carry.")


def of_others(draft: Draft) -> Iterator[Finding]:
    """Contacts, names and rooms of people who are neither the customer nor the business."""
    private, free = others_words(draft)
    for contact in contacts(draft.text):
        if contact.kind == "url" or contact.key in free:
            continue
        if contact.key in private or FREE_MAIL.search(draft.text[contact.start : contact.end]):
            yield Finding(
                contact.start,
                contact.end,
                "This contact belongs neither to the customer nor to the business.",
            )
    for match in CAPITALISED.finditer(draft.text) if private else ():
        if match.group() in private and match.group() not in free:
            yield Finding(match.start(), match.end(), "This is about somebody other than the customer.")


def of_withheld(draft: Draft) -> Iterator[Finding]:
    """Names, doors, places and contacts of people whom a constraint keeps out of the reply."""
    kept_out = withheld(draft.complaint, draft.customer_name, draft.context)
    for start, end in telling_spans(draft.text, kept_out):
        yield Finding(start, end, "A constraint says that this person must not be told of.")


def others_words(draft: Draft) -> tuple[frozenset[str], frozenset[str]]:
    """What stands only in sentences about other people, and what stands elsewhere in the case."""
    private: set[str] = set()
    free: set[str] = set()
    for text in case_texts(draft):
        for sentence in sentences(text):
            contact_keys = {contact.key for contact in contacts(sentence.text)}
            words = {match.group() for match in CAPITALISED.finditer(sentence.text)}
            if not OTHERS.search(sentence.text):
                free |= words | contact_keys
                continue
            first = FIRST.match(sentence.text)
            private |= (words - {first.group()} if first else words) | contact_keys
    return frozenset(word for word in private if not NO_NAME.fullmatch(word)), frozenset(free)


def public_data(draft: Draft) -> Iterator[Finding]:
    """What tells others who the customer is."""
    yield from surname(draft)
    yield from contact_data(draft)
    yield from numbers(draft)
    ours = business_text(draft)
    for match in ADDRESS.finditer(draft.text):
        if match.group() not in ours:
            yield Finding(match.start(), match.end(), "An address does not belong in a public reply.")
    brand = draft.context.brand if draft.context else ""
    for match in HEALTH.finditer(draft.text):
        # "Every allergy goes on the ticket" says nothing of this customer.
        in_general = IN_GENERAL.search(draft.text[max(0, match.start() - LONGEST_GENERAL) : match.start()])
        if match.group().casefold() not in brand.casefold() and not in_general:
            yield Finding(match.start(), match.end(), "The customer's health does not belong in a public reply.")


def surname(draft: Draft) -> Iterator[Finding]:
    """The customer's name beyond the first name."""
    agent = (draft.context.agent.name if draft.context else "").casefold().split()
    for name in (*surnames(draft.customer_name or ""), *surnames_in_facts(draft)):
        told = [each for each in (name, *NAME_PIECE.findall(name)) if each.casefold() not in agent]
        if not told:
            continue
        for match in re.finditer(rf"(?<!\w)(?:{'|'.join(map(re.escape, told))})(?!\w)", draft.text, re.IGNORECASE):
            # "one day" tells nothing of a Ms Day-Lewis.
            if match.group()[0].isupper() or match.group().casefold() == name.casefold():
                yield Finding(match.start(), match.end(), "The customer's surname does not belong in a public reply.")


def surnames(name: str) -> Iterator[str]:
    """What stands behind the first name, of each person named; in "Mr Okafor" the name behind the title.

    Words in lower case and by-names ("Big Tony", "Nan of 6") are nobody's surname.
    """
    in_order = LAST_FIRST.sub(r"\2 \1", name)
    for person in AND.split(in_order):
        words = [word.strip(".,'’\"()") for word in person.split()]
        titled = bool(words) and words[0].casefold() in TITLES
        kept = [word for word in words if word.casefold() not in TITLES | BY_NAMES]
        behind = kept if titled and len(kept) == 1 else kept[1:]
        typed_small = person.islower() and len(kept) == 2  # noqa: PLR2004  # "maria lopez"
        yield from (word for word in behind if len(word) > 1 and (word[0].isupper() or typed_small))


def surnames_in_facts(draft: Draft) -> Iterator[str]:
    """What stands behind the customer's first name where a fact gives the whole name."""
    facts = "\n".join((draft.context.facts if draft.context else None) or ())
    for first in (draft.customer_name or "").split()[:1]:
        for match in re.finditer(rf"(?<!\w){re.escape(first)} ([A-Z][\w'’-]+)", facts):
            yield match.group(1)


def contact_data(draft: Draft) -> Iterator[Finding]:
    """The customer's e-mail addresses and phone numbers, that is, those that the business did not give."""
    ours = {contact.key for contact in contacts(business_text(draft))}
    earlier = (draft.context.history if draft.context else None) or ()
    said = (draft.complaint, *(item.text for item in earlier if item.sender == "customer"))
    known = [contact for text in (*said, *customers_facts(draft)) for contact in contacts(text)]
    theirs = {contact.key for contact in known}
    for contact in contacts(draft.text):
        if contact.kind != "url" and contact.key in theirs and contact.key not in ours:
            what = "e-mail address" if contact.kind == "email" else "phone number"
            yield Finding(contact.start, contact.end, f"The customer's {what} does not belong in a public reply.")
    theirs_alone = dict.fromkeys(each.key for each in known if each.kind == "email" and each.key not in ours)
    yield from address_pieces(draft, tuple(theirs_alone)[:MOST_ADDRESSES])


def address_pieces(draft: Draft, addresses: Sequence[str]) -> Iterator[Finding]:
    """The customer's e-mail addresses, taken to pieces; the first name and the business's own words tell nothing."""
    if not addresses:  # as in nearly every case
        return
    called = frozenset(part.casefold() for part in PIECE.findall(draft.customer_name or ""))
    ours = business_text(draft).casefold()
    for start, end in email_pieces(draft.text, addresses, called):
        if draft.text[start:end].casefold() not in ours:
            yield Finding(start, end, "This is part of the customer's e-mail address, which is not for the public.")


def numbers(draft: Draft) -> Iterator[Finding]:
    """Order, booking and room numbers."""
    asked = {each.key for each in references(required_text(draft))}
    known = {each.key: each for text in case_texts(draft) for each in references(text) if each.label}
    ref = draft.context.customer_ref if draft.context else None
    for each in references(draft.text):
        if each.key in asked or phone_at(each, contacts(draft.text)):
            continue
        label = (
            each.label if each.label in PRIVATE | ROOMS else known[each.key].label if each.key in known else each.label
        )
        if label in ROOMS or label in PRIVATE:
            yield Finding(each.start, each.end, f"The customer's {label} number does not belong in a public reply.")
    for match in re.finditer(rf"(?<!\w){re.escape(ref)}(?!\w)", draft.text) if ref else ():
        yield Finding(match.start(), match.end(), "The customer's reference does not belong in a public reply.")


def phone_at(reference: Reference, known: tuple[Contact, ...]) -> bool:
    """Whether this number is part of a phone number or a link."""
    return any(contact.start <= reference.start < contact.end for contact in known)


def required_text(draft: Draft) -> str:
    """What the business wants to be said: follow-up and constraints."""
    if not draft.context:
        return ""
    follow_up = draft.context.follow_up
    reach = (follow_up.channel, follow_up.person, follow_up.team, follow_up.by) if follow_up else ()
    return "\n".join((*(each for each in reach if each), *(draft.context.constraints or ())))


def business_text(draft: Draft) -> str:
    """What the business itself states of itself: neither earlier messages nor facts about the customer."""
    if not draft.context:
        return ""
    theirs = customers_facts(draft)
    ours = tuple(fact for fact in draft.context.facts or () if fact not in theirs)
    return "\n".join(context_texts(draft.context.model_copy(update={"history": None, "facts": ours})))


def customers_facts(draft: Draft) -> tuple[str, ...]:
    """The facts that speak of the customer: a contact or an address in one of them is the customer's own."""
    names = [name for name in (draft.customer_name or "").casefold().split() if len(name) > MOST_TITLE]
    facts = (draft.context.facts if draft.context else None) or ()
    return tuple(fact for fact in facts if CUSTOMER.search(fact) or any(name in fact.casefold() for name in names))
