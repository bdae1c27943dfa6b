"""The extra outputs as part of the ONNX graph, all for the last position:

- `self_evaluation` [batch, 1]: the probability that this course ends right;
- `remaining_length` [batch, 2]: alpha and lambda of a Gamma distribution of log(1 + remaining thinking tokens);
- `early_exit_logits.{layer}` [batch, 1, vocabulary]: what the residual stream says after that many blocks.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper

from graph_writer import Graph


def add_heads(g: Graph, heads: dict[str, np.ndarray], normed: str, residuals: list[str], output_matrix: str) -> list[onnx.ValueInfoProto]:
    """Adds what the weights in `heads` (of heads.py's Heads) compute; `residuals` are the stream's tensors after 0, 1, ... blocks."""
    last = _last(g, normed, "/heads/last")
    said = g.add("Sigmoid", [_small_head(g, heads, last, "self_evaluation")], ["/heads/self_evaluation/probability"], "/heads/self_evaluation/Sigmoid")
    g.add("Squeeze", [said, g.integers("axis_1", [1])], ["self_evaluation"], "/heads/self_evaluation/Squeeze")
    left = g.add("Softplus", [_small_head(g, heads, last, "remaining_length")], ["/heads/remaining_length/gamma"], "/heads/remaining_length/Softplus")
    g.add("Squeeze", [left, g.integers("axis_1", [1])], ["remaining_length"], "/heads/remaining_length/Squeeze")
    outputs = [("self_evaluation", ["batch_size", 1]), ("remaining_length", ["batch_size", 2])]
    for layer in sorted(int(name.split(".")[1]) for name in heads if name.startswith("early_exits.") and name.endswith(".weight")):
        _early_exit(g, heads, layer, residuals[layer], output_matrix)
        outputs.append((f"early_exit_logits.{layer}", ["batch_size", 1, g.shape.vocabulary]))
    return [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs]


def _last(g: Graph, x: str, name: str) -> str:
    """[batch, sequence, width] to [batch, 1, width]."""
    bounds = [g.integers("last_start", [-1]), g.integers("last_end", [np.iinfo(np.int64).max]), g.integers("axis_1", [1])]
    return g.add("Slice", [x, *bounds], [f"{name}/output_0"], name)


def _affine(g: Graph, heads: dict[str, np.ndarray], x: str, named: str, name: str) -> str:
    matrix = g.constant(f"heads.{named}.weight.transposed", heads[f"{named}.weight"].T)
    product = g.add("MatMul", [x, matrix], [f"{name}/MatMul/output_0"], f"{name}/MatMul")
    return g.add("Add", [product, g.constant(f"heads.{named}.bias", heads[f"{named}.bias"])], [f"{name}/Add/output_0"], f"{name}/Add")


def _small_head(g: Graph, heads: dict[str, np.ndarray], x: str, named: str) -> str:
    name = f"/heads/{named}"
    inner = _affine(g, heads, x, f"{named}.inner", f"{name}/inner")
    gate = g.add("Sigmoid", [inner], [f"{name}/act_fn/Sigmoid/output_0"], f"{name}/act_fn/Sigmoid")
    active = g.add("Mul", [inner, gate], [f"{name}/act_fn/Mul/output_0"], f"{name}/act_fn/Mul")
    return _affine(g, heads, active, f"{named}.out", f"{name}/out")


def _early_exit(g: Graph, heads: dict[str, np.ndarray], layer: int, residual: str, output_matrix: str) -> None:
    name = f"/heads/early_exits.{layer}"
    moved = _affine(g, heads, _last(g, residual, f"{name}/last"), f"early_exits.{layer}", name)
    normed = g.norm(moved, "model.norm.weight", f"{name}/norm")
    g.add("MatMul", [normed, output_matrix], [f"early_exit_logits.{layer}"], f"{name}/lm_head/MatMul")
