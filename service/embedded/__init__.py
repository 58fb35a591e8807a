"""The language model that comes with Amends: found, started and stopped with the process that needs it."""
