"""The words by which names are told from other words."""

from __future__ import annotations

from guardrails.values.normal import word_set

# Names that are also words: small, or at the start of a sentence, they are words.
ALSO_WORDS = word_set(
    """
    rose will mark bill grace faith hope joy may june april august art frank jack rob sue pat dawn eve iris ivy lily
    daisy amber ruby pearl jade summer autumn winter spring holly hazel heather olive violet robin jay drew chase
    chance grant miles rich dean earl duke king young long short brown green white black gray grey baker cook carter
    mason smith taylor parker hunter fisher page price banks brooks rivers fields woods hill stone street church
    bell ball bush cross day knight noble swift sharp strong wise best good love lane park penny ray sky star storm
    sunny victor wade ward case wood field ford ham rice wine bean berry bond bishop pope abbot butler chambers
    clerk farmer gardener hall head holiday house hunt law little major marsh mead mill moon moss nail nash north
    south east west pool poole post potter powers quick read reed reader rush sage savage shepherd singer small snow
    speed spencer steel strange sweet tanner temple waters weaver webb wells wild winner winters worth angel asia
    austin bay blue brook candy carol charity china christian clay colt crystal dale destiny dot faye fern flora
    forest gene ginger glen harmony honey hank india jasmine jean jewel joker kitty lance liberty lucky mercy melody
    merry misty nick norm opal patience peg pepper poppy prudence queen rain randy reef rex rocky rusty sandy
    scarlett skip stella stormy tiger trinity trip trust van velvet vera verity victoria wolf zen max bob bud buddy
    chip cliff don gay guy herb job mac pip pop stew wally english french german scott welsh france ireland israel
    jordan london york an am as at be by do go ho if in is it me my no of oh on or so to up us we he she the and but
    not his her has had can could should would must did does done was were are been being have all any some one two
    new old big mine our their your them they this that these those what when where which who why how here there
    then now never soon order parcel delivery customer service team guest member manager agent support care
    """
)
PARTICLES = word_set(
    """
    van de von der den da di la le bin al el ibn dos do das del y e und and et mc mac o ten ter
    """
)
TITLES = word_set(
    """
    mr mrs ms miss mx dr prof professor sir madam dame lord lady rev reverend herr frau monsieur madame mme mlle
    senor senora
    """
)
NOBODY = word_set(
    """
    sirs ladies gentlemen folks colleagues both lads guys friends neighbours valued
    customer guest guests user anonymous member team google amazon facebook reviewer traveller traveler client a an
    the of verified buyer former student patient passenger tenant duty manager reception desk service care support
    head relations office department nan gran grandma grandpa big tony's unknown none not given private no name
    """
)
# What stands in front of a name and nowhere else, so that also a small or misspelt one is known.
BEFORE_NAME = word_set(
    """
    dear hi hello hey hiya morning afternoon evening regards wishes sincerely cheers thanks faithfully truly mr mrs
    ms miss mx dr prof herr frau monsieur madame name im signed love
    """
)
