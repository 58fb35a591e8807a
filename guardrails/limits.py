"""Every size limit of the contract, in one place; openapi.yaml repeats them and a test compares the two."""

COMPLAINT_CHARACTERS = 20_000
DRAFT_CHARACTERS = 20_000
HISTORY_ITEMS = 50
HISTORY_ITEM_CHARACTERS = 20_000
LIST_ITEMS = 50  # facts, remedies and constraints, each
LIST_ITEM_CHARACTERS = 2_000
STRING_CHARACTERS = 500  # every other string
IDEMPOTENCY_KEY_CHARACTERS = 255
BODY_BYTES = 256 * 1024
BATCH_BYTES = 64 * 1024 * 1024
BATCH_CASES = 10_000
ALTERNATIVES = 5
WORDS = 2_000  # the most that options.max_words may ask for
