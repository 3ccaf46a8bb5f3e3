"""The one error of joining parts."""


class PartsLost(Exception):
    """Parts that had arrived are not there any more, or are not what they were: the file has to be sent again."""
