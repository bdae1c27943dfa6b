"""Writes the logits a model folder has to give into its reference.json: python training/reference.py media/models/reins-tiny

The weights are read back out of the folder's own ONNX file and put into transformers' Qwen3ForCausalLM, so the reference is what PyTorch
computes in fp32 with exactly what is shipped: for the prompt in reference.json and for STEPS tokens of its greedy continuation. The
engine's tests hold the engine against it.
"""

import argparse
import base64
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from transformers import Qwen3Config, Qwen3ForCausalLM

STEPS = 50
TRANSPOSED = ".transposed"


def shipped_weights(path: Path, wanted: set[str]) -> dict[str, torch.Tensor]:
    """The graph's weights under their names in transformers; matrices lie transposed in it."""
    found = {}
    for tensor in onnx.load(path).graph.initializer:
        name = tensor.name.removesuffix(TRANSPOSED)
        if name in wanted:
            array = numpy_helper.to_array(tensor)
            found[name] = torch.from_numpy(np.array(array.T if tensor.name.endswith(TRANSPOSED) else array, order="C"))
    return found


def reference_model(folder: Path) -> Qwen3ForCausalLM:
    config = json.loads((folder / "config.json").read_text())
    config.pop("reins", None)
    model = Qwen3ForCausalLM(Qwen3Config(**config, attn_implementation="eager")).eval()
    weights = shipped_weights(folder / "onnx" / "model.onnx", set(model.state_dict()))
    if not all(weight.dtype == torch.float32 for weight in weights.values()):
        raise SystemExit("the graph's weights are not fp32, so PyTorch cannot compute with exactly these")
    missing, unexpected = model.load_state_dict(weights, strict=False)
    if unexpected or set(missing) - {"lm_head.weight"}:
        raise SystemExit(f"weights do not fit: missing {missing}, unexpected {unexpected}")
    model.tie_weights()
    return model


@torch.no_grad()
def greedy_logits(model: Qwen3ForCausalLM, prompt: list[int], ends: set[int]) -> tuple[list[int], torch.Tensor]:
    """The continuation and, for the end of the prompt and of each of its tokens, the logits."""
    ids = list(prompt)
    while len(ids) - len(prompt) < STEPS and ids[-1] not in ends:
        ids.append(int(model(torch.tensor([ids])).logits[0, -1].argmax()))
    return ids[len(prompt) :], model(torch.tensor([ids])).logits[0, len(prompt) - 1 :]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder

    path = folder / "reference.json"
    reference = json.loads(path.read_text())
    end = json.loads((folder / "config.json").read_text())["eos_token_id"]
    continuation, logits = greedy_logits(reference_model(folder), reference["inputIds"], {end})
    if continuation != reference["continuation"][: len(continuation)]:
        raise SystemExit("PyTorch continues otherwise than reference.json says: export the folder again")
    reference["logits"] = {"rows": logits.shape[0], "vocabulary": logits.shape[1], "float32": base64.b64encode(logits.numpy().astype("<f4").tobytes()).decode()}
    path.write_text(json.dumps(reference) + "\n")
    print(f"{logits.shape[0]} rows of {logits.shape[1]} logits")


if __name__ == "__main__":
    main()
