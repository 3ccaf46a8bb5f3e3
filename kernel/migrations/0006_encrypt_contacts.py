"""What stands there in plain is encrypted; on the way back it is plain again."""

from django.db import migrations

from kernel.rotation import decrypt_all, encrypt_all

COLUMNS = (
    ("kernel_letter", "recipient", True),
    ("kernel_letter", "body", False),
)


def forwards(apps, schema_editor):
    for table, column, findable in COLUMNS:
        encrypt_all(table, column, findable=findable)


def backwards(apps, schema_editor):
    for table, column, _ in COLUMNS:
        decrypt_all(table, column)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0005_encrypted_contacts")]
    operations = [migrations.RunPython(forwards, backwards)]
