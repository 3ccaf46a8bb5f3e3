"""Says loudly what could not be tried on this machine."""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tests of the nginx rules that were skipped are counted where nobody can overlook it."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "nginx" in report.keywords]
    if skipped:
        terminalreporter.write_line(
            f"\n!!! {len(skipped)} 个 nginx 测试被跳过：没有 nginx（apt-get install nginx-light）!!!\n",
            red=True,
            bold=True,
        )
