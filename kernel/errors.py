"""Refusals: what the portal expects to say no to."""


class Refusal(Exception):
    """An expected no. Carries a sentence for people: what is wrong and the next step.

    Subclasses stand beside their policy, set `code` and `sentence`; `field` names the form field it belongs to, if any.
    """

    code = "refused"
    sentence = "现在不能这样做。请刷新页面后再试。"

    def __init__(self, sentence: str = "", *, field: str = "") -> None:
        self.sentence = sentence or self.sentence
        self.field = field
        super().__init__(self.sentence)


class Stale(Refusal):
    """Somebody else changed the row since it was read."""

    code = "stale"
    sentence = "这一项刚刚被别人改动过。请刷新页面，看过最新内容后再操作。"
