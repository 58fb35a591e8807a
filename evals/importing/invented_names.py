"""Names for people who do not exist, and the words by which real names are told from other words."""

from __future__ import annotations

from guardrails.values.normal import word_set

# For women and men alike, so that no "Mr" or "she" stands beside the wrong one; none is an English word.
GIVEN = tuple(
    """
    Robin Kiran Sasha Noor Andrea Remy Devon Ellis Emery Finley Harley Jesse Kai Lennox Marlowe Nico Oakley Perrin
    Quinn Reese Rowan Shiloh Tatum Umber Vesper Wren Yael Zephyr Ainsley Blair Corin Darcy
    """.split()
)
SURNAMES = tuple(
    """
    Ashdown Bellamore Carrowby Dunmere Everhale Fenwickson Garrickson Hollowell Ingleborne Jessopson Kestrelby
    Larkmoor Merriton Norbridge Oldacre Pellborough Quillon Ravensby Sedgeworth Thornaby Ullswick Vennacher Wexcombe
    Yarrowby Zellwood Applethorn Birchmoor Copperby Drakeholt Elmscombe Farthingby Glenrose Hartsby Ivelby Jarroway
    Kelderby Lindenby Marchwick Netherby Orlebury
    """.split()
)
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
# Given names that need no greeting to be known as names.
COMMON_GIVEN = word_set(
    """
    aaron abdul abdullah abigail adam adrian agnes ahmed aisha alan albert alejandro alex alexander alexandra alfie
    ali alice alicia alison amanda amelia amina amir amy ana andre andrea andreas andrew angela anika anita anjali
    ann anna anne annie anthony antonio arjun arthur asha ashley astrid barbara beatrice ben benjamin bernard beth
    bethany betty bianca bjorn brenda brian bridget bruce bruno camille carl carla carlos carmen caroline catherine
    cathy cecilia charles charlie charlotte chen chiara chloe chris christina christine christopher claire clara
    claudia colin connor craig cristina cynthia daniel daniela daphne darren david deborah declan denise dennis
    derek diana diane diego dimitri dmitri dominic donald donna doris dorothy douglas duncan edith eduardo edward
    eileen elaine elena eleanor elias elizabeth ella ellen emily emma emmanuel enrique eric erik erika ernesto
    esther ethan eva evelyn fatima felix femi fernando fiona florence frances francesca francisco franz fred
    frederick gabriel gabriela gareth gary gavin geoff george gerald giovanni giulia giuseppe gloria gordon graham
    greta guillaume gustav hannah hans harold harriet hassan heidi helen helena henrik henry hiroshi hugh hugo ian
    ibrahim ines ingrid irene isaac isabel isabella isla ivan jackie jacob jacqueline jakub james jamie jan jana
    jane janet janice jason javier jeff jennifer jenny jeremy jessica jill joan joanna joanne joao joe johan johann
    johanna jonas jonathan jorge jose joseph joyce juan judith julia julian julie jurgen karen karin karl kate
    katherine kathleen katie keith kelly kenneth kenji kerry kevin khadija kieran kim kimberly klaus kofi kwame lars
    laura lauren leah lena leo leon leonard liam linda lisa louis louise luca lucas lucia lucy luigi luis luke lydia
    magdalena malcolm manuel marco marcus margaret maria marie marina mario marjorie markus martha martin martina
    mary mateo matilda matthew maureen mehmet mei melanie melissa mercedes michael michaela michelle miguel milan
    mohamed mohammed molly monica muhammad nadia naomi natalia natalie natasha neil nicholas nicola nicole nigel
    nikolai nina nora nuria oleg olga oliver olivia omar oscar owen pablo pamela patricia patrick paul paula pavel
    pedro peter petra philip philippa phoebe pierre piotr priya rachel rafael rajesh ralph ravi raymond rebecca
    ricardo richard rita robert roberto roger roland ronald rosa rosemary rosie roy russell ruth ryan sabine salma
    samantha samuel sandra sanjay sara sarah sean sebastian sergei sergio sharon sheila shirley silvia simon simone
    sofia sophia sophie stefan stefanie stephanie stephen steve steven stuart susan suzanne svetlana sven sylvia
    tamara tanya tariq teresa theo theresa thomas timothy tobias tracy trevor ursula valentina valerie vanessa
    veronica victoria vijay vincent vladimir walter wang wei wendy wilhelm william xavier yasmin yusuf yuki yvonne
    zainab zara zoe
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
