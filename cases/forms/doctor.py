"""What an author answers to the document's doctor."""

from django import forms

from cases.files.headings import TITLES


class SectionForm(forms.Form):
    """Which part (a candidate's index, empty for the one recognised) is which section; or that it is not after all."""

    document = forms.IntegerField(min_value=1)
    section = forms.ChoiceField(choices=[(name, name) for name in TITLES])
    part = forms.RegexField(r"^\d{0,6}$", required=False)
    withdraw = forms.BooleanField(required=False)
