"""The words of a text that carry its meaning, reduced so that different forms of one word meet."""

from __future__ import annotations

import re
from functools import lru_cache

from guardrails.values.normal import normal, word_set

WORD = re.compile(r"[a-zà-ÿ]+(?:'[a-z]+)?|\d+", re.IGNORECASE)
EMPTY = word_set(
    """
    first second third last next across around a an the this that these those and or but if so as at by for
    from in into of off on onto out over to up upon with within without about after again all also am any are
    aren't be because been before being between both can can't cannot could did didn't do does doesn't doing
    don't done down during each even ever every few further had has have haven't having he her here hers him
    his how i i'd i'll i'm i've is isn't it it's its itself just let me more most much must my no nor not now
    once only other our ours own per please quite rather really same shall she should since some soon still
    such than their theirs them then there they they're through too under until us very was wasn't we we'd
    we'll we're we've were what when where which while who whom whose why will won't would yes yet you you'd
    you'll you're you've your yours yourself already able got get gets getting one ones way well make made
    makes making take takes taken took put currently directly personally immediately recently unfortunately
    completely fully clearly simply truly sincerely kindly exactly thing things matter time dear hi hello
    thank thanks sorry apologise apologize apologies apology regret today happen happened dr mr mrs ms along
    against among via regarding
    """
)
# Words that mean the same in a complaint's answer; every one stands for the first.
SAME = (
    "parcel package shipment consignment box",
    "courier carrier driver",
    "call ring phone telephone handset mobile",
    "email mail",
    "refund reimburse repay",
    "replace replacement exchange swap",
    "voucher coupon",
    "broken break broke damage smash shatter crack",
    "late delay overdue",
    "staff employee colleague personnel crew",
    "storm weather snow wind rain",
    "send sent ship post dispatch despatch",
    "bill charge invoice",
    "cost fee price",
    "system software computer",
    "fault error bug glitch defect",
    "miss missing lost lose",
    "speak spoke spoken talk",
    "check inspect review examine investigate look",
    "buy bought purchase order",
    "pay paid payment",
    "flat apartment",
    "hotel property",
    "technician engineer mechanic",
    "guest customer client passenger",
    "photo picture image",
    "cancel cancellation",
    "repair fix mend",
    "arrange arrangement schedule book booking",
    "strike walkout",
    "short shortage understaffed",
    "deliver delivery",
    "close closure shut",
    "ac aircon conditioning conditioner",
    "mum mom mother",
    "dad father",
    "lend lent loan loaner borrow",
    "clean wash",
    "free complimentary",
    "queue line",
    "rude impolite",
    "sick ill illness",
    "tyre tire",
)
IRREGULAR = {
    "sent": "send", "spoke": "speak", "spoken": "speak", "told": "tell", "gave": "give", "given": "give",
    "found": "find",
    "lost": "lose", "left": "leave", "broke": "break", "broken": "break", "paid": "pay", "held": "hold", "kept": "keep",
    "written": "write", "wrote": "write", "brought": "bring", "bought": "buy", "met": "meet", "chosen": "choose",
    "chose": "choose", "fell": "fall", "fallen": "fall", "froze": "freeze", "frozen": "freeze", "heard": "hear",
    "people": "person",
}  # fmt: skip


SUFFIXES = (
    "ations", "ation", "ating", "ated", "ates", "ate", "ments", "ment", "iness", "ings", "ing", "ies", "ied", "ed",
    "es", "ly", "s",
)  # fmt: skip
SHORTEST = 3  # letters of a stem


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """One form for the forms of an English word; not always a word itself."""
    word = word.lower().removesuffix("'s")
    word = IRREGULAR.get(word, word)
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) >= len(suffix) + SHORTEST and not word.endswith("ss"):
            word = word[: -len(suffix)] + ("y" if suffix in ("ies", "ied", "iness") else "")
            break
    if len(word) > SHORTEST and word[-1] == word[-2] and word[-1] not in "aeiousl":
        word = word[:-1]
    return word.rstrip("e") if len(word) > SHORTEST else word


GROUPS = {stem(word): f"={words.split()[0]}" for words in SAME for word in words.split()}


def meaning(word: str) -> str:
    """What a word is compared by: its group of words of one meaning, or its stem."""
    reduced = stem(word)
    return GROUPS.get(reduced, reduced)


@lru_cache(maxsize=512)
def meanings(text: str) -> frozenset[str]:
    """What the words of a text mean, without those that carry nothing."""
    words = {word.lower() for word in WORD.findall(normal(text))}
    return frozenset(meaning(word) for word in words - EMPTY if len(word) > 1)
