"""The 32 provincial units, and the five cities that a call may switch on."""

from django.db import migrations

from accounts.provinces import fill


def forwards(apps, schema_editor):
    fill(apps.get_model("accounts", "Province"))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
