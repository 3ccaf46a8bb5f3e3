"""Case numbers: what they look like and how one is drawn."""

import secrets

from accounts.policy import ALPHABET

SYMBOLS = 6  # 31^6: 887 million a province and year


def draw_number(year: int, province_code: str) -> str:
    """A number such as 2024-42-7K3M9Q: year, province, random symbols. Not guessable; the caller sees to unique."""
    return f"{year}-{province_code}-" + "".join(secrets.choice(ALPHABET) for _ in range(SYMBOLS))
