"""The encoding of text that is not UTF-8, guessed from its lines with letters outside ASCII.

Of the encodings that give a text the one wins whose words look most like words: charset-normalizer weighs the whole,
and here is weighed what it cannot tell from the short cells of a table, such as Polish from French, where every byte
of the one is a letter or a sign of the other.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

SAMPLE_BYTES = 1 << 16
WESTERN = ("cp1252", "iso8859_2", "cp1250", "cp1254")
CANDIDATES = (*WESTERN, "cp1251", "koi8_r", "cp1253", "gb18030", "cp932", "euc_jp", "cp949", "big5")
"""What tables are written in; of those that fit alike, the first."""
COMMON = {
    "gb18030": (0xB0, 0xD7),
    "cp932": (0x81, 0x97),
    "euc_jp": (0xA1, 0xCF),
    "cp949": (0xB0, 0xC8),
    "big5": (0xA1, 0xC6),
}
"""Encodings of several bytes, with the first bytes of what is written often: kana, syllables, level 1 of each set."""
CENTRAL = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čćđšž", "ăâîşţ", "äöüß")
ALPHABETS = {
    "cp1252": (
        *("àâæçéèêëîïôœùûüÿ", "äöüßéà", "áéíñóúü", "ãáâàçéêíõóôúü", "àèéìíòóù", "æøåéèê", "åäöéü", "áæðéíóöþúý"),
        *("àçèéíïòóúü", "éèëïöüáíóúêâîôûàùœ", "äõöüšž"),
    ),
    "iso8859_2": CENTRAL,
    "cp1250": CENTRAL,
    "cp1254": ("çğıöşüâî",),
}
"""Letters outside ASCII of the languages that are written in an encoding, each language for itself."""
MOST = 0.5  # of a cost: where every second letter looks out of place, nothing fits
CHAOTIC = 0.4  # what charset-normalizer calls no text at all: a lone sign, as in 20 °C, is chaos to it
CLOSE = 0.1  # costs that say nothing about which is right
UNITS = "°µ²³ª\u00ba©®™"  # stand beside letters by right: 20 °C, m², ©
OUTSIDE_ASCII = re.compile(r"[^\0-\x7f]")
WORD_OUTSIDE_ASCII = re.compile(r"\b[^\W\0-\x7f]{2,}\b")
WRECKAGE = re.compile(r"[\u2500-\u259f\uff61-\uff9f]")  # boxes and half-width katakana: what misread bytes become


@dataclass(frozen=True, order=True)
class Guess:
    """An encoding that fits; the lower its cost the better. `place` is that in CANDIDATES, `text` the sample's."""

    cost: float
    place: int
    text: str

    @property
    def encoding(self) -> str:
        """Its usual name, which Python knows, too."""
        return CANDIDATES[self.place].replace("iso8859_", "iso-8859-").replace("koi8_r", "koi8-r")


def guess_encodings(path: Path) -> list[Guess]:
    """Return the encodings that fit a file, the best first; empty where none does."""
    from charset_normalizer import from_bytes  # noqa: PLC0415 - only text that is not UTF-8 needs its tables

    sample = sample_of(path)
    chaos: dict[str, float] = {}
    for match in from_bytes(sample, cp_isolation=list(CANDIDATES), preemptive_behaviour=False, enable_fallback=False):
        chaos |= dict.fromkeys((match.encoding, *match.could_be_from_charset), round(match.chaos, 1))
    guesses: list[Guess] = []
    for place, encoding in enumerate(CANDIDATES):
        if (text := _decoded(sample, encoding)) is not None:
            cost = _oddities(text, encoding) + _foreign(text, encoding) / 2 + chaos.get(encoding, CHAOTIC) / 2
            guesses.append(Guess(round(cost, 6), place, text))
    return sorted(guess for guess in guesses if guess.cost < MOST)


def sample_of(path: Path) -> bytes:
    """Return the first lines with bytes above 127, each once."""
    lines: dict[bytes, None] = {}
    size = 0
    with path.open("rb") as file:
        while size < SAMPLE_BYTES and (line := file.readline(SAMPLE_BYTES)):
            if not line.isascii() and line not in lines:
                lines[_whole(line)] = None
                size += len(line)
    return b"".join(lines)


def doubts(guesses: list[Guess]) -> list[str]:
    """Return the encodings of at most two other readings that are as good as the first."""
    best = guesses[0]
    rivals = [each.encoding for each in guesses[1:] if each.cost < best.cost + CLOSE and each.text != best.text]
    return rivals[:2]


def _whole(line: bytes) -> bytes:
    """Cut a line that is too long where no character of several bytes can be."""
    end = max(line.rfind(sign) for sign in (b"\n", b",", b";", b"\t", b" "))
    return line[: end + 1] or line


def _decoded(sample: bytes, encoding: str) -> str | None:
    try:
        return sample.decode(encoding)
    except UnicodeDecodeError:
        return None


def _oddities(text: str, encoding: str) -> float:
    """Return the share of characters outside ASCII that look out of place."""
    padded = f" {text} "
    places = [found.start() for found in OUTSIDE_ASCII.finditer(text)]
    odd = sum(sum(_odd(*padded[at : at + 3])) + _swallowed(padded[at], padded[at + 1], encoding) for at in places)
    return odd / max(1, len(places))


def _odd(before: str, here: str, after: str) -> Iterator[float]:
    """Weigh what no word has: a capital after a small letter, two scripts, a sign before or behind a letter."""
    kind = unicodedata.category(here)
    if kind in {"Cc", "Co", "Cn"} or WRECKAGE.match(here):
        yield 1
    elif here in UNITS:
        yield here not in "°µ" and after.islower()
    elif here.isalpha():
        yield before.islower() and here.isupper()
        yield here.islower() and after.isupper()
        beside = [other for other in (before, after) if other.isalpha() and other not in UNITS]
        yield sum(_script(other) != _script(here) for other in beside)
    elif here in "¿¡":
        yield before.isalpha()
    elif kind in {"Pf", "Pi"}:  # quotes close behind a word and open before one; an apostrophe stands inside
        yield after.isalpha() and not before.isalnum() if kind == "Pf" else before.isalnum() and not after.isalpha()
    elif kind[0] in "SN" or here in "¶·§":
        yield after.isalpha() or before.isalpha() / 2


def _swallowed(before: str, here: str, encoding: str) -> float:
    """Weigh a character of several bytes: rarely written, or one that took an ASCII letter in (`20°C`, `20癈`)."""
    if encoding not in COMMON:
        return 0
    first, last = COMMON[encoding]
    written = here.encode(encoding)
    if before.isascii() and before.isalnum() and written[-1:].isalpha():
        return 1
    return 0 if len(written) == 1 or first <= written[0] <= last else 0.5


def _foreign(text: str, encoding: str) -> float:
    """Return the share of letters outside ASCII that the language which fits best does not have.

    In Latin script no word is made of them alone: what looks like one is of another script.
    """
    alphabets = ALPHABETS.get(encoding)
    letters = [letter for letter in OUTSIDE_ASCII.findall(text.lower()) if letter.isalpha() and letter not in UNITS]
    if alphabets is None or not letters:
        return 0
    alone = sum(map(len, WORD_OUTSIDE_ASCII.findall(text)))
    return (min(sum(letter not in alphabet for letter in letters) for alphabet in alphabets) + alone) / len(letters)


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    name = unicodedata.name(letter, "").partition(" ")[0]
    return "CJK" if name in {"HIRAGANA", "KATAKANA"} else name
