"""Trains the extra outputs of a finished decoder: python training/train_heads.py training/runs/reinforced training/runs/heads

The decoder answers training problems at every effort, its rollouts are judged, and the heads learn from its states while its weights stand still.
What they are worth is measured on the `calibration` part of the split and printed, each figure beside one that needs no head. Started again with the
same folder it resumes: rollouts are kept as they come, the heads after every pass.
"""

import argparse
import json
import random
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor

from checkpoint import read_decoder, save_state
from head_data import UNKNOWN, Batch, Plan, Record, batches, collect
from heads import Heads, exit_loss, gamma_cdf, gamma_loss, gamma_mode, layer_states
from metrics import auc, auc_within, brier
from model import Decoder

WEIGHTS = "heads.safetensors"
BATCH_TOKENS = 8192


@dataclass(frozen=True)
class Training:
    problems: int = 600
    checked: int = 150
    passes: int = 4
    rate: float = 2e-3
    seed: int = 1
    threads: int = 2


def middle_layers(count: int) -> tuple[int, ...]:
    """After which blocks early-exit logits are given: a third and two thirds of the way. Each costs a product with the output matrix a token."""
    return tuple(sorted({max(1, round(count / 3)), max(1, round(2 * count / 3))} - {count}))


def loss_of(model: Decoder, heads: Heads, batch: Batch) -> Tensor:
    """All three losses; the heads share nothing, so their sum trains each as if alone."""
    with torch.no_grad():
        residuals, states = layer_states(model, batch.ids)
        final = model.logits(states[batch.chosen])
    known = batch.right != UNKNOWN
    loss = F.binary_cross_entropy_with_logits(heads.evaluation_logits(states[known]), batch.right[known])
    counted = batch.remaining != UNKNOWN
    if counted.any():
        loss = loss + gamma_loss(*heads.gamma(states[counted]), batch.remaining[counted]).mean()
    for layer in heads.layers:
        loss = loss + exit_loss(heads.exit_logits(model, layer, residuals[layer][batch.chosen]), final).mean()
    return loss


def moments(records: list[Record]) -> tuple[float, float]:
    """The Gamma distribution with the mean and variance of log(1 + remaining) over all natural thoughts: what is known without looking.

    Without any thoughts that ended by themselves nothing is known of lengths, and any distribution will do.
    """
    z = np.concatenate([np.log1p(np.arange(1, record.thinking + 2)) for record in records if record.natural] or [np.zeros(0)])
    if len(z) == 0 or z.var() == 0:
        return 1.0, 1.0
    return float(z.mean() ** 2 / z.var()), float(z.mean() / z.var())


@torch.no_grad()
def measure(model: Decoder, heads: Heads, records: list[Record], constant: tuple[float, float]) -> dict:
    """What the heads are worth, beside the base rate, the length alone and one constant distribution."""
    columns: dict[str, list[np.ndarray]] = {}

    def note(**values: Tensor) -> None:
        for name, value in values.items():
            columns.setdefault(name, []).append(value.numpy())

    for batch in batches(records, BATCH_TOKENS, None):
        residuals, states = layer_states(model, batch.ids)
        known = batch.right != UNKNOWN
        spent = torch.arange(batch.ids.shape[1])[None] - torch.tensor([len(record.prompt) for record in batch.records])[:, None]
        problem = torch.tensor([record.problem for record in batch.records])[:, None].expand_as(batch.ids)
        note(right=batch.right[known], said=heads.evaluation_logits(states[known]).sigmoid(), spent=spent[known], problem=problem[known])
        counted = batch.remaining != UNKNOWN
        left, (alpha, rate) = batch.remaining[counted], heads.gamma(states[counted])
        flat = torch.tensor(constant)[:, None].expand(2, len(left))
        note(loss=gamma_loss(alpha, rate, left), flat=gamma_loss(flat[0], flat[1], left), below=gamma_cdf(alpha, rate, left))
        note(off=(gamma_mode(alpha, rate).log1p() - left.log1p()).abs())
        final = model.logits(states[batch.chosen])
        for layer in heads.layers:
            early = heads.exit_logits(model, layer, residuals[layer][batch.chosen])
            plain = model.logits(F.rms_norm(residuals[layer][batch.chosen], (model.shape.width,), model.norm, model.shape.epsilon))
            note(**{f"kl {layer}": exit_loss(early, final), f"plain kl {layer}": exit_loss(plain, final), f"same {layer}": (early.argmax(-1) == final.argmax(-1)).float()})
    return _figures({name: np.concatenate(parts) for name, parts in columns.items()}, heads.layers)


def _figures(of: dict[str, np.ndarray], layers: tuple[int, ...]) -> dict:
    right, base = of["right"], float(of["right"].mean())
    figures = {
        "self-evaluation": {
            "auc": auc(of["said"], right),
            "auc of shortness alone": auc(-of["spent"], right),
            "auc within a problem": auc_within(of["said"], right, of["problem"]),
            "brier": brier(of["said"], right),
            "brier of the base rate": base * (1 - base),
            "share right": base,
        },
        "remaining length": {
            "nll": float(of["loss"].mean()),
            "nll of one distribution for all": float(of["flat"].mean()),
            "median factor off": float(np.exp(np.median(of["off"]))),
            "share inside the middle 80 %": float(((of["below"] > 0.1) & (of["below"] < 0.9)).mean()),
        }
        if len(of["loss"])
        else None,
        "early exit": {
            str(layer): {name: float(of[f"{name} {layer}"].mean()) for name in ("kl", "plain kl", "same")} for layer in layers
        },
    }
    return json.loads(json.dumps(figures), parse_float=lambda text: round(float(text), 4))


def train(start: Path, tokenizer_folder: Path, out: Path, training: Training, plan: Plan) -> dict:
    torch.set_num_threads(training.threads)
    torch.manual_seed(training.seed)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer, model = Tokenizer.from_file(str(tokenizer_folder / "tokenizer.json")), read_decoder(start).requires_grad_(False)
    records = collect(out / "rollouts.jsonl", replace(plan, split="train", count=training.problems), model, tokenizer)
    checked = collect(out / "checked.jsonl", replace(plan, split="calibration", count=training.checked, seed=plan.seed + 1), model, tokenizer)
    heads, constant = Heads(model.shape, middle_layers(model.shape.layers)), moments(records)
    heads.start_remaining_at(*constant)
    optimizer = torch.optim.AdamW(heads.parameters(), lr=training.rate, betas=(0.9, 0.98), weight_decay=0.01)
    state_file, first = out / "state.pt", 0
    if state_file.exists():
        state = torch.load(state_file)
        heads.load_state_dict(state["heads"])
        optimizer.load_state_dict(state["optimizer"])
        first = state["passes"]
        print(f"resumed after {first} passes", flush=True)
    per_pass = sum(1 for _ in batches(records, BATCH_TOKENS, None))
    for number in range(first, training.passes):
        total = 0.0
        for at, batch in enumerate(batches(records, BATCH_TOKENS, random.Random(training.seed * 1009 + number))):
            optimizer.param_groups[0]["lr"] = training.rate * (1 - (number * per_pass + at) / (training.passes * per_pass))
            loss = loss_of(model, heads, batch)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
        save_state(state_file, {"heads": heads.state_dict(), "optimizer": optimizer.state_dict(), "passes": number + 1})
        print(f"pass {number + 1} of {training.passes}: loss {total / per_pass:.4f}", flush=True)
    write_heads(out, heads)
    figures = measure(model, heads, checked, constant)
    (out / "figures.json").write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))
    return figures


def write_heads(out: Path, heads: Heads) -> None:
    save_file({name: value.contiguous() for name, value in heads.state_dict().items()}, out / WEIGHTS)


def read_heads(folder: Path, model: Decoder) -> Heads:
    weights = load_file(folder / WEIGHTS)
    layers = tuple(sorted({int(name.split(".")[1]) for name in weights if name.startswith("early_exits.")}))
    heads = Heads(model.shape, layers)
    heads.load_state_dict(weights)
    return heads.eval()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("start", type=Path, help="folder with the decoder's weights")
    parser.add_argument("out", type=Path)
    parser.add_argument("--tokenizer", type=Path, help="folder with the tokenizer, if not the same")
    for name, value in vars(Training()).items():
        parser.add_argument(f"--{name}", type=type(value), default=value)
    parser.add_argument("--copies", type=int, default=4)
    parser.add_argument("--thinking", type=int, default=800)
    options = parser.parse_args()
    training = Training(**{name: getattr(options, name) for name in vars(Training())})
    train(options.start, options.tokenizer or options.start, options.out, training, Plan("train", 0, 7000 + options.seed, options.copies, thinking=options.thinking))


if __name__ == "__main__":
    main()
