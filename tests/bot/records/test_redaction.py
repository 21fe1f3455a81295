from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bank import Bank
from bot.records.redaction import MAX_CHARACTERS, redact

EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
DIGITS = re.compile(r"\d(?:[\s().\-]{0,2}\d){6,}")


@pytest.fixture(scope="module")
def words(bank: Bank) -> frozenset[str]:
    return bank.words


@pytest.mark.parametrize(
    "number",
    [
        "555-123-4567",
        "(555) 123-4567",
        "(305)555 1234",
        "3055551234",
        "+1 305.555.1234",
        "1-800-555-0199",
        "555-1234",
        "5 5 5 1 2 3 4 5 6 7",
        "５５５－１２３－４５６７",
        "555\u200b123\u200b4567",
        "٣٠٥٥٥٥١٢٣٤",
        "five five five one two three four",
        "305 five five five 1234",
    ],
)
def test_phone_numbers_go(number: str, words: frozenset[str]) -> None:
    kept = redact(f"call me at {number} about tms", words)
    assert re.fullmatch(r"call me at \[(phone|number)\] about tms", kept)


@pytest.mark.parametrize(
    "address",
    [
        "jo.doe+x@example.com",
        "jo @ example.com",
        "jo＠example.com",
        "jo\u200b@exam\u00adple.com",
        "jo at example dot com",
        "jo(at)example.com",
        "jo arroba example punto com",
    ],
)
def test_mail_addresses_go(address: str, words: frozenset[str]) -> None:
    assert redact(f"write to {address} please", words) in ("write to [email] please", "[email] please")


@pytest.mark.parametrize("address", ["https://x.org/me?id=1", "www.facebook.com/jo", "instagram.com/jo", "HTTP://A.B"])
def test_web_addresses_go(address: str, words: frozenset[str]) -> None:
    assert redact(f"see {address} for it", words) == "see [url] for it"


@pytest.mark.parametrize(
    "date",
    [
        "3/14/1980",
        "03-14-80",
        "1980-03-14",
        "14.3.1980",
        "March 14, 1980",
        "mar 14th",
        "14 March 1980",
        "the 14th of march",
        "march 1980",
        "3/14",
        "14 de marzo de 1980",
        "dob 1980",
        "born in 1980",
    ],
)
def test_dates_go(date: str, words: frozenset[str]) -> None:
    kept = redact(f"i came on {date} for ect", words)
    assert "[date]" in kept
    assert not re.search(r"\d", kept)


@pytest.mark.parametrize(
    "address",
    [
        "1600 Pennsylvania Ave",
        "1600 pennsylvania avenue apt 3",
        "4521 oak dr",
        "450 NE 2nd Ave, Suite 100",
        "12 Martin Luther King Blvd",
        "77b Elm Street",
        "9 sunny meadow lane",
        "P.O. Box 123",
        "po box 99",
        "Calle Ocho 1234",
    ],
)
def test_street_addresses_go(address: str, words: frozenset[str]) -> None:
    assert redact(f"i live at {address} near you", words) == "i live at [address] near you"


@pytest.mark.parametrize(("code", "kept"), [("33602", "[zip]"), ("33602-1234", "[zip]")])
def test_zip_codes_go(code: str, kept: str, words: frozenset[str]) -> None:
    assert redact(f"do you have a place in {code}?", words) == f"do you have a place in {kept}?"


@pytest.mark.parametrize("number", ["123-45-6789", "123 45 6789", "ssn 123456789", "social security number is 6789"])
def test_social_security_numbers_go(number: str, words: frozenset[str]) -> None:
    kept = redact(f"my {number} is it covered", words)
    assert re.fullmatch(r"my \[(ssn|phone)\] ?is it covered", kept)


@pytest.mark.parametrize(
    "number",
    [
        "member id W123456789",
        "Member ID: 1234",
        "policy number ABC-12345",
        "policy # 99887",
        "subscriber id is XYZ12A34",
        "group no. 00123",
        "medicaid 1234567890",
        "mrn 55512",
        "claim #2024-5512",
    ],
)
def test_numbers_of_members_and_policies_go(number: str, words: frozenset[str]) -> None:
    assert redact(f"my {number} does it pay", words) == "my [id] does it pay"


def test_codes_and_long_numbers_go_without_being_named(words: frozenset[str]) -> None:
    assert redact("it says XEH123456789 and 123456", words) == "it says [id] and [number]"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("my name is john smith and i need ect", "my name is [name] and i need ect"),
        ("My name is Hope. Do you take Aetna?", "My name is [name]. Do you take Aetna?"),
        ("MY NAME IS JOHN SMITH AND I NEED HELP", "MY NAME IS [name] AND I NEED HELP"),
        ("i'm called kiki", "i'm called [name]"),
        ("I’m called Kiki", "I'm called [name]"),
        ("name: Jane Roe", "name: [name]"),
        ("her name is priya", "her name is [name]"),
        ("a man named bob", "a man named [name]"),
        ("call me zoe", "call me [name]"),
        ("Hi, this is Maria Lopez, can I come", "Hi, this is [name], can I come"),
        ("this is john smith calling about ketamine", "this is [name] calling about ketamine"),
        ("hi im kevin does tms hurt", "hi im [name] does tms hurt"),
        ("I am Robert Downey and I want TMS", "I am [name] and I want TMS"),
        ("I'm Kevin", "I'm [name]"),
        ("me llamo María José y quiero ayuda", "me llamo [name] y quiero ayuda"),
        ("soy Ana Díaz", "soy [name]"),
        ("my husband Robert won't go", "my husband [name] won't go"),
        ("i saw Dr. Karen Miller", "i saw [name]"),
        ("dr smith said ect", "dr [name] said ect"),
        ("mr jones and mrs brown", "mr [name] and mrs [name]"),
        ("do you know Kevin O'Neil there", "do you know [name] there"),
        ("contact Ann-Marie Fox-Lee please", "contact [name] please"),
        ("J. R. Smith is my doctor", "[name] is my doctor"),
        ("thanks, Tom Baker", "thanks, [name]"),
    ],
)
def test_names_go(said: str, kept: str, words: frozenset[str]) -> None:
    assert redact(said, words) == kept


@pytest.mark.parametrize(
    "said",
    [
        "Does Medicare cover Spravato in Tampa?",
        "can i take 1/2 a pill of 2000mg",
        "since 2019 i tried 40 mg of prozac and 20 mg of lexapro",
        "10 mg can i drive",
        "after 2 sessions can i drive",
        "what is the other way",
        "I'm so tired of this",
        "I am Bipolar",
        "im lonley",
        "call me back please",
        "my dr said ect",
        "is CYP2D6 or 5-HT2A tested",
        "does it cost $15000 or 15000 dollars",
        "What About Ketamine For Old People",
        "what are the side effects of Auvelity",
        "may 20 mg help",
        "Do you take Blue Cross?",
        "is it open 24/7",
        "can my dog take prozac",
        "¿cuánto cuesta la ketamina?",
    ],
)
def test_what_tells_nobody_stays(said: str, words: frozenset[str]) -> None:
    assert redact(said, words) == said


def test_without_the_words_of_a_bank_more_is_taken_for_a_name(words: frozenset[str]) -> None:
    said = "i like Florida Blue"
    assert redact(said, words) == said
    assert redact(said) == "i like [name]"


def test_spaces_line_ends_and_invisible_letters_do_not_make_another_question() -> None:
    assert redact("  does\r\nit \u200bhurt\x00 ?\ud800 ") == "does it hurt ?"


def test_little_is_kept_of_much() -> None:
    assert len(redact("why does it hurt so " * 500)) <= MAX_CHARACTERS


@pytest.mark.parametrize("piece", ["id ", "1 ", "a.", "A B", "my name is ", "5-", "1 aa ", "@ ", "one", "\u0660"])
def test_nothing_takes_long(piece: str) -> None:
    assert len(redact(piece * 4000)) <= MAX_CHARACTERS


digits = st.text(st.sampled_from("0123456789٣４ -.()/+#x"), min_size=5, max_size=30)
mails = st.from_regex(r"[a-z.]{1,8}@[a-z-]{1,8}\.(com|org|museum)", fullmatch=True)
texts = st.lists(st.one_of(st.text(max_size=20), digits, mails, st.just("my number is"), st.just("\u200b"))).map(
    "".join
)


@given(texts)
def test_no_long_number_and_no_mail_address_survives(text: str) -> None:
    kept = redact(text)
    assert not re.search(r"\d{6,}", kept)
    assert not DIGITS.search(kept)
    assert not EMAIL.search(kept)
    assert len(kept) <= MAX_CHARACTERS
    assert not any(unicodedata.category(letter).startswith("C") for letter in kept)
    kept.encode("utf-8")


@given(st.text(max_size=80), mails, st.text(max_size=80))
def test_a_mail_address_goes_whatever_stands_around_it(before: str, mail: str, after: str) -> None:
    assert mail not in redact(f"{before}{mail}{after}")


@given(st.integers(10**6, 10**15), st.text(st.characters(blacklist_categories=("Nd",)), max_size=80))
def test_a_long_number_goes_whatever_stands_around_it(number: int, around: str) -> None:
    assert str(number) not in redact(f"{around}{number}{around}")
