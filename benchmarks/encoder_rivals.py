"""The sentence encoder in TensorFlow and in ONNX Runtime, from the same weights, to be compared with NumPy's.

They read one sentence at a time, as a turn does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Sequence

import numpy as np

from bot.learning.encoder import Floats, SentenceEncoder

_OPSET = 17
"""Of ONNX: the first with layer normalisation as one operation."""


class TensorFlowEncoder(SentenceEncoder):
    """The same graph as one compiled function of TensorFlow, which Rasa brings along."""

    def __init__(self, folder: Path) -> None:
        import tensorflow as tf

        super().__init__(folder)
        weights = {name: tf.constant(values) for name, values in self._weights.items()}
        self._weights = {}
        heads, size = self._heads, self.dimensions

        def linear(values: Any, name: str) -> Any:
            return tf.matmul(values, weights[f"{name}.weight"], transpose_b=True) + weights[f"{name}.bias"]

        def normalise(values: Any, name: str) -> Any:
            mean, variance = tf.nn.moments(values, axes=[-1], keepdims=True)
            scale, offset = weights[f"{name}.weight"], weights[f"{name}.bias"]
            return tf.nn.batch_normalization(values, mean, variance, offset, scale, self._epsilon)

        def attend(hidden: Any, name: str) -> Any:
            def split(part: str) -> Any:
                return tf.transpose(tf.reshape(linear(hidden, f"{name}.{part}"), [-1, heads, size // heads]), [1, 0, 2])

            scores = tf.matmul(split("query"), split("key"), transpose_b=True) / np.sqrt(size // heads)
            mixed = tf.matmul(tf.nn.softmax(scores), split("value"))
            return tf.reshape(tf.transpose(mixed, [1, 0, 2]), [-1, size])

        @tf.function(input_signature=[tf.TensorSpec([None], tf.int32)])
        def encode(ids: Any) -> Any:
            hidden = (
                tf.gather(weights["embeddings.word_embeddings.weight"], ids)
                + weights["embeddings.position_embeddings.weight"][: tf.size(ids)]
                + weights["embeddings.token_type_embeddings.weight"][0]
            )
            hidden = normalise(hidden, "embeddings.LayerNorm")
            for number in range(self._layers):
                name = f"encoder.layer.{number}"
                attended = linear(attend(hidden, f"{name}.attention.self"), f"{name}.attention.output.dense")
                hidden = normalise(hidden + attended, f"{name}.attention.output.LayerNorm")
                inner = tf.nn.gelu(linear(hidden, f"{name}.intermediate.dense"), approximate=False)
                hidden = normalise(hidden + linear(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")
            mean = tf.reduce_mean(hidden, axis=0)
            return mean / tf.norm(mean)

        self._compute = encode

    def _encode_ids(self, batch: Sequence[Sequence[int]]) -> Floats:
        return np.stack([self._compute(np.asarray(ids, dtype=np.int32)).numpy() for ids in batch])


class OnnxEncoder(SentenceEncoder):
    """The same graph in ONNX Runtime.

    Args:
        folder: The encoder's files.
        graph: The graph, as `write_onnx` makes it.
    """

    def __init__(self, folder: Path, graph: Path) -> None:
        import onnxruntime

        super().__init__(folder)
        self._weights = {}
        self._session = onnxruntime.InferenceSession(str(graph), providers=["CPUExecutionProvider"])

    def _encode_ids(self, batch: Sequence[Sequence[int]]) -> Floats:
        return np.stack([self._session.run(None, {"ids": np.asarray(ids, dtype=np.int64)})[0] for ids in batch])


class _Graph:
    """Builds the encoder as an ONNX graph, one operation after the other."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: dict[str, Any] = {}

    def constant(self, value: Any, name: str = "") -> str:
        from onnx import numpy_helper

        name = name or f"constant_{len(self.constants)}"
        self.constants.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, operation: str, *inputs: str, **attributes: Any) -> str:
        from onnx import helper

        name = f"{operation.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, list(inputs), [name], **attributes))
        return name


class _Exporter(SentenceEncoder):
    """Writes the loaded weights as an ONNX graph from token ids to a vector."""

    def write(self, path: Path) -> None:
        import onnx
        from onnx import TensorProto, helper

        graph = _Graph()
        self._graph = graph
        words, positions, kind = (
            graph.constant(values, name)
            for name, values in (
                ("words", self._weights["embeddings.word_embeddings.weight"]),
                ("positions", self._weights["embeddings.position_embeddings.weight"]),
                ("kind", self._weights["embeddings.token_type_embeddings.weight"][0]),
            )
        )
        zero = graph.constant(np.array([0], dtype=np.int64))
        placed = graph.add("Slice", positions, zero, graph.add("Shape", "ids"), zero)
        hidden = graph.add("Add", graph.add("Add", graph.add("Gather", words, "ids"), placed), kind)
        hidden = self._normalised(hidden, "embeddings.LayerNorm")
        for number in range(self._layers):
            name = f"encoder.layer.{number}"
            attended = self._product(self._attended(hidden, f"{name}.attention.self"), f"{name}.attention.output.dense")
            hidden = self._normalised(graph.add("Add", hidden, attended), f"{name}.attention.output.LayerNorm")
            inner = self._product(
                self._activated(self._product(hidden, f"{name}.intermediate.dense")), f"{name}.output.dense"
            )
            hidden = self._normalised(graph.add("Add", hidden, inner), f"{name}.output.LayerNorm")
        mean = graph.add("ReduceMean", hidden, axes=[0], keepdims=0)
        length = graph.add("ReduceL2", mean, axes=[0], keepdims=1)
        graph.nodes.append(helper.make_node("Div", [mean, length], ["vector"]))
        whole = helper.make_graph(
            graph.nodes,
            "encoder",
            [helper.make_tensor_value_info("ids", TensorProto.INT64, ["tokens"])],
            [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [self.dimensions])],
            list(graph.constants.values()),
        )
        model = helper.make_model(whole, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=8)
        onnx.save(model, str(path))

    def _product(self, values: str, name: str) -> str:
        weight = self._graph.constant(self._weights[f"{name}.weight"].T, f"{name}.weight")
        bias = self._graph.constant(self._weights[f"{name}.bias"], f"{name}.bias")
        return self._graph.add("Add", self._graph.add("MatMul", values, weight), bias)

    def _normalised(self, values: str, name: str) -> str:
        scale = self._graph.constant(self._weights[f"{name}.weight"], f"{name}.weight")
        offset = self._graph.constant(self._weights[f"{name}.bias"], f"{name}.bias")
        return self._graph.add("LayerNormalization", values, scale, offset, axis=-1, epsilon=self._epsilon)

    def _attended(self, hidden: str, name: str) -> str:
        graph = self._graph
        width = self.dimensions // self._heads
        shape = graph.constant(np.array([-1, self._heads, width], dtype=np.int64))

        def split(part: str, order: Sequence[int]) -> str:
            return graph.add(
                "Transpose", graph.add("Reshape", self._product(hidden, f"{name}.{part}"), shape), perm=order
            )

        scores = graph.add("MatMul", split("query", [1, 0, 2]), split("key", [1, 2, 0]))
        scores = graph.add("Div", scores, graph.constant(np.float32(np.sqrt(width))))
        mixed = graph.add("MatMul", graph.add("Softmax", scores, axis=-1), split("value", [1, 0, 2]))
        flat = graph.constant(np.array([-1, self.dimensions], dtype=np.int64))
        return graph.add("Reshape", graph.add("Transpose", mixed, perm=[1, 0, 2]), flat)

    def _activated(self, values: str) -> str:
        graph = self._graph
        root, one, half = (graph.constant(np.float32(number)) for number in (np.sqrt(2.0), 1.0, 0.5))
        error = graph.add("Erf", graph.add("Div", values, root))
        return graph.add("Mul", graph.add("Mul", values, graph.add("Add", error, one)), half)


def write_onnx(folder: Path, path: Path) -> None:
    """Writes the encoder as an ONNX graph; needs the package onnx."""
    _Exporter(folder).write(path)
