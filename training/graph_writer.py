"""Nodes and weights of an ONNX graph, written one after another."""

import numpy as np
import onnx
from onnx import helper, numpy_helper

from model import Shape

MICROSOFT = "com.microsoft"


class Graph:
    """Nodes and weights as they are added."""

    def __init__(self, shape: Shape, weights: dict[str, np.ndarray]) -> None:
        self.shape, self.weights = shape, weights
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: np.ndarray) -> str:
        if name not in self.initializers:
            self.initializers[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def integers(self, name: str, values: list[int]) -> str:
        return self.constant(name, np.array(values, np.int64))

    def add(self, kind: str, inputs: list[str], outputs: list[str], name: str, **attributes) -> str:
        self.nodes.append(helper.make_node(kind, inputs, outputs, name=name, **attributes))
        return outputs[0]

    def project(self, x: str, weight: str, name: str) -> str:
        matrix = self.constant(f"{weight}.transposed", self.weights[weight].T)
        return self.add("MatMul", [x, matrix], [f"{name}/output_0"], name)

    def weight(self, name: str) -> str:
        return self.constant(name, self.weights[name])

    def norm(self, x: str, weight: str, name: str) -> str:
        epsilon = {"axis": -1, "epsilon": self.shape.epsilon}
        return self.add("SimplifiedLayerNormalization", [x, self.weight(weight)], [f"{name}/output_0"], name, **epsilon)

    def skip_norm(self, x: str, change: str, weight: str, name: str, last: bool = False) -> tuple[str, str]:
        """The normed sum and the sum itself, which is the residual stream."""
        outputs = [f"{name}/output_0"] if last else [f"{name}/output_0", "", "", f"{name}/output_3"]
        inputs = [x, change, self.weight(weight)]
        self.add("SkipSimplifiedLayerNormalization", inputs, outputs, name, domain=MICROSOFT, epsilon=self.shape.epsilon)
        return outputs[0], outputs[-1]
