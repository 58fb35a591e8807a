"""What keeps a receiver from starting."""


class ConfigurationError(Exception):
    """A setting is missing or wrong; `str` names it and says what to do, in one line or more."""
