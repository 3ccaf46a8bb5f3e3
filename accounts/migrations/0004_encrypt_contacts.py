"""What stands there in plain is encrypted; on the way back it is plain again."""

from django.db import migrations

from kernel.rotation import decrypt_all, encrypt_all

COLUMNS = (
    ("accounts_user", "mobile", True),
    ("accounts_contactsheet", "address", False),
    ("accounts_contactsheet", "telephone", False),
    ("accounts_contactsheet", "mobile", True),
    ("accounts_contactsheet", "wechat", False),
    ("accounts_contactsheet", "qq", False),
    ("accounts_contactsheet", "email", True),
)


def forwards(apps, schema_editor):
    for table, column, findable in COLUMNS:
        encrypt_all(table, column, findable=findable)


def backwards(apps, schema_editor):
    for table, column, _ in COLUMNS:
        decrypt_all(table, column)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_encrypted_contacts")]
    operations = [migrations.RunPython(forwards, backwards)]
