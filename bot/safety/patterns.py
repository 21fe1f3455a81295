"""The phrase patterns of the lexicon, and one automaton that finds all of them.

A pattern is written in plain words: ``i (want|have) to [just] die``. ``(a|b c)`` is a choice, ``[x]``
may be left out, ``*`` is any one word and ``...`` is none to three words of any kind.

All patterns form one nondeterministic automaton over words, which is made deterministic where messages lead: a
set of places reached together becomes one state, kept for the next message. So a word costs one look-up however
many patterns there are, and no pattern is longer than a sentence, so the cost grows linearly with the message.
Words that no pattern names are all one and the same to it: the states hold nothing of what people write.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Callable, Generic, Iterator, Sequence, TypeVar

T = TypeVar("T")

_SYMBOLS = re.compile(r"\.\.\.|[()\[\]|*]|[^\s()\[\]|*]+")
_GAP = 3
"""Words that ``...`` may stand for at most."""
_MAX_STATES = 50_000
"""States kept; after that they are made anew, so that no messages can fill the memory."""
_OTHER = ""
"""Stands for every word that no pattern names."""


@dataclass(eq=False)
class _Node(Generic[T]):
    by_word: dict[str, list[_Node[T]]] = field(default_factory=dict)
    by_any: list[_Node[T]] = field(default_factory=list)
    payloads: list[T] = field(default_factory=list)


class _State(Generic[T]):
    """Places reached together, in the order in which the patterns were registered."""

    __slots__ = ("following", "nodes", "payloads")

    def __init__(self, nodes: tuple[_Node[T], ...]) -> None:
        self.nodes = nodes
        self.payloads = [payload for node in nodes for payload in node.payloads]
        self.following: dict[str, _State[T]] = {}


@dataclass(frozen=True)
class Span(Generic[T]):
    """Where a pattern was found.

    Attributes:
        start: Index of its first word.
        end: Index after its last word.
        payload: What the pattern was registered with.
    """

    start: int
    end: int
    payload: T

    def covers(self, other: Span[T]) -> bool:
        """Whether this span holds the other one and is longer."""
        return self.start <= other.start and other.end <= self.end and self.end - self.start > other.end - other.start


class PatternSet(Generic[T]):
    """Finds every registered pattern in a list of words.

    Args:
        canonical: Rewrites a word of a pattern the way messages are rewritten, so that patterns may be
            written in either form.
    """

    def __init__(self, canonical: Callable[[str], Sequence[str]] = lambda word: (word,)) -> None:
        self._root: _Node[T] = _Node()
        self._canonical = canonical
        self._words: set[str] = set()
        self._forget()

    def add(self, pattern: str, payload: T) -> None:
        """Registers a pattern.

        Raises:
            ValueError: If brackets do not match or the pattern could match no words at all.
        """
        symbols = _SYMBOLS.findall(pattern)
        if not symbols:
            raise ValueError("the pattern is empty")
        ends, rest = self._alternatives(symbols, [self._root], closing="")
        if rest:
            raise ValueError(f"unexpected {rest[0]!r}")
        if self._root in ends:
            raise ValueError("every part is optional: it would match anything")
        for node in ends:
            node.payloads.append(payload)
        self._forget()

    def find(self, words: Sequence[str]) -> Iterator[Span[T]]:
        """Yields each match of each pattern."""
        keys = [word if word in self._words else _OTHER for word in words]
        begin = self._begin
        for start in range(len(keys)):
            state = begin
            for position in range(start, len(keys)):
                key = keys[position]
                state = state.following.get(key) or self._step(state, key)
                if not state.nodes:
                    break
                for payload in state.payloads:
                    yield Span(start, position + 1, payload)

    def _step(self, state: _State[T], key: str) -> _State[T]:
        """Returns the state that a word leads to, and keeps it."""
        reached: dict[_Node[T], None] = {}
        for node in state.nodes:
            reached.update(dict.fromkeys(node.by_word.get(key, ())))
            reached.update(dict.fromkeys(node.by_any))
        if len(self._states) >= _MAX_STATES:
            self._forget()
        nodes = tuple(reached)
        following = self._states.get(nodes) or self._states.setdefault(nodes, _State(nodes))
        state.following[key] = following
        return following

    def _forget(self) -> None:
        self._begin: _State[T] = _State((self._root,))
        self._states: dict[tuple[_Node[T], ...], _State[T]] = {}

    def _alternatives(
        self, symbols: list[str], starts: list[_Node[T]], closing: str
    ) -> tuple[list[_Node[T]], list[str]]:
        """Adds ``a b|c d`` up to the closing bracket; returns the nodes at its end and what follows."""
        ends: list[_Node[T]] = []
        while True:
            branch, symbols = self._sequence(symbols, starts)
            ends.extend(node for node in branch if node not in ends)
            if symbols and symbols[0] == "|":
                symbols = symbols[1:]
                continue
            if not closing:
                return ends, symbols
            if not symbols or symbols[0] != closing:
                raise ValueError(f"missing {closing!r}")
            return ends, symbols[1:]

    def _sequence(self, symbols: list[str], starts: list[_Node[T]]) -> tuple[list[_Node[T]], list[str]]:
        nodes = starts
        while symbols and symbols[0] not in "|)]":
            symbol, symbols = symbols[0], symbols[1:]
            if symbol == "(":
                nodes, symbols = self._alternatives(symbols, nodes, closing=")")
            elif symbol == "[":
                inner, symbols = self._alternatives(symbols, nodes, closing="]")
                nodes = nodes + [node for node in inner if node not in nodes]
            elif symbol == "*":
                nodes = self._any(nodes)
            elif symbol == "...":
                step = nodes
                for _ in range(_GAP):
                    step = self._any(step)
                    nodes = nodes + step
            else:
                for word in self._canonical(symbol):
                    nodes = self._word(word, nodes)
        return nodes, symbols

    @staticmethod
    def _any(starts: list[_Node[T]]) -> list[_Node[T]]:
        end: _Node[T] = _Node()
        for node in starts:
            node.by_any.append(end)
        return [end]

    def _word(self, word: str, starts: list[_Node[T]]) -> list[_Node[T]]:
        self._words.add(word)
        end: _Node[T] = _Node()
        for node in starts:
            node.by_word.setdefault(word, []).append(end)
        return [end]


def words_of(pattern: str) -> set[str]:
    """Returns the literal words of a pattern."""
    return {symbol for symbol in _SYMBOLS.findall(pattern) if symbol not in ("...", *"()[]|*")}
