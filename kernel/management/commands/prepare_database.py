"""Brings the database up to this version of the code: migrate as the owner, grant to the application role."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from kernel.database import as_owner, grant_application


class Command(BaseCommand):
    help = "以所有者身份迁移数据库，并授予应用角色所需权限。"

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            call_command("migrate", interactive=False, verbosity=options["verbosity"])
            call_command("createcachetable", verbosity=options["verbosity"])
            grant_application()
