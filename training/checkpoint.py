"""Reads and writes the decoder's weights under Hugging Face's names: a safetensors file, a training run, or the ONNX file of a finished folder."""

import json
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from safetensors.torch import load_file, save_file
from torch import Tensor

from model import Decoder, Shape, to_hugging_face

WEIGHTS = "model.safetensors"
CONFIGURATION = "config.json"


def shape_from(weights: dict[str, Tensor], config: dict) -> Shape:
    """The shape of a decoder from its weights; only what weights do not show is taken from `config` (Hugging Face's config.json)."""
    vocabulary, width = weights["model.embed_tokens.weight"].shape
    first = "model.layers.0"
    head_width = len(weights[f"{first}.self_attn.q_norm.weight"])
    known = {
        "vocabulary": vocabulary,
        "width": width,
        "layers": sum(name.endswith(".self_attn.q_norm.weight") for name in weights),
        "heads": len(weights[f"{first}.self_attn.q_proj.weight"]) // head_width,
        "kv_heads": len(weights[f"{first}.self_attn.k_proj.weight"]) // head_width,
        "head_width": head_width,
        "inner": len(weights[f"{first}.mlp.gate_proj.weight"]),
    }
    asked = {"positions": config.get("max_position_embeddings"), "theta": config.get("rope_theta"), "epsilon": config.get("rms_norm_eps")}
    return Shape(**known, **{name: value for name, value in asked.items() if value is not None})


def from_hugging_face(weights: dict[str, Tensor], shape: Shape) -> Decoder:
    """The decoder with weights named as in transformers' Qwen3ForCausalLM: the inverse of `to_hugging_face`."""
    model = Decoder(shape)
    with torch.no_grad():
        model.embed.weight.copy_(weights["model.embed_tokens.weight"])
        model.norm.copy_(weights["model.norm.weight"])
        for i, block in enumerate(model.blocks):
            at = f"model.layers.{i}"
            block.attention_norm.copy_(weights[f"{at}.input_layernorm.weight"])
            block.inner_norm.copy_(weights[f"{at}.post_attention_layernorm.weight"])
            block.q_norm.copy_(weights[f"{at}.self_attn.q_norm.weight"])
            block.k_norm.copy_(weights[f"{at}.self_attn.k_norm.weight"])
            block.qkv.weight.copy_(torch.cat([weights[f"{at}.self_attn.{part}_proj.weight"] for part in "qkv"]))
            block.out.weight.copy_(weights[f"{at}.self_attn.o_proj.weight"])
            block.gate_up.weight.copy_(torch.cat([weights[f"{at}.mlp.{part}_proj.weight"] for part in ("gate", "up")]))
            block.down.weight.copy_(weights[f"{at}.mlp.down_proj.weight"])
    return model


def onnx_weights(path: Path) -> dict[str, Tensor]:
    """The weights inside an exported graph, under their Hugging Face names; the graph keeps its matrices transposed."""
    stored = {item.name: torch.from_numpy(numpy_helper.to_array(item).copy()) for item in onnx.load(path).graph.initializer}
    weights = {}
    for name, tensor in stored.items():
        if name.startswith("model."):
            transposed = name.endswith(".transposed")
            weights[name.removesuffix(".transposed")] = tensor.T.contiguous() if transposed else tensor
    return weights


def read_config(folder: Path) -> dict:
    path = folder / CONFIGURATION
    return json.loads(path.read_text()) if path.exists() else {}


def read_decoder(folder: Path) -> Decoder:
    """The decoder of a training run or a finished model folder, in evaluation mode."""
    if (folder / WEIGHTS).exists():
        weights = load_file(folder / WEIGHTS)
    elif (folder / "onnx" / "model.onnx").exists():
        weights = onnx_weights(folder / "onnx" / "model.onnx")
    else:
        raise SystemExit(f"{folder} has neither {WEIGHTS} nor onnx/model.onnx. Name the folder of a training run or of an exported model.")
    return from_hugging_face(weights, shape_from(weights, read_config(folder))).eval()


def write_decoder(folder: Path, model: Decoder) -> None:
    """Saves the weights, and of the shape what weights do not show, so that `read_decoder` gives the same decoder back."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file(to_hugging_face(model), folder / WEIGHTS)
    path = folder / CONFIGURATION
    shape = model.shape
    own = {"max_position_embeddings": shape.positions, "rope_theta": shape.theta, "rms_norm_eps": shape.epsilon}
    path.write_text(json.dumps({**read_config(folder), **own}, indent=2) + "\n")


def save_state(path: Path, state: dict) -> None:
    """Writes a training state so that an interruption leaves the one before it."""
    torch.save(state, path.with_suffix(".tmp"))
    path.with_suffix(".tmp").replace(path)
