# Written by hand after makemigrations: the composite key needs its second column from the beginning.

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_blind_copies")]

    operations = [
        migrations.CreateModel(
            name="Compared",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="compared",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("version", models.PositiveSmallIntegerField()),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.casedocument"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Fingerprint",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "value", "text_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("value", models.BigIntegerField()),
                (
                    "text",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="fingerprints",
                        to="cases.compared",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CommonFingerprint",
            fields=[
                ("value", models.BigIntegerField(primary_key=True, serialize=False)),
                ("documents", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Likeness",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("letters", models.PositiveIntegerField()),
                ("passages", models.JSONField()),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.compared"
                    ),
                ),
                (
                    "text",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="likenesses",
                        to="cases.compared",
                    ),
                ),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("text", "other"), name="likeness_once")]},
        ),
        migrations.AddIndex(
            model_name="supportingfile",
            index=models.Index(
                condition=models.Q(("state", "accepted")), fields=["sha256"], include=("case",), name="file_same_bytes"
            ),
        ),
    ]
