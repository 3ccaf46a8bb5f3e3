"""The index over the cases that entries speak of, with a predicate that the search implies.

`(facts -> 'case_id') IN (…)` says that the value is not null; that it implies `facts ? 'case_id'` the planner cannot know.
"""

from django.db import migrations

INDEX = "CREATE INDEX kernel_auditentry_case ON kernel_auditentry ((facts -> 'case_id')) WHERE"
DROP = "DROP INDEX kernel_auditentry_case"


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_audit_seals")]
    operations = [
        migrations.RunSQL(
            [DROP, f"{INDEX} (facts -> 'case_id') IS NOT NULL"],
            [DROP, f"{INDEX} facts ? 'case_id'"],
        )
    ]
