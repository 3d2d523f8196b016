"""Why a key in a token cannot be used. Calls nothing."""


class TokenError(Exception):
    """The text says why and what to do, in Chinese and English."""


class PinError(TokenError):
    """The token did not take the PIN, or would be locked by another wrong one: asking again by
    itself does harm.
    """
