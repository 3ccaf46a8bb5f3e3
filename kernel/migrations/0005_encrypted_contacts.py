"""Contact details become encrypted columns (docs/decisions/0023)."""

from django.db import migrations

import kernel.fields


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0004_audit_case_index"),
    ]

    operations = [
        migrations.AlterField(
            model_name="letter",
            name="body",
            field=kernel.fields.EncryptedText(blank=True),
        ),
        migrations.AlterField(
            model_name="letter",
            name="recipient",
            field=kernel.fields.EncryptedText(blank=True, findable=True),
        ),
    ]
