"""Takes the second step of the login away from somebody who has lost phone and recovery codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions.two_step import end_two_step
from accounts.models import User
from kernel import clock
from kernel.errors import Refusal


class Command(BaseCommand):
    help = "解除一个账号的两步验证（手机和恢复码都丢了时）；请先核实是本人。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="账号的电子邮箱")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError("没有这个邮箱的账号。")
        try:
            end_two_step(user=user, now=clock.now())
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write("两步验证已解除，所有设备都已退出；已写信告知本人。")
