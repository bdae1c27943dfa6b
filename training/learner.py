"""Changes the decoder's weights so that well rewarded tokens become likelier: GRPO's update with DAPO's token-level clipped objective."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from episodes import Sample
from model import Decoder
from objective import clipped_loss, clipped_share, kl_estimate


@dataclass(frozen=True)
class Training:
    """How the weights are changed."""

    steps: int = 200
    prompts: int = 24
    rate: float = 1e-4
    warm_up: int = 5
    optimizer: str = "adamw"
    # Parts of a round that are learnt from one after another; with more than one the ratio to the sampling policy leaves 1.
    parts: int = 1
    batch_tokens: int = 8192
    kl_weight: float = 0.0
    seed: int = 1
    threads: int = 2
    save_every: int = 20
    efforts: tuple[int, ...] = (1, 1, 1)  # weights of low, medium and high
    outside: float = 0.05  # share of questions outside the world, which are to be turned down
    skills: str | None = None
    levels: str | None = None


def optimizer_of(model: Decoder, training: Training) -> list[torch.optim.Optimizer]:
    matrices = [p for name, p in model.named_parameters() if p.dim() == 2 and name != "embed.weight"]
    others = [p for name, p in model.named_parameters() if p.dim() != 2 or name == "embed.weight"]
    if training.optimizer == "muon":
        muon = torch.optim.Muon(matrices, lr=training.rate, momentum=0.95, weight_decay=0.0, adjust_lr_fn="match_rms_adamw")
        return [muon, torch.optim.AdamW(others, lr=training.rate, betas=(0.9, 0.98), weight_decay=0.0)]
    return [torch.optim.AdamW(matrices + others, lr=training.rate, betas=(0.9, 0.98), weight_decay=0.0)]


def batches(samples: list[Sample], tokens: int) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Ids, which of the following tokens the model chose, and their advantages; rows of similar length, about `tokens` a batch."""
    order = sorted(samples, key=lambda sample: -len(sample.prompt) - len(sample.ids))
    while order:
        width = len(order[0].prompt) + len(order[0].ids)
        rows, order = order[: max(1, tokens // width)], order[max(1, tokens // width) :]
        ids = torch.zeros(len(rows), width, dtype=torch.long)
        chosen = torch.zeros(len(rows), width, dtype=torch.bool)
        advantages = torch.zeros(len(rows), width)
        for at, row in enumerate(rows):
            start, end = len(row.prompt), len(row.prompt) + len(row.ids)
            ids[at, :end] = torch.tensor(row.prompt + row.ids)
            chosen[at, start:end] = torch.tensor(row.chosen)
            advantages[at, start:end] = torch.tensor(row.advantages)
        yield ids, chosen[:, 1:], advantages[:, 1:]


def logprobs(model: Decoder, ids: Tensor, chosen: Tensor, temperature: float) -> Tensor:
    """Log-probabilities of the chosen tokens under the sampling distribution."""
    logits = model.logits(model.states(ids[:, :-1])[chosen]) / temperature
    return logits.log_softmax(-1).gather(1, ids[:, 1:][chosen][:, None])[:, 0]


def share_of_rate(step: int, training: Training) -> float:
    """Warm-up, then a linear way down to nothing: what is left of the rate at the end would be noise on weights that were annealed before."""
    return min(1.0, (step + 1) / max(1, training.warm_up), (training.steps - step) / max(1, training.steps - training.warm_up))


class Learner:
    """The policy, its optimizer, and how far it has come."""

    def __init__(self, model: Decoder, training: Training, temperature: float) -> None:
        self.model, self.training, self.temperature = model, training, temperature
        self.reference = None
        if training.kl_weight > 0:
            self.reference = Decoder(model.shape)
            self.reference.load_state_dict(model.state_dict())
            self.reference.train().requires_grad_(False)
        self.kinds = optimizer_of(model, training)
        self.step = 0

    def state(self) -> dict:
        return {"model": self.model.state_dict(), "optimizers": [kind.state_dict() for kind in self.kinds], "step": self.step}

    def load(self, state: dict) -> None:
        self.model.load_state_dict(state["model"])
        for kind, saved in zip(self.kinds, state["optimizers"], strict=True):
            kind.load_state_dict(saved)
        self.step = state["step"]

    def learn(self, samples: list[Sample]) -> dict:
        """One round of updates. Multiplies in bf16 as supervised training does; what was sampled is scored by the same arithmetic."""
        t = self.training
        share = share_of_rate(self.step, t)
        for kind in self.kinds:
            for group in kind.param_groups:
                group["lr"] = t.rate * share
        self.model.train()
        rng = random.Random(t.seed * 7919 + self.step)
        rng.shuffle(samples)
        parts = [samples[at :: t.parts] for at in range(t.parts)]
        old = None if t.parts == 1 else [self._old(part) for part in parts]
        figures = [self._update(part, None if old is None else old[at]) for at, part in enumerate(parts) if part]
        self.model.eval()
        return {name: sum(one[name] for one in figures) / len(figures) for name in figures[0]} if figures else {}

    @torch.no_grad()
    def _old(self, part: list[Sample]) -> list[Tensor]:
        return [logprobs(self.model, ids, chosen, self.temperature) for ids, chosen, _ in batches(part, self.training.batch_tokens)]

    def _update(self, part: list[Sample], old: list[Tensor] | None) -> dict:
        t, total = self.training, sum(sum(sample.chosen) for sample in part)
        clipped, moved = 0.0, 0.0
        for kind in self.kinds:
            kind.zero_grad()
        for at, (ids, chosen, advantages) in enumerate(batches(part, t.batch_tokens)):
            new = logprobs(self.model, ids, chosen, self.temperature)
            before = new.detach() if old is None else old[at]
            credit = advantages[chosen]
            loss = clipped_loss(new, before, credit)
            clipped += clipped_share(new.detach(), before, credit) * len(new) / total
            if self.reference is not None:
                with torch.no_grad():
                    reference = logprobs(self.reference, ids, chosen, self.temperature)
                distance = kl_estimate(new, reference)
                moved += distance.sum().item() / total
                loss = loss + t.kl_weight * distance
            (loss.sum() / total).backward()
        norm = nn.utils.clip_grad_norm_(self.model.parameters(), 1.0).item()
        for kind in self.kinds:
            kind.step()
        return {"clipped": clipped, "kl": moved, "gradient": norm}
