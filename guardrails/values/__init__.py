"""Values in a text (amounts, dates, numbers, names) and where a case states them."""
