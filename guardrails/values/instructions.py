"""Finds the sentences of a complaint that give orders to whoever writes the reply, which are never obeyed."""

from __future__ import annotations

import re
from functools import lru_cache

from guardrails.sentences import Span, sentences
from guardrails.values.any_case import AnyCase

OVERRIDE = AnyCase(
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.!?\n]{0,40}\b(?:instructions?|rules?|prompts?"
    r"|guidelines?|"
    r"constraints?|polic(?:y|ies)|directions?|training|everything|above|previous)\b"
    r"|\b(?:system|developer|admin(?:istrator)?|hidden|new|updated) (?:prompt|message|note|instructions?"
    r"|override"
    r"|mode)\b"
    r"|\b(?:note|message|instructions?|attention|memo|hey|dear|hi|hello)[ ,]+(?:(?:to|for) )?(?:the |any "
    r"|whatever |whichever )?"
    r"(?:ai|llm|assistant|chat ?bot|bot|language model|model|chatgpt|gpt)\b"
    r"|\byou are (?:now )?(?:an? |the |in )?(?:ai|assistant|chat ?bot|bot|language model|dan|developer mode"
    r"|unrestricted)\b"
    r"|\b(?:act|behave) as (?:if|an?|the)\b|\bpretend (?:to be|you|that)\b|\bjailbreak\b|\brepeat after me\b"
    r"|(?:^|\n)[ \t]*(?:#{1,6}[ \t]*)?(?:system|assistant|instructions?|ai|bot)\s*:|</?(?:system"
    r"|instructions?|s"
    r"|inst)>|\[/?inst\]|<\|"
    r"|\b(?:ignorier|vergiss|ignora|olvida|ignorez|oubliez|ignore[zr]?|dimentica)\w*\b[^.!?\n]{0,40}"
    r"\b(?:anweisung|instrucci|instruction|consigne|instru[cç]|istruzion|regel|reglas|r[eè]gles)",
)
ORDER = AnyCase(
    r"(?:^|[,;:–—]\s*|\b(?:please|now|then|and|just|also|kindly|instead|you (?:must|should|shall|will|have to"
    r"|need to|are to|to))\s+)"
    r"(?:(?:write|say|state|output|print|type|copy|paste|claim|admit in writing|pretend)\b(?!\s+(?:back"
    r"|sorry|so"
    r"|no|to me|it all))"
    r"(?:\s+(?:that|this|exactly|only|the (?:words?|sentence|phrase|text|line|following)|in (?:your"
    r"|the) (?:reply"
    r"|response|answer)"
    r"|you|we|[\"'“‘:]|a (?:reply|response|poem|story))|\s*:)"
    r"|(?:reply|respond|answer|begin|start|end|finish|sign(?: off)?|close) (?:only |exactly |always "
    r"|your (?:reply"
    r"|message|response|answer) )?"
    r"(?:with|saying|by saying|in the style|as)\b(?! (?:soon|quickly|(?:a|an|some|your|any"
    r"|the)? ?(?:update|date"
    r"|answer|solution|details?|"
    r"information|confirmation|possible)))"
    r"|(?:include|insert|add|mention|put|use|repeat|quote|append)\s+(?:the|this|these|following|exactly"
    r"|in your (?:reply|response|answer))"
    r"\s*(?:exact |following )?(?:[a-z-]+ )?(?:words?|sentences?|phrases?|text|lines?|statement|link|code"
    r"|url|[\"'“:])"
    r"|(?:tell|inform) (?:me|us|the (?:customer|user|reader)|everyone) that (?:you|we|i)(?: will| are"
    r"|['’]ll| have"
    r"|['’]re| am)\b)",
)
# What may go on giving orders after one that set the rules aside.
FOLLOWING = re.compile(
    r"\s*(?:please |now |and |then |instead,? |also |just )*(?:you (?:must|will|should|are|have|shall)|do"
    r"|don['’]t"
    r"|never|always|offer|give|"
    r"promise|refund|tell|call|sign|send|approve|issue|grant|confirm|write|say|state|reply|respond|answer"
    r"|include"
    r"|add|mention|output|print|"
    r"reveal|show|use|end|start|begin|provide|credit|pay|transfer|agree|admit|apologi[sz]e|make|put|insert"
    r"|quote"
    r"|repeat|the reply|your reply|(?:the )?(?:agent|assistant|writer|bot|response|model|AI) (?:must"
    r"|should|shall|will|has to|is to"
    r"|needs to)|"
    r"from now)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=128)
def instructions(text: str) -> tuple[Span, ...]:
    """The sentences that order the writer of the reply about, in the order of the text."""
    found, after_override = [], False
    for sentence in sentences(text):
        overrides = bool(OVERRIDE.search(sentence.text))
        if overrides or ORDER.search(sentence.text) or (after_override and FOLLOWING.match(sentence.text)):
            found.append(sentence)
            after_override = after_override or overrides
        else:
            after_override = False
    return tuple(found)


@lru_cache(maxsize=128)
def without_instructions(text: str) -> str:
    """The text with every such sentence blanked out, so that offsets still hold."""
    kept = text
    for span in instructions(text):
        kept = kept[: span.start] + " " * (span.end - span.start) + kept[span.end :]
    return kept
