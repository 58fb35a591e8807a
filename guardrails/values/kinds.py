"""The kinds of promise and offer, each with the wordings it is recognised by."""

from __future__ import annotations

from guardrails.values.any_case import AnyCase

KINDS = {
    "refund": (
        r"money (?:will be |is being |has been |is |to be )?(?:returned|refunded|sent back|paid back)",
        r"refund\w*",
        r"reimburs\w*",
        r"money back",
        r"repay\w*",
        r"(?:pay|paid|paying) (?:you|it|this|that|them) back",
        r"(?:return|give back|giving back|returned) (?:your|the|all your) (?:money|payment|cash|[£$€]\S+)",
        r"revers\w+ (?:\w+ ){0,2}(?:charge|payment|transaction)s?",
        (
            r"(?:back|credited|returned) (?:to|onto|into|on|in) (?:your|the) (?:\w+ ){0,2}(?:card|account"
            r"|payment method)"
        ),
        r"[£$€]\S{1,20} (?:\w+ ){0,3}back\b",
        (
            r"(?:give|giving|get|getting|have|having|hand|handing) (?:you )?(?:back"
            r"|\S+ (?:\w+ ){0,2}back) (?:the |your |all |half |part )"
        ),
        r"(?:part|share|portion) of (?:the|your) [£$€]\S+",
        r"chargeback",
    ),
    "credit": (
        r"credit(?:s|ed|ing)?(?! (?:card|union|check|score|rating))\b",
        r"(?:loyalty|reward|bonus|extra|avios|air) ?(?:points|miles)",
        r"\d+ points",
        r"goodwill payment",
        r"store balance",
    ),
    "voucher": (
        r"vouchers?",
        r"e-?gift|gift ?cards?|gift certificates?",
        r"coupons?",
        r"(?:guest|day|free|season) pass(?:es)?",
        r"(?:an?|\d+|two|three|four|five|six) (?:\w+ )?pass(?:es)? for\b",
        r"promo(?:tional)? codes?",
        r"discount codes?",
    ),
    "discount": (
        r"discount\w*",
        r"\d+ ?(?:%|per ?cent) off",
        r"[£$€]\d+(?:\.\d\d)? off",
        r"half[- ]price",
        r"(?:\d+ ?(?:%|per ?cent)|half|fifty per ?cent) (?:reduction|less|waived)",
        r"halv(?:e|ed|ing)\b",
        r"reduced (?:rate|price)",
        r"money off",
        r"knock\w* (?:\w+ ){0,4}off",
        r"(?:a little|something|a bit) off",
        r"price (?:match|reduction|adjustment)",
        r"lower(?:ed)? (?:\w+ ){0,2}(?:rate|price)",
    ),
    "replacement": (
        r"replac\w+",
        r"exchang\w+",
        (
            r"(?:send|sent|sending|ship|shipped|shipping|deliver|delivered|get|order|ordered|provide) (?:you "
            r"|out )?(?:an?|another|the) (?:brand[- ])?(?:new|fresh|another|second)\b(?: \w+)?"
        ),
        r"another one",
        r"\Anew \w+",
        r"(?:new|fresh) (?:pair|one|unit|set|copy|trio|dozen)\b",
        r"fresh \w+ (?:shipped|sent)",
        r"reprint\w*",
        r"new one",
        (
            r"(?:an?|another) (?:brand[- ])?(?:new|fresh) (?!appointment|date|slot|flight|room|booking"
            r"|version"
            r"|update|estimate|time|address|password|system|process|manager|driver|team|member|start|order\b"
            r"|account|invoice|contract|job)\w+"
        ),
        r"re-?send\w*",
        r"re-?sent",
        r"re-?ship\w*",
        r"re-?deliver\w*",
        r"re-?dispatch\w*",
    ),
    "repair": (
        r"repair\w*",
        r"mend(?:ed|ing)?\b",
        r"(?:send|book|arrange) (?:\w+ ){0,4}(?:engineer|technician|plumber|electrician)",
        r"service visit",
    ),
    "visit": (
        (
            r"(?:engineer|technician|plumber|electrician|fitter|surveyor)s? (?:visit|(?:(?:will|can|could|to"
            r"|would|shall|is going to)"
            r" (?:\w+ )?(?:come|visit|call|attend|be)))"
        ),
        (
            r"(?:send\w*|book\w*|arrang\w*|visit by|visit from) (?:\w+ ){0,4}(?:engineer|technician|plumber"
            r"|electrician|fitter|surveyor)s?\b"
        ),
    ),
    "waive": (
        r"waiv\w+",
        r"(?:not|never|\w+n't) (?:be )?(?:charg(?:e|ed|ing)|bill(?:ed|ing)?)\b",
        r"no (?:extra |additional |further )?charge",
        r"(?:write|writing|wrote|written) off",
        r"(?:cancel|remov|drop|delet)\w* (?:\w+ ){0,3}(?:fees?|charges?|fine|penalty|invoice|bill)",
    ),
    "free": (
        (
            r"(?<!feel )(?<!-)\bfree(?: of charge)?\b(?!-| (?:to|time|from)\b| at (?:an? |half|quarter|noon|\d)"
            r"| (?:on|this|next) (?:mon|tues|wednes|thurs|fri|satur|sun)day\b)"
        ),
        r"complimentary",
        r"at no (?:extra |additional |further )?(?:cost|charge)",
        (
            r"(?<!if it is )(?<!if it's )(?<!if this is )(?<!that is )(?<!that's )(?<!this is )(?<!which is )"
            r"(?<!entirely )(?<!depend )(?<!rely )(?<!count "
            r")(?<!lies )on us\b"
        ),
        r"on the house",
        (
            r"(?:cover|pay for|paying for|covering) (?:\w+ ){0,3}(?:costs?|postage|shipping|taxi|hotel|meal"
            r"|expenses?|fees?)"
        ),
        r"our treat",
        r"(?:one|drinks?|dinner|lunch|meal|coffee)(?:'s| is)? on me\b",
        r"freebies?",
        r"(?:don't|not|needn't) (?:have to |need to )?pay (?:for|a|an|any)\b",
    ),
    "upgrade": (
        (
            r"(?:premium|better|newer|larger|bigger|superior|higher|deluxe) (?:model|room|seat|version"
            r"|suite|class"
            r"|category|tier|plan|one)\b"
        ),
        r"mov(?:e|ed|ing) (?:you|your \w+) up",
        r"upgrad\w+(?! to (?:the latest|version|ios|android))",
    ),
    "compensation": (
        r"compensat\w+",
        r"gestures? of goodwill",
        r"goodwill gestures?",
        r"make it up to you",
        r"making it up to you",
        r"pay-?outs?",
        r"damages\b",
    ),
    "extra": (
        r"something extra",
        r"tokens? of (?:our|my) (?:appreciation|apology|regret|goodwill|thanks)",
        r"gifts?\b(?!-| (?:cards?|vouchers?|certificates?|shops?|messages?|box))",
        r"bonus\b",
        r"hampers?|flowers|bouquets?",
        (
            r"add(?:ed|ing)? (?:an?|another|\d+|one|two|three|six) (?:\w+ )?(?:nights?|days?|weeks?|months?"
            r"|years?)"
        ),
        r"a little extra",
        (
            r"(?:exten[ds]\w*) (?:\w+ ){0,4}(?:subscription|membership|warranty|guarantee|stay|trial|deadline"
            r"|plan|contract|policy|pass|licen[cs]e|cover|return (?:window|period))"
        ),
        r"extra (?:night|day|week|month|year)s?",
        r"additional (?:night|day|week|month|year)s?",
        r"late check-?out",
        r"early check-?in",
    ),
    "collection": (
        r"(?:will|to|can|'ll|shall|be) (?:\w+ )?(?:collect|pick(?:ed)? up|collected)\b",
        r"free collection",
        r"collection of",
        r"collect(?:ed|ing)? (?:the|your|it|them|that)\b",
        r"(?:prepaid|free|return) (?:\w+ )?labels?",
    ),
    "cancellation": (
        (
            r"cancel(?:l?ed|l?ing)? (?:your|the|this|that) (?:\w+ ){0,2}(?:order|booking|subscription"
            r"|contract"
            r"|membership|account|plan|reservation)"
        ),
    ),
    "keeping": (
        (
            r"(?:(?:you|customers?|guests?|he|she|they)(?:'re| are)? (?:can|may|could|welcome to|free to)"
            r"|please"
            r"|feel free to) (?:\w+ ){0,2}keep (?!in\b|an eye|us\b|track|me\b|up\b|calm|check|hold|that in"
            r"|(?:[\w-]+ ){0,3}receipt|\w+ing\b|to\b|doing)"
        ),
    ),
    "priority": (
        r"priorit(?:y|i[sz]e[ds]?|i[sz]ing)",
        r"fast[- ]?track\w*",
        r"expedit\w+",
        r"express (?:delivery|shipping)",
        r"next[- ]day delivery",
        r"front of the queue",
        r"first in (?:line|the queue)",
        r"top of the (?:list|queue)",
        r"jump the queue",
        r"queue[- ]jump",
    ),
    "rebooking": (
        r"re-?book\w*",
        r"re-?schedul\w+",
        r"re-?arrang\w+",
        r"(?:book|move|put|place|seat|transfer) you (?:on|in|into|onto|to|at)",
        r"alternative (?:flight|room|date|appointment)",
        r"new (?:appointment|date|slot|flight|room|booking)\b",
    ),
    "staff": (
        r"hir(?:e|ing) (?:more|new|additional|extra)",
        r"(?:re-?train(?:ed|ing|s)?|trained|training)\b",
        r"train(?:s|ing)? (?:our|all|my|every|each|new|more|them|him|her|staff)\b",
        r"train(?:s|ing)? the (?:\w+ )?(?:staff|teams?|crews?|drivers?)\b",
        r"coach(?:ed|ing)\b",
        r"brief(?:ed|ing)\b",
        r"disciplin\w+",
        (
            r"(?:speak|spoken|spoke|talk|talked|remind|reminded) (?:to |with |)(?:\w+ ){0,3}(?:staff|team"
            r"|driver"
            r"|crew|employee|manager|colleague|person|chef|housekeeping|member)s?\b"
        ),
        r"dismiss(?:ed)?\b",
        r"(?:sack|suspend)(?:ed)?\b",
    ),
    "passing_on": (
        r"pass(?:ed|ing)? (?:\w+ ){1,5}?(?:on|along|to|onto|over)\b",
        (
            r"(?:shar(?:e|ed|ing)|forward(?:ed|ing)?|escalat\w+|rais(?:e|ed|ing)|report(?:ed|ing)?|relay(?:ed"
            r"|ing)?|flag(?:ged|ging)?|feed(?:ing)?|fed) (?:\w+ ){1,5}?(?:with|to|back)\b(?: (?:our|the|my"
            r"|your"
            r"|relevant|management|head office)\b)?"
        ),
        r"escalat(?:e|ed|ing)\b",
    ),
    "guarantee": (
        (
            r"(?:never|not|cannot|\w+n't) (?:ever )?(?:be )?(?:recur|happen(?:s|ed|ing)?|occur(?:s|red|ring)?"
            r"|repeat(?:ed"
            r"|s)?)(?: to you)?(?: again)?\b"
        ),
        (
            r"(?:prevent|avoid|stop|stopping|preventing|avoiding) (?:\w+ ){0,5}(?:happening|occurring"
            r"|recurring"
            r"|recurrence|reoccurring|again|repeat|future)\b"
        ),
        r"guarantee\w*(?! (?:you|that we|that i) (?:understand|value|care))",
        (
            r"(?:review|chang|improv|updat|tighten|revis|strengthen|overhaul)\w* (?:our|the|its"
            r"|all) (?:\w+ ){0,3}(?:process\w*|procedures?|polic(?:y|ies)|training|systems?|packaging"
            r"|standards?"
            r"|services?|quality|checks|controls|practices)"
        ),
        r"(?:put|take|implement|introduc|tak)\w* (?:\w+ ){0,3}(?:measures|steps|actions?|safeguards)\b",
    ),
}
PATTERNS = {kind: AnyCase(rf"(?<!\w)(?:{'|'.join(wordings)})") for kind, wordings in KINDS.items()}
