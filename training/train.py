"""Trains the bundled model from nothing; training/README.md has the commands.

Matrices are updated by Muon (Jordan 2024; Liu et al., arXiv 2502.16982), embeddings and norms by AdamW. Each pass reads the next of the data files. The schedule depends on the step alone, so
the same seed on the same machine gives the same weights as far as PyTorch allows. Started again with the same --out it resumes. Training may have phases with
data of their own: the first ends with --until STEP, the next goes on with --begin STEP.
"""

import argparse
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import nn

from checkpoint import read_decoder
from data import IGNORED, LONGEST_ROW, WIDTHS, Rows
from model import Decoder, Shape, to_hugging_face

WARM_UP = 100
DECAY = 0.55
LOG_EVERY = 25
SAVE_EVERY = 50


def optimizers(model: Decoder, rate: float) -> list[torch.optim.Optimizer]:
    matrices = [p for name, p in model.named_parameters() if p.dim() == 2 and name != "embed.weight"]
    others = [p for name, p in model.named_parameters() if p.dim() != 2 or name == "embed.weight"]
    muon = torch.optim.Muon(matrices, lr=rate, momentum=0.95, weight_decay=0.05, adjust_lr_fn="match_rms_adamw")
    adam = torch.optim.AdamW(others, lr=rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
    return [muon, adam]


def share_of_rate(step: int, steps: int) -> float:
    """Warm-up, a plateau, and a linear decay to nothing over the last DECAY."""
    return min(1.0, (step + 1) / WARM_UP) * min(1.0, (steps - step) / (DECAY * steps))


class Loss(nn.Module):
    """Mean negative log-likelihood of the tokens that are learnt."""

    def __init__(self, model: Decoder) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return F.cross_entropy(self.model(ids).flatten(0, 1), target.flatten(), ignore_index=IGNORED)


def save(out: Path, model: Decoder, kinds: list[torch.optim.Optimizer], step: int, seen: int) -> None:
    # The state comes last: it is what a later start goes by, and weights that are older than it would never be written again.
    save_file(to_hugging_face(model), out / "model.tmp")
    (out / "model.tmp").replace(out / "model.safetensors")
    state = {"model": model.state_dict(), "optimizers": [kind.state_dict() for kind in kinds], "step": step, "seen": seen}
    torch.save(state, out / "state.tmp")
    (out / "state.tmp").replace(out / "state.pt")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--until", type=int, help="stop at this step of the schedule; a later phase goes on from there")
    parser.add_argument("--begin", type=int, default=0, help="step at which this phase, with its own data, began")
    parser.add_argument("--batch-tokens", type=int, default=8192)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cuts", type=float, default=0.0, help="share of rows whose thinking is cut at a random token, closed and answered")
    parser.add_argument("--from", dest="origin", type=Path, help="what to start from, with --begin: a finished phase (its state.pt), or a finished model (its folder)")
    parser.add_argument("--compile", action="store_true", help="compile the model: minutes to start, then half as fast again")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu", help="where the weights are trained: cpu, or cuda for a GPU")
    options = parser.parse_args()

    if options.device.startswith("cuda") and not torch.cuda.is_available():
        raise SystemExit("PyTorch finds no GPU here. Install its build for your GPU, or train a size that needs none.")

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(options.tokenizer / "tokenizer.json"))
    model = Decoder(Shape()).to(options.device)
    kinds = optimizers(model, options.rate)
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters", flush=True)

    step = seen = 0
    torch._dynamo.config.recompile_limit = 2 * len(WIDTHS)
    loss_of = torch.compile(Loss(model), dynamic=False) if options.compile else Loss(model)

    state_file = options.out / "state.pt"
    if options.origin and not state_file.exists():
        if options.origin.is_dir():
            # Weights without what their optimizers had gathered, which is soon gathered again.
            model.load_state_dict(read_decoder(options.origin).state_dict())
            step = options.begin
        else:
            state_file.write_bytes(options.origin.read_bytes())
    if state_file.exists():
        state = torch.load(state_file, map_location=options.device)
        model.load_state_dict(state["model"])
        for kind, saved in zip(kinds, state["optimizers"], strict=True):
            kind.load_state_dict(saved)
        step, seen = state["step"], state["seen"]
        print(f"resumed at step {step}", flush=True)

    last = options.until or options.steps
    start, seen_before, passes, skip, losses = time.time(), seen, 0, step - options.begin, []
    while step < last:
        path = options.data[passes % len(options.data)]
        rows = Rows(path, tokenizer, options.cuts)
        print(f"{path.name}: {len(rows.rows):,} rows; {rows.left_out:,} longer ones ({LONGEST_ROW} tokens at most) are left out", flush=True)
        for ids, target in rows.batches(options.seed * 1000 + passes, options.batch_tokens):
            if skip > 0:
                skip -= 1
                continue
            for kind in kinds:
                for group in kind.param_groups:
                    group["lr"] = options.rate * share_of_rate(step, options.steps)
            loss = loss_of(ids.to(options.device), target.to(options.device))
            for kind in kinds:
                kind.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            for kind in kinds:
                kind.step()
            step += 1
            seen += int((ids != rows.pad).sum())
            losses.append(loss.item())
            if step % LOG_EVERY == 0:
                spent = time.time() - start
                print(f"step {step} loss {sum(losses) / len(losses):.4f} {(seen - seen_before) / spent:,.0f} tokens/s {seen / 1e6:.1f} M tokens {spent / 60:.1f} min", flush=True)
                losses = []
            if step % SAVE_EVERY == 0 or step == last:
                save(options.out, model, kinds, step, seen)
            if step == last:
                break
        passes += 1


if __name__ == "__main__":
    main()
