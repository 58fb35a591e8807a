"""How promises, gifts and dropped conditions are worded."""

from __future__ import annotations

import re
from decimal import Decimal

from guardrails.values.any_case import AnyCase

GIVES = AnyCase(
    r"\b(?:will|shall|is being|are being|i'm|i am|we're|we are|you get|you can|you'll|you will|yours?"
    r"|gets?|have|is released"
    r"|refund\w*|credit\w*|back|repa(?:y|id)\w*|reimburs\w*|compensat\w*|confirm|pay|cover\w*|comes?|goes"
    r"|arrives?|reach\w*|add(?:ing)?"
    r"|voucher|discount|off|free|transferred|waived?|look at|give[ns]?|giving|invited)\b|'ll\b",
)
TOLD_BEFORE = AnyCase(
    r"\b(?:paid|paying|charged|quoted|told|billed|cost|costs|worth|spent|asked for|expected|of the|of your"
    r"|off your|from the|off the"
    r"|out of|instead of|not|than|against|between|about|over|on|even|forget|no|this|that|lost|losing"
    r"|claim\w*|first) "
    r"(?:(?:you|us|the|those|your|that|a|an|full|whole|for|it|was|as|like|were|be) ?){0,4}\Z",
)
PAID_AFTER = re.compile(
    r" (?:that |which )?(?:you(?:'ve| have)? (?:paid|spent)|you were|is more than|isn't|is not|was not)\b",
    re.IGNORECASE,
)
SOFT = AnyCase(
    r"\b(?:out of pocket|not (?:be )?(?:the loser|left (?:out|short)|lose out|a penny worse)"
    r"|won't (?:be out|lose out|cost you)|knock\b"
    r"|settle (?:that|it|this) (?:as well|too|also)|(?:take|taking|taken|comes?|drop"
    r"|knocked) (?:\w+ ){0,4}off (?:of )?(?:your|the)"
    r" (?:\w+ )?(?:bill|rent|invoice|fare|price)|as (?:a|our|my) (?:\w+ )?(?:gift|thank[- ]you|treat"
    r"|present)\b|(?:a|our|my) gift (?:from|to)"
    r"|keep (?:all )?your money|throw(?:ing)? in\b|whatever (?:it|they|that|the) (?:came|comes|cost"
    r"|costs|adds?|amounts?)"
    r"|take care of (?:it|the (?:cost|bill|rest)|that|everything)|make (?:it|this|everything) (?:right"
    r"|up to)|for the price of\b"
    r"|(?:the|a|some) (?:part|share|portion) of (?:the|your|that)|pay (?:you )?(?:the )?(?:difference"
    r"|rest|remainder)|writ(?:e|ten|ing) off\b|look after (?:the|your) (?:cost|bill|loss)"
    r"|see (?:you|that you are|that you're) (?:right|compensated)|for everyone\b"
    r"|make good (?:on )?(?:your|the|any)"
    r"|open[- ]ended|as many .{1,20} as you (?:like|want)|as often as you|unlimited\b"
    r"|each of you\b|every(?:one|body) (?:in|at|on|of|who|gets)\b|compliments of\b"
    r"|with our compliments\b)",
)
ALWAYS = AnyCase(
    r"\b(?:(?:never|not|no \w+(?: \w+)?) (?:\w+ ){0,10}again\b|from (?:now on|next (?:week|month|year)"
    r"|(?:january|february|march|april|may|june|july"
    r"|august|september|october|november|december) (?:on|onwards?)?|here on)\b"
    r"|as long as you\b(?! (?:wait|are waiting|have to wait))"
    r"|for (?:life|ever|good)\b|forever\b|going forward\b|will always\b"
    r"|stand behind\b|lifetime\b|(?:every|all|any) future \w+|in (?:the )?future\b"
    r"|(?:fall|drop|shrink|go down|halve) by\b"
    r"|every (?:time|visit) from\b|for the rest of\b)",
)
UNCONDITIONAL = AnyCase(
    r"\b(?:whatever (?:we|the|you|he|she|they|happens|is|it|comes)\b|no matter (?:what|how|who|whether)\b"
    r"|(\w+) or no \1\b"
    r"|no questions asked\b|regardless\b|weekends? included\b|including weekends?\b"
    r"|without (?:any )?(?:conditions?|receipts?|limit)\b"
    r"|(?:any|every) \w+ you (?:like|want|wish|booked|choose|bought|had)\b|whenever you (?:like"
    r"|want)\b|in any case\b|either way\b|without (?:returning|sending|proving)\b"
    r"|no (?:receipts?|proof|paperwork|return) (?:needed|required|necessary)\b|unconditional\w*\b"
    r"|with no limit\b)"
    r"|(?:\bno|\bnot|n't) (?:need|have) to (?:return|send|prove"
    r"|show)\b",
)
ADDED = AnyCase(
    r"(?:\b(?:together with|along with|plus|and (?:also )?(?:add|throw in|include)"
    r"|(?<!can )(?<!to )add(?:ing)?|as well as|also (?:get|receive|have|take|send|give|reimburse|pay)"
    r"|take (?:some|one|a)) |(?<=[a-z0-9]) with (?!you\b|us\b|me\b|it\b|that\b|this\b|any\b|questions?\b"
    r"|no\b))(?P<what>[^.;:]{3,70})"
    r"|(?P<before>[^.,;:]{3,50}) (?:included|too|as well|thrown in|on top)(?=[,.;:]|\Z| no )",
)
LENGTH = re.compile(r"(work)([\d.]+)")
HALF = Decimal(50)
FUTURE = AnyCase(
    r"\b(?:will|shall|won't|going to|can|we|i|free|you get|you have|is|are|take|have)\b|'ll\b|'d\b|'m\b",
)
STRONG = AnyCase(
    r"\b(?:will|shall|would like to|happy to|glad to|(?:am|are|is|i'm|we're) (?:being |also "
    r"|now )*(?:[a-z]+ing|refunded|released|credited|returned|waived|invited"
    r"|paid|transferred|free|yours|cancelled|repaid|removed)|comes? (?:back|off|to you|with)|goes? (?:back"
    r"|to you|out)|(?:we|i) (?:refund|pay"
    r"|give|send|add|credit|return|cancel|waive)|get|receive|arrives?|(?:can"
    r"|could) (?:also )?(?:add|give|offer|bring|get|send"
    r"|pay)|have .{1,40}back)\b|'ll\b|'d like to\b",
)
NARRATED = AnyCase(
    r"\b(?:was|were|stood|got|kept|called|came|went|had|(?:i|we)(?:'ve| have) (?:\w+ )?[a-z]+ed|arrived"
    r"|waited|would|you (?:and \w+ \w+ )?[a-z]+ed)\b",
)
GIVEN = AnyCase(
    r"\b(?:transferred|refunded|credited|reimbursed|sent|paid|added|taken|waived)\b",
)
GRATIS = AnyCase(r"\b(?:free|complimentary|no (?:extra )?charge|at no cost|on us|on the house|compliments)\b")
FRACTIONS = {
    "half": "50",
    "third": "33",
    "quarter": "25",
    "fifth": "20",
    "tenth": "10",
    "three quarters": "75",
    "two thirds": "67",
}
FRACTION = AnyCase(
    r"\b(?P<part>half|three quarters|two thirds|an? (?:third|quarter|fifth|tenth))(?: of"
    r"| off)? (?P<of>the|your|each|this|that|it|my|its)\b",
)
EVERY = AnyCase(r"\b(?:both|all (?:two|three|four|five|six|\d|of (?:it|them|the)))\b")
EVERY_GIVEN = AnyCase(r"\b(?:both|all|each|every|per|whole|entire|full)\b")
BACK = AnyCase(r"\b(?:refund\w*|back|reimburs\w*|cancel\w*|waive\w*|credit\w*|replac\w*)\b")
PAST_CUSTOMER = AnyCase(
    r"\b(?:sorry|apolog\w+|regret|understand|you (?:paid|asked|wrote|say|said|want(?:ed)?|expect\w*|were"
    r"|had|told|should|deserved?)"
    r"|should (?:not |never )?have|can't promise|cannot promise|more than i can)\b",
)
