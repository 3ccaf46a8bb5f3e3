"""The author's word on which part of a document is which section."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cases", "0002_uploads")]

    operations: ClassVar = [
        migrations.AddField("casedocument", "confirmed", models.JSONField(default=dict)),
    ]
