"""Passwords: hashed with argon2id, at most two at once, and what a new one must be. Knows no database."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from itertools import pairwise
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

#: OWASP's second choice: 19 MiB, two passes, one lane. Changing it hashes each password anew at its next sign-in.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def _give_large_blocks_back() -> None:
    """Have the memory of a hash go back to the system at once.

    glibc raises its own bound for that with the first large block that is freed, and then keeps 19 MB for every thread that ever hashed.
    """
    with suppress(OSError, AttributeError, TypeError):  # another C library knows no mallopt, and needs none
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE)


M_MMAP_THRESHOLD, LARGE = -3, 1 << 20
_give_large_blocks_back()

#: Each hash takes its memory: a crowd at the start of a shift waits instead of filling the machine.
_at_most_two = BoundedSemaphore(2)

#: What an unknown account is checked against, so that it costs what a known one costs. Nobody knows its password.
_NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$jYZMxpDVM5YFLoDyyEHSmQ$1rAZbIvafTnGn1xjyIgaYjx7u+86Qs/qNdNNYK7UM9A"

SHORTEST = 12

#: What is left of a common password when its figures and marks are taken away.
_COMMON = frozenset(
    [
        "password",
        "passwords",
        "passwort",
        "pass",
        "passw",
        "passwd",
        "passphrase",
        "changeme",
        "changemenow",
        "changeit",
        "letmein",
        "letmeinnow",
        "welcome",
        "welcomeback",
        "qwerty",
        "qwertyuiop",
        "qwertyuiopasdfghjkl",
        "qwertyui",
        "asdfghjkl",
        "asdfghjklzxcvbnm",
        "zxcvbnm",
        "qazwsx",
        "qazwsxedc",
        "qazwsxedcrfv",
        "qweasd",
        "qweasdzxc",
        "iloveyou",
        "ilovenhs",
        "iloveyousomuch",
        "sunshine",
        "princess",
        "football",
        "liverpool",
        "arsenal",
        "chelsea",
        "manchester",
        "manchesterunited",
        "manutd",
        "administrator",
        "admin",
        "superadmin",
        "master",
        "monkey",
        "dragon",
        "dragonsden",
        "trustno",
        "trustnoone",
        "whatever",
        "starwars",
        "superman",
        "batman",
        "nhs",
        "nhstrust",
        "nhsengland",
        "hospital",
        "hospitals",
        "nurse",
        "nursing",
        "doctor",
        "ward",
        "patient",
        "pitchpit",
        "pitchpitdemo",
        "secret",
        "topsecret",
        "summer",
        "winter",
        "autumn",
        "spring",
        "january",
        "february",
        "march",
        "april",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "correcthorsebatterystaple",
        "abc",
        "abcd",
        "abcdef",
        "abcdefgh",
        "abcdefghijkl",
    ]
)


def hashed(password: str) -> str:
    """The password as it is kept. Slow on purpose: never inside a transaction."""
    with _at_most_two:
        return _hasher.hash(password)


def is_right(kept: str | None, password: str) -> bool:
    """Whether this is the password that was kept; as much work where none was. Never inside a transaction."""
    with _at_most_two:
        try:
            return _hasher.verify(kept or _NOBODYS, password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Whether it was hashed with other parameters than today's."""
    return _hasher.check_needs_rehash(kept)


def why_not(password: str, *, email: str = "", name: str = "") -> str | None:
    """What is wrong with a new password, as a sentence that says what to do; None where it will do."""
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters. Three or four words you will remember do well"
    plain = password.casefold()
    if len(set(plain)) < 5 or _is_a_run(plain):
        return "Use more different characters: this one would be among the first to be tried"
    if _letters(plain) in _COMMON or plain.isdigit():
        return "Choose another one: this is among the first that would be tried"
    own = [email.casefold().partition("@")[0], *name.casefold().split()]
    if any(len(word) > 3 and word in plain and len(plain) - len(word) < 8 for word in own):
        return "Choose one that is not made of your own name or email address"
    return None


def _letters(plain: str) -> str:
    return "".join(character for character in plain if character.isalpha())


def _is_a_run(plain: str) -> bool:
    """Whether it only counts up or down, or says the same short thing again and again."""
    steps = {ord(b) - ord(a) for a, b in pairwise(plain)}
    return steps <= {1} or steps <= {-1} or any(plain in plain[:n] * len(plain) for n in range(1, 5))
