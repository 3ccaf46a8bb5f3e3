"""The verification code (查验码) of a certificate: how it is drawn and how a typed one is read."""

import hashlib
import re
import secrets
import unicodedata

# Without 0 O, 1 I L, 2/Z, 5/S, 8/B and U/V pairs: what is read aloud or copied by hand stays one symbol.
ALPHABET = "23456789ACDEFGHJKMNPQRTVWXY"
SYMBOLS, GROUP = 12, 4
_CODE = re.compile(rf"[A-Z0-9]{{{SYMBOLS}}}")


def verification_code(entropy: bytes | None = None) -> str:
    """A new code such as `YT7K-9M2D-4TQA`: 12 symbols of 27, 57 bits, in groups of 4 (R15).

    Without `entropy` it comes from the system's secure random source. With `entropy` the same bytes give the same
    code; they must themselves be secret, or the code can be guessed.
    """
    if entropy is None:
        symbols = "".join(secrets.choice(ALPHABET) for _ in range(SYMBOLS))
    else:
        # 256 bits over 27**12 leave a bias far below anything that could be counted.
        number = int.from_bytes(hashlib.sha256(entropy).digest(), "big")
        symbols = ""
        for _ in range(SYMBOLS):
            number, rest = divmod(number, len(ALPHABET))
            symbols += ALPHABET[rest]
    return _grouped(symbols)


def normalise_code(text: str) -> str:
    """A typed or pasted code in its stored form; an empty string where the text cannot be a code.

    Case, full-width letters, spaces, every kind of dash, and invisible characters make no difference.
    """
    # NFKC before upper(): full-width letters and digits first become the plain ones.
    plain = unicodedata.normalize("NFKC", text).upper()
    symbols = "".join(c for c in plain if unicodedata.category(c) not in {"Zs", "Cc", "Cf", "Pd"} and c not in "−ー_")
    return _grouped(symbols) if _CODE.fullmatch(symbols) else ""


def _grouped(symbols: str) -> str:
    return "-".join(symbols[i : i + GROUP] for i in range(0, SYMBOLS, GROUP))
