"""The phrase patterns of the lexicon, and one automaton that finds all of them.

A pattern is written in plain words: ``i (want|have) to [just] die``. ``(a|b c)`` is a choice, ``[x]``
may be left out, ``*`` is any one word and ``...`` is none to three words of any kind.

All patterns form one nondeterministic automaton over words. From each word of a message only those
patterns are followed that begin with it, and no pattern is longer than a sentence, so the cost grows
linearly with the message whatever it holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Callable, Generic, Iterator, Sequence, TypeVar

T = TypeVar("T")

_SYMBOLS = re.compile(r"\.\.\.|[()\[\]|*]|[^\s()\[\]|*]+")
_GAP = 3
"""Words that ``...`` may stand for at most."""


@dataclass(eq=False)
class _Node(Generic[T]):
    by_word: dict[str, list[_Node[T]]] = field(default_factory=dict)
    by_any: list[_Node[T]] = field(default_factory=list)
    payloads: list[T] = field(default_factory=list)


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

    def find(self, words: Sequence[str]) -> Iterator[Span[T]]:
        """Yields each match of each pattern."""
        for start, first in enumerate(words):
            if first not in self._root.by_word and not self._root.by_any:
                continue
            active = [self._root]
            for position in range(start, len(words)):
                word = words[position]
                reached: dict[int, _Node[T]] = {}
                for node in active:
                    for following in (node.by_word.get(word), node.by_any):
                        if following:
                            reached.update((id(n), n) for n in following)
                if not reached:
                    break
                active = list(reached.values())
                for node in active:
                    for payload in node.payloads:
                        yield Span(start, position + 1, payload)

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

    @staticmethod
    def _word(word: str, starts: list[_Node[T]]) -> list[_Node[T]]:
        end: _Node[T] = _Node()
        for node in starts:
            node.by_word.setdefault(word, []).append(end)
        return [end]


def words_of(pattern: str) -> set[str]:
    """Returns the literal words of a pattern."""
    return {symbol for symbol in _SYMBOLS.findall(pattern) if symbol not in ("...", *"()[]|*")}
