"""What this project's graph components share: how Rasa creates, saves and loads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

C = TypeVar("C", bound="Component")
T = TypeVar("T", bound="TrainedComponent")


class Component(GraphComponent):
    """A graph component that learns nothing.

    Args:
        config: Settings of config.yml over those of `get_default_config`.
        model_storage: Where the model's parts are kept.
        resource: Name of this component's part.
    """

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._storage, self._resource = model_storage, resource

    @classmethod
    def create(
        cls: type[C],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> C:
        """Creates the component (see parent class)."""
        return cls(config, model_storage, resource)


class TrainedComponent(Component):
    """A graph component that keeps what it learnt as plain files in the model.

    A subclass calls `save` at the end of its `train`, and says how to `write` and `read`.
    """

    @classmethod
    def load(
        cls: type[T],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> T:
        """Loads the component from a model (see parent class)."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component.read(folder)
        return component

    def save(self) -> Resource:
        """Writes the component's files into the model."""
        with self._storage.write_to(self._resource) as folder:
            self.write(folder)
        return self._resource

    def write(self, folder: Path) -> None:
        """Writes what was learnt into a folder."""
        raise NotImplementedError

    def read(self, folder: Path) -> None:
        """Reads what was learnt from a folder."""
        raise NotImplementedError
