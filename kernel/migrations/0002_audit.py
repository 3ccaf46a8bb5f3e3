"""The audit table: append only, for the application role and by trigger for everyone but the superuser."""

from django.db import migrations

MAKE = """
CREATE TABLE kernel_auditentry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    actor_id bigint,
    verb text NOT NULL,
    subject text NOT NULL,
    subject_id text NOT NULL,
    call_id bigint,
    province_code text NOT NULL,
    facts jsonb NOT NULL
);
CREATE INDEX kernel_auditentry_subject ON kernel_auditentry (subject, subject_id);
CREATE FUNCTION kernel_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append only';
END $$;
CREATE TRIGGER kernel_auditentry_rows BEFORE UPDATE OR DELETE ON kernel_auditentry
    FOR EACH ROW EXECUTE FUNCTION kernel_audit_is_append_only();
CREATE TRIGGER kernel_auditentry_table BEFORE TRUNCATE ON kernel_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_audit_is_append_only();
"""
UNMAKE = "DROP TABLE kernel_auditentry; DROP FUNCTION kernel_audit_is_append_only;"


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [migrations.RunSQL(MAKE, UNMAKE)]
