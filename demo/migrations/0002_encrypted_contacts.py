"""Contact details become encrypted columns (docs/decisions/0023)."""

from django.db import migrations

import kernel.fields


class Migration(migrations.Migration):
    dependencies = [
        ("demo", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="outboxletter",
            name="body",
            field=kernel.fields.EncryptedText(),
        ),
        migrations.AlterField(
            model_name="outboxletter",
            name="recipient",
            field=kernel.fields.EncryptedText(findable=True),
        ),
    ]
