"""The chain over the audit trail, and the one way in which entries that are old enough leave it.

Nobody changes or removes a row of either table while the triggers stand. Entries of at least 183 days may be removed by
kernel_audit_forget, whole sealed batches from the beginning; it leaves an entry that says so. Seals stay for ever.
"""

from django.db import migrations, models

MAKE = """
CREATE TABLE kernel_auditseal (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    from_id bigint NOT NULL UNIQUE,
    to_id bigint NOT NULL UNIQUE CHECK (to_id >= from_id),
    entries bigint NOT NULL CHECK (entries > 0),
    head text NOT NULL CHECK (head ~ '^[0-9a-f]{64}$'),
    sealed_at timestamptz NOT NULL
);
CREATE TRIGGER kernel_auditseal_rows BEFORE UPDATE OR DELETE ON kernel_auditseal
    FOR EACH ROW EXECUTE FUNCTION kernel_audit_is_append_only();
CREATE TRIGGER kernel_auditseal_table BEFORE TRUNCATE ON kernel_auditseal
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_audit_is_append_only();

CREATE FUNCTION kernel_audit_forgets_what_is_old() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('kernel.audit_forgets', true) = 'on' AND OLD.at < now() - interval '183 days' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit trail is append only';
END $$;
DROP TRIGGER kernel_auditentry_rows ON kernel_auditentry;
CREATE TRIGGER kernel_auditentry_rows BEFORE UPDATE ON kernel_auditentry
    FOR EACH ROW EXECUTE FUNCTION kernel_audit_is_append_only();
CREATE TRIGGER kernel_auditentry_old_rows BEFORE DELETE ON kernel_auditentry
    FOR EACH ROW EXECUTE FUNCTION kernel_audit_forgets_what_is_old();

-- Runs with the rights of the tables' owner: the application's role has no DELETE, and gets no more than this.
CREATE FUNCTION kernel_audit_forget(days integer) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    cutoff timestamptz := now() - make_interval(days => days);
    upto bigint;
    gone bigint;
BEGIN
    IF days < 183 THEN
        RAISE EXCEPTION 'the audit trail is kept for 183 days at least';
    END IF;
    -- Whole batches alone, so that the chain can be followed from the next one on.
    SELECT max(to_id) INTO upto FROM kernel_auditseal WHERE sealed_at < cutoff AND to_id < COALESCE(
        (SELECT min(id) FROM kernel_auditentry WHERE at >= cutoff), 9223372036854775807);
    IF upto IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM set_config('kernel.audit_forgets', 'on', true);
    DELETE FROM kernel_auditentry WHERE id <= upto;
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM set_config('kernel.audit_forgets', 'off', true);
    IF gone > 0 THEN
        INSERT INTO kernel_auditentry (at, verb, subject, subject_id, province_code, facts)
        VALUES (now(), 'audit.forget', 'kernel.auditentry', upto::text, '',
                jsonb_build_object('upto', upto, 'count', gone, 'days', days));
    END IF;
    RETURN gone;
END $$;
REVOKE EXECUTE ON FUNCTION kernel_audit_forget(integer) FROM PUBLIC;

-- What the centre's search asks for: who, when, and which case an entry about something else belongs to.
CREATE INDEX kernel_auditentry_actor ON kernel_auditentry (actor_id);
CREATE INDEX kernel_auditentry_case ON kernel_auditentry ((facts -> 'case_id')) WHERE facts ? 'case_id';
CREATE INDEX kernel_auditentry_at ON kernel_auditentry USING brin (at);
"""
UNMAKE = """
DROP INDEX kernel_auditentry_actor, kernel_auditentry_case, kernel_auditentry_at;
DROP FUNCTION kernel_audit_forget;
DROP TRIGGER kernel_auditentry_old_rows ON kernel_auditentry;
DROP TRIGGER kernel_auditentry_rows ON kernel_auditentry;
CREATE TRIGGER kernel_auditentry_rows BEFORE UPDATE OR DELETE ON kernel_auditentry
    FOR EACH ROW EXECUTE FUNCTION kernel_audit_is_append_only();
DROP FUNCTION kernel_audit_forgets_what_is_old;
DROP TABLE kernel_auditseal;
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_audit")]
    operations = [
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_id", models.BigIntegerField(unique=True)),
                ("to_id", models.BigIntegerField(unique=True)),
                ("entries", models.BigIntegerField()),
                ("head", models.TextField()),
                ("sealed_at", models.DateTimeField()),
            ],
            options={"ordering": ["to_id"], "managed": False},
        ),
        migrations.RunSQL(MAKE, UNMAKE),
    ]
