"""Writes a graph with 8-bit weights: matrices as int8 by column, activations quantised as they come (ONNX Runtime's dynamic quantisation)."""

import logging
from pathlib import Path

import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic


def quantize(source: Path, target: Path) -> None:
    # It recommends a preprocessing that this graph does not need, once for every run.
    logging.getLogger().setLevel(logging.ERROR)
    # Types cannot be inferred through the attention operator, which is not ONNX's own; all its tensors are fp32.
    options = {"DefaultTensorType": onnx.TensorProto.FLOAT}
    quantize_dynamic(source, target, weight_type=QuantType.QInt8, per_channel=True, extra_options=options)
