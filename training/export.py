"""Exports a trained checkpoint as an ordinary model folder: python training/export.py training/runs/run training/runs/tokenizer media/models/reins-tiny

Before writing, the weights are loaded into transformers' Qwen3ForCausalLM and the written graph into ONNX Runtime; both must give the training
model's logits to within fp32 rounding. `reference.json` keeps what they gave for one prompt, for the engine's tests.
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import Qwen3Config, Qwen3ForCausalLM

from model import Shape, rotary
from onnx_graph import build
from prompts import render_prompt

DEMO = "Complete f\n\n```javascript\n// f(2) = 7\n// f(5) = 16\nconst f = (x) => ___;\n```"
TOLERANCE = 2e-4
CONTINUATION = 200


def configuration(shape: Shape, tokenizer: Tokenizer) -> dict:
    return {
        "architectures": ["Qwen3ForCausalLM"],
        "attention_bias": False,
        "attention_dropout": 0.0,
        "bos_token_id": None,
        "eos_token_id": tokenizer.token_to_id("<|im_end|>"),
        "pad_token_id": tokenizer.token_to_id("<|endoftext|>"),
        "head_dim": shape.head_width,
        "hidden_act": "silu",
        "hidden_size": shape.width,
        "initializer_range": 0.02,
        "intermediate_size": shape.inner,
        "max_position_embeddings": shape.positions,
        "max_window_layers": shape.layers,
        "model_type": "qwen3",
        "num_attention_heads": shape.heads,
        "num_hidden_layers": shape.layers,
        "num_key_value_heads": shape.kv_heads,
        "rms_norm_eps": shape.epsilon,
        "rope_scaling": None,
        "rope_theta": shape.theta,
        "sliding_window": None,
        "tie_word_embeddings": True,
        "torch_dtype": "float32",
        "use_cache": True,
        "use_sliding_window": False,
        "vocab_size": shape.vocabulary,
    }


def generation(config: dict) -> dict:
    """Greedy is what was measured; sampling defaults are close to it."""
    return {
        "do_sample": False,
        "eos_token_id": [config["eos_token_id"], config["pad_token_id"]],
        "pad_token_id": config["pad_token_id"],
        "temperature": 0.6,
        "top_k": 20,
        "top_p": 0.95,
    }


def reference_model(config: dict, weights: dict[str, torch.Tensor]) -> Qwen3ForCausalLM:
    model = Qwen3ForCausalLM(Qwen3Config(**config, attn_implementation="eager")).eval()
    missing, unexpected = model.load_state_dict(weights, strict=False)
    if unexpected or set(missing) - {"lm_head.weight"}:
        raise SystemExit(f"weights do not fit: missing {missing}, unexpected {unexpected}")
    model.tie_weights()
    return model


def run_onnx(session: onnxruntime.InferenceSession, shape: Shape, ids: list[int], cache: dict | None) -> tuple[np.ndarray, dict]:
    """One call; returns the logits and the cache for the next."""
    empty = np.zeros((1, shape.kv_heads, 0, shape.head_width), np.float32)
    names = [f"{i}.{part}" for part in ("key", "value") for i in range(shape.layers)]
    past = cache or {f"past_key_values.{name}": empty for name in names}
    total = past["past_key_values.0.key"].shape[2] + len(ids)
    feeds = {"input_ids": np.array([ids]), "attention_mask": np.ones((1, total), np.int64), **past}
    logits, *present = session.run(["logits", *(f"present.{name}" for name in names)], feeds)
    return logits[0], {f"past_key_values.{name}": tensor for name, tensor in zip(names, present, strict=True)}


def greedy(session: onnxruntime.InferenceSession, shape: Shape, ids: list[int], stop: int) -> tuple[np.ndarray, list[int]]:
    logits, cache = run_onnx(session, shape, ids, None)
    first, out = logits[-1], []
    while len(out) < CONTINUATION:
        out.append(int(logits[-1].argmax()))
        if out[-1] == stop:
            break
        logits, cache = run_onnx(session, shape, out[-1:], cache)
    return first, out


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("run", type=Path)
    parser.add_argument("tokenizer", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--reins", type=json.loads, default={}, help="what the folder says about itself, as JSON")
    options = parser.parse_args()

    shape, tokenizer = Shape(), Tokenizer.from_file(str(options.tokenizer / "tokenizer.json"))
    weights = load_file(options.run / "model.safetensors")
    config = configuration(shape, tokenizer)
    cos, sin = rotary(shape)
    graph = build(shape, {name: tensor.numpy() for name, tensor in weights.items()}, cos.numpy(), sin.numpy())

    (options.out / "onnx").mkdir(parents=True, exist_ok=True)
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        shutil.copyfile(options.tokenizer / name, options.out / name)
    onnx.save(graph, options.out / "onnx" / "model.onnx")
    reins = {"thinking": {"open": "<think>", "close": "</think>"}, "effort": "trained", **options.reins}
    (options.out / "config.json").write_text(json.dumps({**config, "reins": reins}, indent=2) + "\n")
    (options.out / "generation_config.json").write_text(json.dumps(generation(config), indent=2) + "\n")

    ids = tokenizer.encode(render_prompt([{"role": "user", "content": DEMO}], "high")).ids
    session = onnxruntime.InferenceSession(options.out / "onnx" / "model.onnx")
    last, continuation = greedy(session, shape, ids, config["eos_token_id"])
    with torch.no_grad():
        expected = reference_model(config, weights)(torch.tensor([ids + continuation])).logits[0].numpy()
    whole, _ = run_onnx(session, shape, ids + continuation, None)
    difference = float(np.abs(expected - whole).max())
    if difference > TOLERANCE or np.abs(expected[len(ids) - 1] - last).max() > TOLERANCE:
        raise SystemExit(f"ONNX Runtime and transformers differ by {difference}")
    if continuation != [int(token) for token in expected[len(ids) - 1 : -1].argmax(-1)]:
        raise SystemExit("greedy continuations differ")
    reference = {
        "user": DEMO,
        "effort": "high",
        "inputIds": ids,
        "lastLogits": [round(float(value), 5) for value in last],
        "continuation": continuation,
        "text": tokenizer.decode(continuation, skip_special_tokens=False),
    }
    (options.out / "reference.json").write_text(json.dumps(reference) + "\n")
    print(f"largest difference between ONNX Runtime and transformers: {difference:.1e}\n{reference['text']}")


if __name__ == "__main__":
    main()
