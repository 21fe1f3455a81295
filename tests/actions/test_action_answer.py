from __future__ import annotations

import pytest

from actions.action_answer import ActionAnswer
from bot.bank import Bank
from bot.bank.store import BankUnavailableError, Store
from bot.settings import Settings
from tests.actions.helpers import run, tracker


@pytest.fixture
def action(settings: Settings) -> ActionAnswer:
    return ActionAnswer(settings=settings)


def test_it_speaks_the_answer_and_remembers_which(action: ActionAnswer) -> None:
    messages, events = run(action, tracker("does ect hurt", "ect", facet="side_effects"))
    assert [message["metadata"]["answer_id"] for message in messages] == ["ect.side_effects"]
    assert events[0]["name"] == "last_answer"
    assert events[0]["value"] == "ect.side_effects"


def test_sms_gets_the_short_text(action: ActionAnswer, bank: Bank) -> None:
    messages, _ = run(action, tracker("ect", "ect", channel="sms"))
    assert messages[0]["text"] == bank.profile.fill(bank.answers["ect.overview"].sms)


@pytest.mark.parametrize("intent", ["nlu_fallback", "out_of_scope", "something_new", ""])
def test_what_it_does_not_know_it_says_so(action: ActionAnswer, intent: str) -> None:
    messages, _ = run(action, tracker("who won the game", intent))
    assert messages[0]["metadata"]["answer_id"] == "out_of_scope.overview"
    assert "988" in messages[0]["text"]


def test_support_is_said_first_and_the_question_answered(action: ActionAnswer) -> None:
    asked = tracker("does lithium lower suicide risk", "lithium", facet="effectiveness")
    (support, answer), _ = run(action, asked)
    assert support["metadata"] == {"level": "support"}
    assert "988" in support["text"]
    assert answer["metadata"]["answer_id"] == "lithium.effectiveness"


def test_despair_without_a_question_is_not_told_that_it_is_out_of_scope(action: ActionAnswer) -> None:
    messages, events = run(action, tracker("some days i dont see the point", "out_of_scope"))
    assert "988" in messages[0]["text"]
    assert "answer_id" not in messages[1].get("metadata", {})
    assert "thank you for telling me" in messages[1]["text"].lower()
    assert events == []


def test_tell_me_more_gives_the_detail_of_the_last_answer(action: ActionAnswer, bank: Bank) -> None:
    detailed = next(answer for answer in bank.answers.values() if answer.detail)
    messages, _ = run(action, tracker("tell me more", "tell_more", last_answer=detailed.id))
    assert messages[0]["text"] == bank.profile.fill(detailed.detail)


def test_a_more_button_means_its_own_answer(action: ActionAnswer, bank: Bank) -> None:
    detailed = next(answer for answer in bank.answers.values() if answer.detail)
    messages, _ = run(action, tracker(f"{detailed.id}.detail", "tell_more", last_answer="greet.overview"))
    assert messages[0]["text"] == bank.profile.fill(detailed.detail)


def test_repeat_says_the_last_answer_in_fewer_words(action: ActionAnswer, bank: Bank) -> None:
    messages, _ = run(action, tracker("say that again", "repeat", last_answer="ect.overview"))
    assert messages[0]["text"] == bank.profile.fill(bank.answers["ect.overview"].sms)
    assert messages[0]["metadata"]["answer_id"] == "ect.overview"


def test_repeat_of_nothing_is_answered_too(action: ActionAnswer) -> None:
    messages, _ = run(action, tracker("say that again", "repeat"))
    assert messages[0]["metadata"]["answer_id"] == "repeat.overview"


def test_a_comparison_takes_the_treatments_named(action: ActionAnswer) -> None:
    messages, _ = run(action, tracker("ect or tms", "compare", treatments=("ect", "rtms", "ect")))
    assert messages[0]["metadata"]["compared"] == ["ect", "rtms"]


def test_a_short_follow_up_goes_on_about_the_last_treatment(action: ActionAnswer) -> None:
    asked = tracker("does it work tho", "nlu_fallback", facet="effectiveness", last_answer="ketamine.overview")
    messages, _ = run(action, asked)
    assert messages[0]["metadata"]["answer_id"] == "ketamine.effectiveness"


@pytest.mark.parametrize(
    ("text", "intent", "facet", "last_answer", "confidence"),
    [
        ("how much is pizza", "out_of_scope", "coverage", "ketamine.overview", 0.9),  # surely something else
        ("what is that", "nlu_fallback", "overview", "ketamine.overview", 0.5),  # asks for nothing in particular
        ("does it work", "nlu_fallback", "effectiveness", "greet.overview", 0.5),  # of what?
        ("does it work", "nlu_fallback", "effectiveness", None, 0.5),
        (
            "i had a long day at work and my sister called about her car",
            "nlu_fallback",
            "timeline",
            "ect.overview",
            0.5,
        ),
    ],
)
def test_what_is_no_follow_up_is_not_taken_for_one(
    action: ActionAnswer, text: str, intent: str, facet: str, last_answer: str | None, confidence: float
) -> None:
    asked = tracker(text, intent, facet=facet, last_answer=last_answer, confidence=confidence)
    messages, _ = run(action, asked)
    assert messages[0]["metadata"]["answer_id"] == "out_of_scope.overview"


def test_without_a_bank_it_fails_loudly_so_that_the_guard_can_speak(settings: Settings) -> None:
    empty = ActionAnswer(store=Store("sqlite://"), settings=settings)
    with pytest.raises(BankUnavailableError):
        run(empty, tracker("ect", "ect"))


def test_two_questions_get_two_answers_in_order(action: ActionAnswer) -> None:
    asked = tracker("does ect hurt and is it covered", "ect", questions=("ect.side_effects", "ect.coverage"))
    messages, events = run(action, asked)
    assert [message["metadata"]["answer_id"] for message in messages] == ["ect.side_effects", "ect.coverage"]
    assert not messages[0]["buttons"]
    assert events[0]["value"] == "ect.coverage"


def test_what_is_half_understood_is_asked_back(action: ActionAnswer, bank: Bank) -> None:
    ranking = (("rtms", 0.18), ("out_of_scope", 0.1), ("ect", 0.06), ("vns", 0.01))
    messages, events = run(action, tracker("the zap thing", "nlu_fallback", facet="coverage", ranking=ranking))
    (message,) = messages
    assert message["metadata"] == {"clarify": ["rtms.coverage", "ect.coverage"]}
    assert [button["payload"] for button in message["buttons"]] == ["rtms.coverage", "ect.coverage"]
    assert bank.profile.phone in message["text"]
    assert events == []


def test_by_sms_the_choices_are_named_once_by_the_channel_that_numbers_them(action: ActionAnswer, bank: Bank) -> None:
    asked = tracker("the zap thing", "nlu_fallback", ranking=(("rtms", 0.18), ("ect", 0.06)), channel="sms")
    (message,), _ = run(action, asked)
    assert bank.topics["rtms"].name not in message["text"]
    assert [button["title"] for button in message["buttons"]] == [bank.topics[t].name for t in ("rtms", "ect")]
    assert len(message["text"]) <= 320


def test_in_danger_nothing_but_the_instructions_is_said(action: ActionAnswer) -> None:
    messages, events = run(action, tracker("what does ect cost, i want to kill myself", "ect", facet="coverage"))
    assert [message["metadata"] for message in messages] == [{"level": "crisis"}]
    assert events == []


class Notebook:
    """Stands in for the recorder."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, dict]] = []

    def unanswered(self, text: str, **more: object) -> None:
        self.noted.append((text, more))


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
def noting(settings: Settings, notebook: Notebook) -> ActionAnswer:
    return ActionAnswer(settings=settings, recorder=notebook)  # type: ignore[arg-type]


RANKING = (("greet", 0.2), ("rtms", 0.18), ("ect", 0.06), ("unheard_of", 0.05))


@pytest.mark.parametrize("intent", ["nlu_fallback", "out_of_scope", "something_new"])
def test_a_question_without_an_answer_is_kept(
    noting: ActionAnswer, notebook: Notebook, bank: Bank, intent: str
) -> None:
    run(noting, tracker("is the blue chair nice", intent, ranking=RANKING, channel="sms"))
    ((text, more),) = notebook.noted
    assert text == "is the blue chair nice"
    assert more == {"sender": "me", "channel": "sms", "topics": ["rtms", "ect"], "known": bank.words}


def test_a_question_that_has_an_answer_is_not_kept(noting: ActionAnswer, notebook: Notebook) -> None:
    run(noting, tracker("does ect hurt", "ect", facet="side_effects"))
    assert notebook.noted == []


@pytest.mark.parametrize("intent", ["out_of_scope", "nlu_fallback", "ect"])
@pytest.mark.parametrize(
    "text", ["i want to kill myself", "i took all my pills", "some days i dont see the point", "i am not suicidal"]
)
def test_no_words_of_danger_or_distress_are_kept(
    noting: ActionAnswer, notebook: Notebook, text: str, intent: str
) -> None:
    run(noting, tracker(text, intent))
    assert notebook.noted == []


def test_nothing_is_kept_where_the_guard_forbids_it(noting: ActionAnswer, notebook: Notebook) -> None:
    messages, _ = run(noting, tracker("the second half of it", "out_of_scope", metadata={"not_kept": True}))
    assert messages
    assert notebook.noted == []
