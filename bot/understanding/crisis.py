"""The crisis screen inside Rasa: a graph component and a policy that nothing overrules.

The guard in front of a channel has answered long before; these two are for the ways that have no guard
(`rasa shell`, other channels), and so that every transcript shows the same.
"""

from __future__ import annotations

from typing import Any, Optional

from rasa.core.featurizers.precomputation import MessageContainerForCoreFeaturization
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.safety import Level
from bot.screening import screening
from bot.settings import load_settings
from bot.understanding.component import Component

ACTION_CRISIS = "action_crisis"
_HIGHEST_PRIORITY = 1000


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class CrisisScreen(Component):
    """Sets the intent of a message in danger to its level; comes last, after every classifier."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Screens messages."""
        screen = screening(load_settings())
        for message in messages:
            verdict = screen(message.get(TEXT) or "")
            if verdict.level.blocks:
                intent = {"name": verdict.level.label, "confidence": 1.0}
                message.set(INTENT, intent, add_to_output=True)
                message.set("intent_ranking", [intent], add_to_output=True)
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class CrisisPolicy(Policy):
    """Answers a message in danger with the 988 instructions, whatever any other policy wants.

    It screens the person's own words again rather than trusting the intent, which a component after the
    screen may have replaced.
    """

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        featurizer: Any = None,
    ) -> None:
        super().__init__({**config, "priority": _HIGHEST_PRIORITY}, model_storage, resource, execution_context)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The policy's default settings (see parent class)."""
        return {"priority": _HIGHEST_PRIORITY}

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> CrisisPolicy:
        """Loads the policy; it keeps nothing in the model (see parent class)."""
        return cls(config, model_storage, resource, execution_context)

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Learns nothing."""
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: Optional[dict[str, Any]] = None,
        precomputations: Optional[MessageContainerForCoreFeaturization] = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Predicts the crisis action after a message in danger, then listening; nothing otherwise."""
        if not self._in_danger(tracker):
            return self._prediction(self._default_predictions(domain))
        said = tracker.latest_action_name == ACTION_CRISIS
        probabilities = self._default_predictions(domain)
        probabilities[domain.index_for_action(ACTION_LISTEN_NAME if said else ACTION_CRISIS)] = 1.0
        # A prediction of this kind overrules those of all other kinds, a form's included.
        return self._prediction(probabilities, is_no_user_prediction=True)

    @staticmethod
    def _in_danger(tracker: DialogueStateTracker) -> bool:
        message = tracker.latest_message
        if message is None or tracker.latest_action_name not in (ACTION_LISTEN_NAME, ACTION_CRISIS):
            return False
        level = screening(load_settings())(message.text or "").level
        return level.blocks or message.intent.get("name") in (Level.CRISIS.label, Level.EMERGENCY.label)
