"""Words for health, for addresses, and for people other than the customer."""

from __future__ import annotations

import re

from guardrails.values.any_case import AnyCase

HEALTH = AnyCase(
    r"\b(?:diagnos(?:is|ed)|allerg(?:y|ies|ic)|pregnan(?:t|cy)|miscarriage|diabet(?:es|ic)|insulin"
    r"|asthma(?:tic)?"
    r"|epilep(?:sy|tic)|cancer|"
    r"chemotherapy|tumou?r|stroke|heart (?:attack|condition|disease)|surgery|operation on your"
    r"|hospitali[sz]ed"
    r"|in hospital|medication|medicines?|"
    r"prescription|disab(?:led|ility)|wheelchair|autis(?:m|tic)|adhd|depress(?:ion|ed)|anxiety|panic attacks?"
    r"|bipolar|dementia|"
    r"alzheimer(?:['’]s)?|hiv|covid(?:-19)?|infection|food poisoning|vomit(?:ed|ing)|injur(?:y|ies|ed)"
    r"|broken (?:leg|arm|ankle|wrist|hip)|"
    r"root canal|biops(?:y|ies)|smear tests?|physio(?:therapy|therapist)?|hearing aids?|ivf|blood (?:tests?|pressure"
    r"|samples?)|dialysis|painkillers?|antibiotics|migraines?|mammogram|ultrasound|"
    r"concussion|mental health|medical condition|your (?:illness|condition|health|symptoms|treatment))\b",
)
LONGEST_GENERAL = 6  # characters
IN_GENERAL = re.compile(r"(?<!\w)(?:every|each|any|all) \Z", re.IGNORECASE)
ADDRESS = re.compile(
    r"\b\d{1,5}[A-Za-z]?,? (?:[A-Z][\w'’.-]+ ){1,4}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Close"
    r"|Court|Ct"
    r"|Way|Place|Pl|Boulevard|Blvd|"
    r"Terrace|Gardens|Crescent|Square|Sq|Hill|Grove|Park|Mews|Row|Walk|Highway|Hwy|Parkway|Circle|Quay"
    r"|Wharf)\b\.?"
    r"|\b[A-ZÄÖÜ][\w-]{2,30}(?:stra(?:ß|ss)e|str\.|weg|platz|gasse|allee) \d{1,4}\b|\b(?:rue|calle|avenida"
    r"|rua) [A-Z][\w'’ -]{2,40}\d{0,4}"
    r"|\b[Vv]ia(?: d[aei]l{0,2}[aei'’]?)?(?: [A-Z][\w'’]+){1,3},? \d{1,4}\b"  # without a number "via Dubai" is a way
    r"|\b(?:GIR ?0AA|[A-PR-UWYZ](?:[0-9]{1,2}|[A-HK-Y][0-9]|[A-HK-Y][0-9][0-9]|[0-9][A-HJKS-UW]"
    r"|[A-HK-Y][0-9][ABEHMNPRV-Y]) [0-9][ABD-HJLNP-UW-Z]{2})\b"
)
OTHERS = AnyCase(
    r"\b(?:(?:an?)?other (?:guest|customer|passenger|patient|client|resident|diner|tenant|caller|member"
    r"|family"
    r"|couple|party|room)|neighbou?r|"
    r"next door|the guests? in|previous (?:guest|customer|tenant|owner)|driver['’]s (?:number|phone|mobile"
    r"|e-?mail)|"
    r"someone else|third party|"
    r"(?:the )?(?:guest|customer|passenger|patient|tenant)s? (?:in|at|of) (?:room|seat|table|flat|unit))",
)
FREE_MAIL = re.compile(
    r"@(?:gmail|googlemail|yahoo|hotmail|outlook|live|icloud|aol|gmx|web|proton(?:mail)?|mail|yandex|qq"
    r"|163)\.",
    re.IGNORECASE,
)
