"""Rows of what is compared for likeness (相似): which text of a case, its fingerprints, and what was found alike.

All of it is made of documents by jobs and may be made again; of a case that was withdrawn nothing stays.
"""

from typing import ClassVar

from django.db import models


class Compared(models.Model):
    """That a case's document stands among those compared, by a version of the method (`cases.likeness.VERSION`)."""

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="compared")
    document = models.ForeignKey("cases.CaseDocument", models.CASCADE, related_name="+")
    version = models.PositiveSmallIntegerField()

    class Meta:
        app_label = "cases"

    def __str__(self) -> str:
        return f"document {self.document_id} by method {self.version}"


class Fingerprint(models.Model):
    """One of the fingerprints of a case's text.

    No constraint leads to `text`: to check two hundred rows of a document would take longer than to write them. Its
    writers hold the case's lock (cases.actions.likening).
    """

    pk = models.CompositePrimaryKey("value", "text_id")
    value = models.BigIntegerField()
    text = models.ForeignKey(Compared, models.CASCADE, db_constraint=False, related_name="fingerprints")

    class Meta:
        app_label = "cases"

    def __str__(self) -> str:
        return f"{self.value:08x} of {self.text_id}"


class CommonFingerprint(models.Model):
    """A fingerprint that was found in so many documents at least: while these are too many it says nothing."""

    value = models.BigIntegerField(primary_key=True)
    documents = models.PositiveIntegerField()

    class Meta:
        app_label = "cases"

    def __str__(self) -> str:
        return f"{self.value:08x} in {self.documents}"


class Likeness(models.Model):
    """That a text has passages of another; there is a row for each of the two.

    `passages` are `cases.likeness.Passage`s as lists: places alone, no words. `letters` is how many are equal in all.
    """

    text = models.ForeignKey(Compared, models.CASCADE, db_index=False, related_name="likenesses")
    other = models.ForeignKey(Compared, models.CASCADE, related_name="+")
    letters = models.PositiveIntegerField()
    passages = models.JSONField()

    class Meta:
        app_label = "cases"
        constraints: ClassVar = [models.UniqueConstraint(fields=["text", "other"], name="likeness_once")]

    def __str__(self) -> str:
        return f"{self.text_id} like {self.other_id}"
