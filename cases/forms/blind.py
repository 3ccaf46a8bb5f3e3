"""What an author says of a blind copy: the words to hide, the pictures to leave out, and whether it is good."""

from typing import Any

from django import forms

from cases.blinding import BadWords, words_of


class BlindForm(forms.Form):
    """`act`: make (anew), confirm the copy `blind`, or withdraw the confirmation. `words` becomes a list.

    `offered` are the names of the pictures that may be left out; None where there is no copy yet to choose from.
    """

    document = forms.IntegerField(min_value=1)
    act = forms.ChoiceField(choices=[(name, name) for name in ("make", "confirm", "withdraw")])
    blind = forms.IntegerField(min_value=1, required=False)
    words = forms.CharField(required=False, max_length=2000, label="还要隐去的词")
    left_out = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, offered: list[str] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if offered is None:
            del self.fields["words"], self.fields["left_out"]
            return
        field = self.fields["left_out"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(name, name) for name in offered]

    def clean_words(self) -> list[str]:
        try:
            return words_of(self.cleaned_data["words"])
        except BadWords as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal
