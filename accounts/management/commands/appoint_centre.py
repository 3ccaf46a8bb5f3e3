"""Appoints staff of the centre from the server's command line: the first account of a new portal."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions.appointing import appoint_centre_staff
from kernel import clock
from kernel.errors import Refusal


class Command(BaseCommand):
    help = "登记一位中心工作人员，并发出邀请邮件。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="姓名")
        parser.add_argument("email", help="电子邮箱")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            appoint_centre_staff(name=options["name"], email=options["email"], now=clock.now())
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(f"已登记 {options['name']}，邀请邮件正在发往 {options['email']}。")
