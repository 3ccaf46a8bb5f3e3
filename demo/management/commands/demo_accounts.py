"""`manage.py demo_accounts`: prints the accounts a visitor of the demo may use."""

from typing import Any

from django.core.management.base import BaseCommand

from demo.accounts import lines


class Command(BaseCommand):
    help = "列出演示账号"
    requires_system_checks: list[str] = []  # noqa: RUF012  (Django's own declaration)

    def handle(self, *args: Any, **options: Any) -> None:
        for line in lines():
            self.stdout.write(line)
