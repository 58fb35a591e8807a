"""Names for people who do not exist, and given names that are known to be some."""

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
