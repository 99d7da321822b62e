"""Names in any script against names in Latin letters: the ways in which one is spelt in the other."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import permutations

from caseboard.errors import MissingExtra

#: Scripts that leave short vowels out, or write them as marks of a consonant.
_BARE = (
    "ARABIC",
    "HEBREW",
    "SYRIAC",
    "DEVANAGARI",
    "BENGALI",
    "GUJARATI",
    "GURMUKHI",
    "TAMIL",
    "TELUGU",
    "THAI",
)
_JOINED = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")
#: A letter as the library writes it -> how it is spelt in names, those of two letters first.
_SPELT = {
    "kh": "(?:kh|ch|h|k)",
    "gh": "gh?",
    "sh": "(?:sh|ch|sch|s)",
    "th": "th?",
    "dh": "(?:dh|d|z)",
    "ts": "(?:ts|tz|z|c)",
    "y": "[yjie]+",
    "w": "[uowv]+",
    "v": "(?:[vbw]|[ou]+)",
    "b": "[bv]b?",
    "k": "(?:kh?|ch?|q|ck)",
    "q": "[qkgc]+",
    "j": "(?:dj|[jg])",
    "f": "(?:ff?|ph?|p)",
    "p": "(?:pp?|ph|f)",
    "s": "(?:ss?|c)",
    "z": "[zs]",
    "a": "a+",
    "e": "[ei]+",
    "i": "(?:i|ee|y)",
    "o": "o+",
    "u": "(?:u|oo|ou)",
}
_LETTER = re.compile("|".join(sorted(_SPELT, key=len, reverse=True)) + "|[a-z]")
_SHORT = "(?:aa|[aeiou])?"
#: Korean families, as the rules spell them -> as they spell themselves.
_FAMILIES = {
    "i": "lee yi rhee",
    "bag": "park pak bak",
    "choe": "choi",
    "no": "roh noh",
    "im": "lim",
    "u": "woo",
}
_KOREAN = {"eo": "o", "eu": "u", "oo": "u", "ee": "i", "ou": "o", "u": "o", "ae": "e", "ai": "e", "ch": "j"}
_KOREAN |= {"k": "g", "t": "d", "p": "b", "l": "r"}


def scripts(name: str) -> frozenset[str]:
    """Return the scripts of a name but for the Latin one, as Unicode calls them.

    >>> sorted(scripts("Ada Юрий"))
    ['CYRILLIC']
    """
    words = (unicodedata.name(c, "?").split()[0] for c in name if c.isalpha() and c > "\u024f")
    return frozenset(words) - {"LATIN", "MODIFIER", "?"}


@lru_cache(maxsize=100_000)
def ascii_letters(name: str) -> str:
    """Return a name in ASCII letters.

    Raises:
        MissingExtra: anyascii is not installed.
    """
    if name.isascii():
        return name
    try:
        from anyascii import anyascii
    except ImportError as error:
        raise MissingExtra("anyascii", "formats", needed_for="comparing names in several scripts") from error
    written: str = anyascii(unicodedata.normalize("NFC", name))
    return written


def spelt(one: str, other: str) -> str:
    """Return how a name in another script and one in Latin letters are the same, "" if they are not.

    >>> spelt("毛泽东", "Mao Zedong")
    'the same in Latin letters'
    >>> spelt("حسين", "Hassan")
    ''
    """
    foreign, latin = (one, other) if scripts(one) else (other, one)
    there = scripts(foreign)
    if not there or scripts(latin):
        return ""
    words = re.findall("[a-z]+", bare(latin))
    if not words or len(words) > 5:
        return ""
    if there & {*_BARE}:
        pattern = _pattern(foreign)
        same = any(pattern.fullmatch("".join(row)) for row in permutations(words))
        return "spelt the same but for vowels that its script leaves out" if same else ""
    if "HANGUL" in there:
        return "the same in Latin letters" if _korean(foreign, words) else ""
    written = bare(ascii_letters(foreign))
    rows = [words] if not there & {*_JOINED} else [list(row) for row in permutations(words)]
    fold = _kana if there & {"HIRAGANA", "KATAKANA"} else _folded
    target = fold(re.sub("[^a-z]", "", written))
    return "the same in Latin letters" if any(fold("".join(row)) == target for row in rows) else ""


def inexact(name: str) -> bool:
    """Say whether a name has a script whose letters stand for other sounds than their Latin ones alone.

    >>> inexact("Юрий"), inexact("毛泽东")
    (False, True)
    """
    return bool(scripts(name) & {*_BARE, *_JOINED})


def first_letters(name: str) -> frozenset[str]:
    """Return by what names in several scripts are put beside each other: how their words begin, roughly.

    >>> first_letters("Karl Gustav") & first_letters("Густав")
    frozenset({'k'})
    """
    alike = str.maketrans("gqcxzdpvfr", "kkkkstbbbl", "aeioujyhw")
    found: set[str] = set()
    for word in re.findall("[a-z]+", bare(ascii_letters(name))):
        whole = word.replace("tch", "ch")
        # What begins with one of these in one spelling may begin with another sound in the next.
        for start, others in (("ch", "sk"), ("j", "s"), ("kh", "")):
            found |= set(others) if whole.startswith(start) else set()
        found.add((whole.translate(alike) or "-")[0])
    return frozenset(found)


def bare(name: str) -> str:
    """Return a name in lower case without accents."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("ß", "ss").replace("ł", "l")


def _folded(word: str) -> str:
    """Return a word without what spellings of Slavic, Greek, Armenian and Georgian names differ in."""
    for one, other in (("tch", "ch"), ("tsch", "ch"), ("kh", "h"), ("ks", "x"), ("ph", "f"), ("tz", "ts")):
        word = word.replace(one, other)
    word = re.sub("^(?:ye|je)", "e", re.sub("(?<=[aeiou])(?:ye|je)", "e", word))
    word = re.sub(r"([a-z])\1+", r"\1", re.sub("[yij]+", "i", word))
    return word.replace("ov", "of").replace("ev", "ef").replace("w", "v")


def _kana(word: str) -> str:
    return re.sub(r"([aeiou])\1+", r"\1", word.replace("ou", "o"))


def _pattern(name: str) -> re.Pattern[str]:
    """Return what matches the spellings of a name whose script leaves vowels out."""
    parts = []
    for word in name.split():
        plain = re.sub("[^a-z]", "", ascii_letters(word).casefold())
        article = word.startswith("ال") and plain.startswith("l")
        plain = re.sub(r"([a-z])\1", r"\1", plain.removeprefix("l" if article else ""))
        letters = [_SPELT.get(one, f"{one}{one}?") for one in _LETTER.findall(plain)]
        if letters and plain.endswith("h") and len(letters) > 1:
            letters[-1] = f"(?:{letters[-1]})?"
        parts.append(("(?:[ae]?l)?" if article else "") + _SHORT + _SHORT.join(letters) + _SHORT)
    return re.compile("".join(parts))


def _korean(name: str, words: list[str]) -> bool:
    written = re.findall("[a-z]+", ascii_letters(name[:1]).casefold())
    family = written[0] if written else ""
    target = _hangul(re.sub("[^a-z]", "", ascii_letters(name).casefold())[len(family) :])
    spellings = {family, *_FAMILIES.get(family, "").split()}
    for place in (0, len(words) - 1):
        given = "".join(words[:place] + words[place + 1 :])
        if _hangul(given) == target and any(_hangul(words[place]) == _hangul(one) for one in spellings):
            return True
    return False


def _hangul(word: str) -> str:
    for one, other in _KOREAN.items():
        word = word.replace(one, other)
    return word
