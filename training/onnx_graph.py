"""Writes the decoder as an ONNX graph with the names and inputs onnxruntime-genai's exporter uses.

The residual stream keeps that exporter's tensor names too (`/model/layers.{i}/input_layernorm/output_3` and so on), so that a loader can expose
hidden states by appending graph outputs, as it does for any other model. Extra outputs of trained heads (`onnx_heads.py`) are optional.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper

from graph_writer import MICROSOFT, Graph
from model import Shape
from onnx_heads import add_heads

OPSET = 21


def build(
    shape: Shape, weights: dict[str, np.ndarray], cos: np.ndarray, sin: np.ndarray, heads: dict[str, np.ndarray] | None = None
) -> onnx.ModelProto:
    """The graph; with `heads` (the weights of heads.py's Heads) it gives their outputs for the last position too."""
    g = Graph(shape, weights)
    residuals: list[str] = []
    _lengths(g)
    g.constant("cos_cache", cos)
    g.constant("sin_cache", sin)
    x = g.add("Gather", [g.weight("model.embed_tokens.weight"), "input_ids"], ["/model/embed_tokens/Gather/output_0"], "/model/embed_tokens/Gather")
    normed = g.norm(x, "model.layers.0.input_layernorm.weight", "/model/layers.0/input_layernorm")
    for i in range(shape.layers):
        residuals.append(x)
        at, named = f"/model/layers.{i}", f"model.layers.{i}"
        attended = _attention(g, i, normed)
        normed, x = g.skip_norm(x, attended, f"{named}.post_attention_layernorm.weight", f"{at}/post_attention_layernorm")
        change = _feed_forward(g, i, normed)
        last = i + 1 == shape.layers
        weight = "model.norm.weight" if last else f"model.layers.{i + 1}.input_layernorm.weight"
        name = f"/model/layers.{i + 1}/{'final_norm_layernorm' if last else 'input_layernorm'}"
        normed, x = g.skip_norm(x, change, weight, name, last)
    head = g.constant("lm_head.weight.transposed", weights["model.embed_tokens.weight"].T)
    g.add("MatMul", [normed, head], ["logits"], "/lm_head/MatMul")
    extra = add_heads(g, heads, normed, residuals, head) if heads else []
    return _model(g, extra)


def _lengths(g: Graph) -> None:
    """GroupQueryAttention wants, for each row, the index of its last key, and the total length."""
    at = "/model/attn_mask_reformat"
    g.add("ReduceSum", ["attention_mask", g.integers("axis_1", [1])], [f"{at}/sum"], f"{at}/ReduceSum", keepdims=0)
    g.add("Sub", [f"{at}/sum", g.integers("one", [1])], [f"{at}/last"], f"{at}/Sub")
    g.add("Cast", [f"{at}/last"], ["seqlens_k"], f"{at}/CastLast", to=TensorProto.INT32)
    g.add("Shape", ["attention_mask"], [f"{at}/shape"], f"{at}/Shape")
    g.add("Gather", [f"{at}/shape", g.constant("index_1", np.array(1, np.int64))], [f"{at}/total"], f"{at}/Gather", axis=0)
    g.add("Cast", [f"{at}/total"], ["total_sequence_length"], f"{at}/CastTotal", to=TensorProto.INT32)


def _attention(g: Graph, i: int, x: str) -> str:
    s, at, named = g.shape, f"/model/layers.{i}/attn", f"model.layers.{i}.self_attn"
    projected = []
    for part, heads in (("q", s.heads), ("k", s.kv_heads), ("v", s.kv_heads)):
        y = g.project(x, f"{named}.{part}_proj.weight", f"{at}/{part}_proj/MatMul")
        if part != "v":
            y = _head_norm(g, y, heads, f"{named}.{part}_norm.weight", f"{at}/{part}_norm")
        projected.append(y)
    past = [f"past_key_values.{i}.key", f"past_key_values.{i}.value"]
    present = [f"present.{i}.key", f"present.{i}.value"]
    inputs = [*projected, *past, "seqlens_k", "total_sequence_length", "cos_cache", "sin_cache"]
    name = f"{at}/GroupQueryAttention"
    options = {"num_heads": s.heads, "kv_num_heads": s.kv_heads, "scale": s.head_width**-0.5, "do_rotary": 1, "rotary_interleaved": 0}
    attended = g.add("GroupQueryAttention", inputs, [f"{name}/output_0", *present], name, domain=MICROSOFT, **options)
    return g.project(attended, f"{named}.o_proj.weight", f"{at}/o_proj/MatMul")


def _head_norm(g: Graph, x: str, heads: int, weight: str, name: str) -> str:
    """Qwen3 norms queries and keys head by head, before rotation."""
    split = g.integers("split_heads", [0, -1, g.shape.head_width])
    width = heads * g.shape.head_width
    # [batch, sequence, heads * width] -> [batch, sequence * heads, width] -> back.
    g.add("Reshape", [x, split], [f"{name}/Reshape_1/output_0"], f"{name}/Reshape_1")
    normed = g.norm(f"{name}/Reshape_1/output_0", weight, f"{name}/SimplifiedLayerNormalization")
    return g.add("Reshape", [normed, g.integers(f"join_{width}", [0, -1, width])], [f"{name}/Reshape_2/output_0"], f"{name}/Reshape_2")


def _feed_forward(g: Graph, i: int, x: str) -> str:
    at, named = f"/model/layers.{i}/mlp", f"model.layers.{i}.mlp"
    gate = g.project(x, f"{named}.gate_proj.weight", f"{at}/gate_proj/MatMul")
    up = g.project(x, f"{named}.up_proj.weight", f"{at}/up_proj/MatMul")
    sigmoid = g.add("Sigmoid", [gate], [f"{at}/act_fn/Sigmoid/output_0"], f"{at}/act_fn/Sigmoid")
    activated = g.add("Mul", [gate, sigmoid], [f"{at}/act_fn/Mul/output_0"], f"{at}/act_fn/Mul")
    product = g.add("Mul", [activated, up], [f"{at}/Mul/output_0"], f"{at}/Mul")
    return g.project(product, f"{named}.down_proj.weight", f"{at}/down_proj/MatMul")


def _model(g: Graph, extra: list[onnx.ValueInfoProto]) -> onnx.ModelProto:
    s, value = g.shape, helper.make_tensor_value_info
    layers = range(s.layers)

    def cache(kind: str, length: str) -> list[onnx.ValueInfoProto]:
        shape = ["batch_size", s.kv_heads, length, s.head_width]
        return [value(f"{kind}.{i}.{part}", TensorProto.FLOAT, shape) for part in ("key", "value") for i in layers]

    inputs = [
        value("input_ids", TensorProto.INT64, ["batch_size", "sequence_length"]),
        value("attention_mask", TensorProto.INT64, ["batch_size", "total_sequence_length"]),
        *cache("past_key_values", "past_sequence_length"),
    ]
    logits = value("logits", TensorProto.FLOAT, ["batch_size", "sequence_length", s.vocabulary])
    outputs = [logits, *cache("present", "total_sequence_length"), *extra]
    graph = helper.make_graph(g.nodes, "main_graph", inputs, outputs, list(g.initializers.values()))
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
    model = helper.make_model(graph, opset_imports=opsets, producer_name="reins-training")
    model.ir_version = 10
    return model
