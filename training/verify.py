"""Runs an exported graph in ONNX Runtime and says how far it is from PyTorch."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from heads import Heads, layer_states
from model import Decoder, Shape

CONTINUATION = 200


@dataclass(frozen=True)
class Run:
    """What one call gave: logits of every new token [tokens, vocabulary], extra outputs by name, and the cache for the next call."""

    logits: np.ndarray
    extra: dict[str, np.ndarray]
    cache: dict[str, np.ndarray]


class Runner:
    """A graph in ONNX Runtime."""

    def __init__(self, path: Path, shape: Shape) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session, self.shape = onnxruntime.InferenceSession(path, options), shape
        slots = [f"{i}.{part}" for part in ("key", "value") for i in range(shape.layers)]
        self.past, self.present = [f"past_key_values.{slot}" for slot in slots], [f"present.{slot}" for slot in slots]
        names = [output.name for output in self.session.get_outputs()]
        self.extra = [name for name in names if name not in {"logits", *self.present}]

    def run(self, ids: list[int], cache: dict[str, np.ndarray] | None = None) -> Run:
        empty = np.zeros((1, self.shape.kv_heads, 0, self.shape.head_width), np.float32)
        past = cache or dict.fromkeys(self.past, empty)
        total = past[self.past[0]].shape[2] + len(ids)
        feeds = {"input_ids": np.array([ids]), "attention_mask": np.ones((1, total), np.int64), **past}
        logits, *rest = self.session.run(["logits", *self.extra, *self.present], feeds)
        extra, present = rest[: len(self.extra)], rest[len(self.extra) :]
        return Run(logits[0], dict(zip(self.extra, extra, strict=True)), dict(zip(self.past, present, strict=True)))

    def greedy(self, ids: list[int], stop: int) -> tuple[list[int], list[Run]]:
        """The continuation token by token, and the run before each of its tokens."""
        runs, out = [self.run(ids)], []
        while len(out) < CONTINUATION:
            out.append(int(runs[-1].logits[-1].argmax()))
            if out[-1] == stop:
                break
            runs.append(self.run(out[-1:], runs[-1].cache))
        return out, runs[: len(out)]


@torch.no_grad()
def head_values(model: Decoder, heads: Heads, ids: list[int]) -> dict[str, np.ndarray]:
    """The extra outputs for every position, by PyTorch; named and shaped as the graph's, with the positions as the batch."""
    residuals, states = layer_states(model.eval(), torch.tensor([ids]))
    values = {
        "self_evaluation": heads.evaluation_logits(states[0])[:, None].sigmoid(),
        "remaining_length": torch.stack(heads.gamma(states[0]), -1),
    }
    for layer in heads.layers:
        values[f"early_exit_logits.{layer}"] = heads.exit_logits(model, layer, residuals[layer][0])[:, None]
    return {name: value.numpy() for name, value in values.items()}


def head_difference(runs: list[Run], expected: dict[str, np.ndarray], first: int) -> float:
    """Largest difference of any extra output over the runs, the first of which ended at position `first`."""
    if set(runs[0].extra) != set(expected):
        raise SystemExit(f"the graph gives {sorted(runs[0].extra)} and the heads {sorted(expected)}")
    return max(
        (float(np.abs(run.extra[name][0] - values[first + at]).max()) for at, run in enumerate(runs) for name, values in expected.items()), default=0.0
    )
