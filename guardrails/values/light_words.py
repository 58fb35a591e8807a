"""English words so common that a reply may use them whether or not the case does."""

from __future__ import annotations

from guardrails.values.normal import word_set
from guardrails.values.stems import meaning

WORDS = word_set(
    """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand dozen
    half quarter third fifth tenth morning afternoon evening night noon midnight yesterday tonight tomorrow
    day week month year hour minute weekend fortnight monday tuesday wednesday thursday friday saturday
    sunday january february march april may june july august september october november december th rd nd st
    later ago earlier early late longer long meanwhile instead always again too row time moment while whole
    part full entire piece end start begin began ended started come came comes coming go goes going gone
    went leave leaves left stay stays stayed say says said tell tells told ask asked asks see saw seen look
    looks find found think thought know knew give gives gave given take takes took taken put bring brought
    keep kept hold held let set stand stood sit sat lie lay turn turned turns show shows reach reached need
    needs want wanted use used try tried mean means meant feel felt hear heard read wait waited waits work
    works run ran move moved change changed follow pay paid cost costs return returned send sent add added
    have had lose lost miss missed meet choose chose answer answered reply replied spend spent treat treated
    lack lacked like write wrote written quote quoted appear appeared arrive arrived deserve back away down
    off out behind ahead apart forward aside towards inside outside below above near far together alone else
    whatever whichever wherever bad good poor awful terrible horrible wretched sad unpleasant wrong right
    worse worst better best new fresh proper old young small big large little high low short hot cold dark wet dry quiet
    empty nice fine fair clear plain simple real true people person somebody stranger man woman child kid
    father mother dad mum son daughter sister brother husband wife family friend name word words thing way
    place line side point number figure sum total money price bill account card amount rest question sight
    mockery tears trouble desk door home house room road street note notice pound dollar euro cent pence
    percent usd gbp eur mine yours ours hers theirs myself yourself fun ok course happy air welcome sure glad
    own different further direct various several plus less worth please mere something seem seems seemed entirely
    justified
    """
)
LIGHT = frozenset(map(meaning, WORDS))
