"""Contact details become encrypted columns (docs/decisions/0023)."""

from django.db import migrations

import kernel.fields


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0007_file_conversion"),
    ]

    operations = [
        migrations.AlterField(
            model_name="caseauthor",
            name="mobile",
            field=kernel.fields.EncryptedText(findable=True, verbose_name="手机"),
        ),
    ]
