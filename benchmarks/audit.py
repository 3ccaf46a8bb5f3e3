"""What the chain over the audit trail costs: sealing and verifying a million entries, in entries a second and MiB."""

import argparse
import resource
import time

import django

ENTRIES = """
INSERT INTO kernel_auditentry (at, actor_id, verb, subject, subject_id, call_id, province_code, facts)
SELECT now(), n %% 5000, 'case.hand_in', 'cases.case', n::text, 1, '42',
       jsonb_build_object('before', 'draft', 'after', 'handed_in', 'number', '2024-42-' || n)
FROM generate_series(1, %s) n
"""


def resident() -> float:
    """The most memory this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Fill an empty database, seal, verify, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.audit", description="测量审计封存与核对的速度。")
    parser.add_argument("--entries", type=int, default=1_000_000, metavar="N", help="记录条数（默认 1000000）")
    count = parser.parse_args().entries
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.db.models import Max

    from kernel.models import AuditEntry
    from kernel.sealing import seal
    from kernel.verifying import Report

    call_command("prepare_database", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES, [count])
    top = AuditEntry.objects.aggregate(top=Max("id"))["top"]
    before, begun = resident(), time.perf_counter()
    sealed = seal(top=top, writing=[])
    print(f"audit.seal {sealed / (time.perf_counter() - begun):.0f} 1/s", flush=True)
    report, begun = Report(), time.perf_counter()
    found = list(report.findings([]))
    print(f"audit.verify {report.entries / (time.perf_counter() - begun):.0f} 1/s")
    print(f"audit.entries {report.entries} entries")
    print(f"audit.findings {len(found)} findings")
    print(f"audit.memory {resident() - before:.1f} MiB")


if __name__ == "__main__":
    main()
