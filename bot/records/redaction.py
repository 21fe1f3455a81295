"""Takes out of a question what could tell who asked it.

A pure function. It would rather take out too much than too little: what is left has to show curators which
answer is missing, and nothing more. It can't be perfect: a name in small letters that nothing announces stays.
"""

from __future__ import annotations

import re
import unicodedata
from typing import AbstractSet, Callable, Union

from bot.records.names import without_names

MAX_CHARACTERS = 500
"""Of what is kept."""
_MAX_READ = 4000

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre"
    r"|diciembre)\.?"
)
_AMOUNT = r"(?!\s?(?:mg|mcg|ml|g|%|x\b|times|sessions?|treatments?|weeks?|days?|hours?|minutes?|months?|years?|pills?))"
_NUMBER_WORD = (
    r"(?:\d|zero|oh|one|two|three|four|five|six|seven|eight|nine"
    r"|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve)"
)
_STREET = (
    r"(?:street|avenue|ave|boulevard|blvd|road|rd|lane|ln|highway|hwy|parkway|pkwy|terrace|ter|trail|trl|circle|cir)"
)
_STREET_OR_WORD = r"(?:st|drive|dr|court|ct|place|pl|way|square|sq|loop|cove|run|pass|point)"
"""Names of streets that stand in other sentences too: nothing but words of a name may come before them."""
_NO_STREET = (
    r"(?:mg|mcg|ml|g|am|pm|can|could|may|should|will|do|does|did|is|are|was|to|the|a|an|my|your|his|her|our|their|this"
    r"|that|each|per|of|in|on|at|or|and|if|i|you|he|she|we|it|they|me|no|any|one|other|which|what"
    r"|times?|sessions?|treatments?|weeks?|days?|hours?|minutes?|months?|years?|pills?|tablets?|doses?)\b"
)
_UNIT = r"(?:,?\s*(?:apt|apartment|unit|suite|ste|#)\.?\s*#?\w{1,6})?"
_DIRECTION = r"(?:[news]|[ns][ew]|north|south|east|west)\.?\s+"
_ID_CUE = (
    r"(?:member|policy|subscriber|group|claim|patient|case|account|acct|chart|insurance|plan|medicaid|medicare|licen[cs]e"
    r"|medical record|record|mrn|rx ?bin|bin|pcn|id)"
)

Replace = Union[str, Callable[["re.Match[str]"], str]]


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _token(match: re.Match[str]) -> str:
    """Replaces a word of letters and digits unless it is an amount ("2000mg") or has few digits ("CYP2D6")."""
    word = match.group()
    digits = sum(letter.isdigit() for letter in word)
    amount = re.fullmatch(r"\d{1,5}[^\W\d_]{1,4}", word)
    return word if digits < 4 or amount or not any(letter.isalpha() for letter in word) else "[id]"


def _month_and_day(match: re.Match[str]) -> str:
    """Replaces month/day, but not a part of a pill."""
    month, day = int(match.group(1)), int(match.group(2))
    fraction = match.group() in ("1/2", "1/3", "2/3", "1/4", "3/4")
    return match.group() if fraction or not (1 <= month <= 12 and 1 <= day <= 31) else "[date]"


_STEPS: tuple[tuple[re.Pattern[str], Replace], ...] = (
    # From the most telling form to the least: what one takes, the next no longer sees.
    (_compiled(r"\b(?:https?|ftp)\s?:\s?//\S*|\bwww\.\S+"), "[url]"),
    (_compiled(r"(?<!\S)[^\s@]*(?:\s?@\s?[^\s@]*)+"), "[email]"),
    (
        _compiled(
            r"\b[\w.+-]{1,64}\s?(?:\(at\)|\[at\]|\bat\b|\barroba\b)\s?[\w-]{1,63}"
            r"\s?(?:\(dot\)|\[dot\]|\bdot\b|\bpunto\b|\.)\s?(?:com|net|org|edu|gov|us|io|me)\b"
        ),
        "[email]",
    ),
    (
        _compiled(
            r"(?<![\w.-])(?:[a-z0-9-]{1,63}\.){1,5}(?:com|net|org|edu|gov|us|io|info|co|app|health|care|me|ly|tv)\b(?:/\S*)?"
        ),
        "[url]",
    ),
    (
        _compiled(
            r"\b(?:dob|d\.o\.b\.?|date of birth|birth ?da(?:te|y)|born|nacid[oa]|nac[ií])\b"
            r"(?:\s(?:is|was|on|in|el|en)\b|[\s:,-]){0,4}(?=\d)[\d/.-]+(?:st|nd|rd|th)?"
        ),
        "[date]",
    ),
    (_compiled(r"\b(?:19|20)\d\d\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{1,2}\b"), "[date]"),
    (_compiled(r"\b\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?(?:19|20)?\d\d\b"), "[date]"),
    (
        _compiled(
            rf"\b{_MONTH}\s?\d{{1,2}}(?:st|nd|rd|th)?\b{_AMOUNT}(?:,?\s?(?:of\s)?(?:19|20)?\d\d\b{_AMOUNT})?"
            rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s?(?:of\s|de\s)?{_MONTH}(?!\w)(?:,?\s?(?:of\s|de\s|del\s)?(?:19|20)\d\d\b)?"
            rf"|\b{_MONTH}\s?(?:of\s|de\s)?(?:19|20)\d\d\b"
        ),
        "[date]",
    ),
    (_compiled(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?![\d/])"), _month_and_day),
    (
        _compiled(
            r"\b(?:ssn|social security|social)\b(?:[\s:#-]{1,3}(?:number|no\.?|is|are|digits)){0,3}"
            r"[\s:#-]{0,3}\d[\d -]{2,12}"
        ),
        "[ssn]",
    ),
    (_compiled(r"(?<!\d)\d{3}[-. ]\d{2}[-. ]\d{4}(?!\d)"), "[ssn]"),
    (_compiled(r"\bp\.?\s?o\.?\s?box\s?\d+"), "[address]"),
    (
        _compiled(
            rf"\b\d{{1,6}}[a-z]?\s+(?:{_DIRECTION})?(?:(?!{_NO_STREET})[\w'.-]{{1,20}}\s+){{1,3}}{_STREET}\b\.?{_UNIT}"
            rf"|\b\d{{2,6}}[a-z]?\s+(?:{_DIRECTION})?(?:(?!{_NO_STREET})[\w'-]{{2,20}}\s+){{1,2}}{_STREET_OR_WORD}\b\.?{_UNIT}"
            r"|\b(?:calle|avenida|avda?\.?)\s(?:[\w'.-]{1,20}\s){0,3}#?\d+"
        ),
        "[address]",
    ),
    (
        _compiled(
            rf"\b{_ID_CUE}(?:\s?(?:id|number|num|no\.?|#|is|es)){{0,3}}[\s:#=-]{{1,4}}"
            r"(?=[a-z0-9-]*\d)[a-z0-9][a-z0-9-]{3,30}\b"
        ),
        "[id]",
    ),
    (_compiled(r"(?<![\w])(?:\+?\d{1,3}[\s.-]{0,2})?\(?\d{3}\)?[\s.-]{0,3}\d{3}[\s.-]{0,3}\d{4}(?!\w)"), "[phone]"),
    (_compiled(r"(?<![\w-])\d{3}[\s.-]\d{4}(?![\w-])"), "[phone]"),
    (re.compile(r"(?<![\w-])\d{5}-\d{4}(?![\w-])"), "[zip]"),
    (_compiled(r"\b[^\W_]*\d[^\W_]*(?:-[^\W_]*\d[^\W_]*)*\b"), _token),
    (_compiled(rf"{_NUMBER_WORD}(?:[\s()./,+#*_–—-]{{0,3}}{_NUMBER_WORD}){{6,}}"), "[number]"),
    (re.compile(r"\d{6,}"), "[number]"),
    (re.compile(r"(?<![$\d.,])\d{5}(?![\d%])(?!\s?(?:dollars|usd|bucks))"), "[zip]"),
)


def redact(text: str, known: AbstractSet[str] = frozenset()) -> str:
    """Returns a text without what could tell who wrote it, of at most 500 characters.

    Phone numbers, e-mail and web addresses, dates, street addresses, ZIP codes, numbers of people and policies,
    other long numbers, and names each become a word in brackets.

    Args:
        text: Any text.
        known: Words that name nobody, in lower case: those of the bank. The fewer, the more is taken for a name.
    """
    text = _cleaned(text[:_MAX_READ])
    for pattern, replacement in _STEPS:
        text = pattern.sub(replacement, text)
    return without_names(text, known)[:MAX_CHARACTERS].rstrip()


def _cleaned(text: str) -> str:
    """Returns a text in plain letters: other forms of them, invisible ones and line ends could hide something."""
    text = unicodedata.normalize("NFKC", text).replace("’", "'").replace("‘", "'")
    # Categories C*: control, format, surrogate, private, unassigned.
    text = "".join(" " if letter.isspace() else letter for letter in text if _is_seen(letter))
    return " ".join(text.split())


def _is_seen(letter: str) -> bool:
    return letter.isspace() or not unicodedata.category(letter).startswith("C")
