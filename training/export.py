"""Exports a trained decoder as an ordinary model folder: python training/export.py training/runs/reinforced training/runs/tokenizer media/models/reins-tiny

The written graph is run in ONNX Runtime and must give the logits of the training decoder and of transformers' Qwen3ForCausalLM to within fp32 rounding,
and with `--heads` their outputs as PyTorch computes them. `reference.json` keeps what was given for one prompt, for the engine's tests, and the
largest differences found, for whoever wants to check them. `--int8` adds a graph with 8-bit weights beside the exact one.
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import torch
from tokenizers import Tokenizer
from transformers import Qwen3Config, Qwen3ForCausalLM

from checkpoint import read_decoder
from heads import Heads
from model import Decoder, Shape, to_hugging_face
from onnx_graph import build
from prompts import render_prompt
from quantize import quantize
from train_heads import read_heads
from verify import Runner, head_difference, head_values

DEMO = "Complete f\n\n```javascript\n// f(2) = 7\n// f(5) = 16\nconst f = (x) => ___;\n```"
TOLERANCE = 2e-4


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


def write_folder(out: Path, model: Decoder, heads: Heads | None, tokenizer: Path, config: dict, reins: dict) -> None:
    """The files of the folder, not yet checked."""
    (out / "onnx").mkdir(parents=True, exist_ok=True)
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        shutil.copyfile(tokenizer / name, out / name)
    weights = {name: tensor.numpy() for name, tensor in to_hugging_face(model).items()}
    extra = None if heads is None else {name: tensor.numpy() for name, tensor in heads.state_dict().items()}
    onnx.save(build(model.shape, weights, model.cos.numpy(), model.sin.numpy(), extra), out / "onnx" / "model.onnx")
    own = {"thinking": {"open": "<think>", "close": "</think>"}, "effort": "trained", **reins}
    (out / "config.json").write_text(json.dumps({**config, "reins": own}, indent=2) + "\n")
    (out / "generation_config.json").write_text(json.dumps(generation(config), indent=2) + "\n")


@torch.no_grad()
def reference(out: Path, model: Decoder, heads: Heads | None, tokenizer: Tokenizer, config: dict) -> dict:
    """What the written graph gives for one prompt, checked against PyTorch and transformers."""
    ids = tokenizer.encode(render_prompt([{"role": "user", "content": DEMO}], "high")).ids
    runner = Runner(out / "onnx" / "model.onnx", model.shape)
    continuation, runs = runner.greedy(ids, config["eos_token_id"])
    whole = ids + continuation
    stepwise = np.stack([run.logits[-1] for run in runs])
    at_once = runner.run(whole).logits
    ours = model.eval()(torch.tensor([whole]))[0].numpy()
    theirs = reference_model(config, to_hugging_face(model))(torch.tensor([whole])).logits[0].numpy()
    predicting = slice(len(ids) - 1, len(whole) - 1)
    differences = {
        name: max(float(np.abs(expected - at_once).max()), float(np.abs(expected[predicting] - stepwise).max()))
        for name, expected in (("pytorch", ours), ("transformers", theirs))
    }
    values = {} if heads is None else head_values(model, heads, whole)
    if heads is not None:
        differences["heads"] = head_difference(runs, values, len(ids) - 1)
    for name, difference in differences.items():
        if not difference <= TOLERANCE:
            raise SystemExit(f"ONNX Runtime and {name} differ by {difference}")
    if continuation != theirs[predicting].argmax(-1).tolist():
        raise SystemExit("greedy continuations differ")
    return {
        "user": DEMO,
        "effort": "high",
        "inputIds": ids,
        "lastLogits": rounded(runs[0].logits[-1]),
        "continuation": continuation,
        "text": tokenizer.decode(continuation, skip_special_tokens=False),
        "differences": {name: float(f"{difference:.1e}") for name, difference in differences.items()},
        # After the prompt, as in lastLogits.
        **({"heads": {name: rounded(value[len(ids) - 1].ravel()) for name, value in values.items()}} if values else {}),
    }


def rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), 5) for value in values]


def small_difference(out: Path, shape: Shape, reference: dict) -> dict:
    """How the 8-bit graph differs from the exact one on the reference's tokens."""
    ids = reference["inputIds"] + reference["continuation"]
    exact, small = (Runner(out / "onnx" / name, shape).run(ids).logits for name in ("model.onnx", "model_int8.onnx"))
    return {
        "largest": float(f"{np.abs(exact - small).max():.2g}"),
        "mean": float(f"{np.abs(exact - small).mean():.2g}"),
        "sameToken": round(float((exact.argmax(-1) == small.argmax(-1)).mean()), 4),
    }


def export(run: Path, tokenizer: Path, out: Path, heads_from: Path | None, reins: dict, int8: bool) -> dict:
    model, vocabulary = read_decoder(run), Tokenizer.from_file(str(tokenizer / "tokenizer.json"))
    heads = None if heads_from is None else read_heads(heads_from, model)
    config = configuration(model.shape, vocabulary)
    write_folder(out, model, heads, tokenizer, config, reins)
    found = reference(out, model, heads, vocabulary, config)
    small = out / "onnx" / "model_int8.onnx"
    small.unlink(missing_ok=True)
    if int8:
        quantize(out / "onnx" / "model.onnx", small)
        found["int8"] = small_difference(out, model.shape, found)
    (out / "reference.json").write_text(json.dumps(found) + "\n")
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("run", type=Path)
    parser.add_argument("tokenizer", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--heads", type=Path, help="folder of trained extra outputs")
    parser.add_argument("--reins", type=json.loads, default={}, help="what the folder says about itself, as JSON")
    parser.add_argument("--int8", action="store_true", help="also write onnx/model_int8.onnx")
    options = parser.parse_args()
    found = export(options.run, options.tokenizer, options.out, options.heads, options.reins, options.int8)
    for name, difference in found["differences"].items():
        print(f"largest difference between ONNX Runtime and {name}: {difference:.1e}")
    if "int8" in found:
        print("8-bit weights: largest difference {largest}, mean {mean}, same most likely token at {sameToken:.1%} of positions".format(**found["int8"]))
    print(found["text"].strip())


if __name__ == "__main__":
    main()
