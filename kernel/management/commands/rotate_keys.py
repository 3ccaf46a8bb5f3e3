"""Encrypts contact details and sessions anew under the current key, the first of PERSONAL_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand

from kernel.encryption import current_key
from kernel.rotation import ALSO, encrypted_columns, rotate


class Command(BaseCommand):
    help = "把联系方式和会话改用 PERSONAL_KEYS 里的第一把密钥加密；可以重复运行，平台不必停。"

    def handle(self, *args: Any, **options: Any) -> None:
        total = 0
        for table, column, findable in encrypted_columns():
            count = rotate(table, column, findable=findable)
            total += count
            self.stdout.write(f"{table}.{column}：{count} 项")
        for place, again in ALSO.items():
            total += (count := again())
            self.stdout.write(f"{place}：{count} 项")
        self.stdout.write(f"共 {total} 项改用密钥 {current_key()}。其余密钥现在可以从 PERSONAL_KEYS 里去掉。")
