"""Changes the decoder's weights so that well rewarded tokens become likelier: GRPO's update with DAPO's token-level clipped objective.

Beside it right rollouts may be imitated (VAPO's positive example loss, arXiv 2504.05118), also those of groups in which all were right: they hold in
place what works already, which the noise of few rollouts would otherwise wear away.
"""

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
    # How much right rollouts are imitated beside the credit they get within their group.
    imitation: float = 0.0
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


@dataclass(frozen=True)
class Batch:
    """Rows of similar length: ids, and for every following token whether the model chose it, its advantage, and whether its row ended right."""

    ids: Tensor
    chosen: Tensor
    advantages: Tensor
    right: Tensor


def batches(samples: list[Sample], tokens: int) -> Iterator[Batch]:
    """Every sample once, in batches of about `tokens` tokens."""
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
        right = torch.tensor([row.right for row in rows])[:, None].expand(-1, width - 1)
        yield Batch(ids, chosen[:, 1:], advantages[:, 1:], right)


def logprobs(model: Decoder, batch: Batch, temperature: float) -> Tensor:
    """Log-probabilities of the chosen tokens under the sampling distribution."""
    logits = model.logits(model.states(batch.ids[:, :-1])[batch.chosen]) / temperature
    return logits.log_softmax(-1).gather(1, batch.ids[:, 1:][batch.chosen][:, None])[:, 0]


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
        useful = [sample for sample in samples if t.kl_weight > 0 or (sample.right and t.imitation > 0) or any(sample.advantages)]
        random.Random(t.seed * 7919 + self.step).shuffle(useful)
        parts = [useful[at :: t.parts] for at in range(t.parts)]
        old = None if t.parts == 1 else [self._old(part) for part in parts]
        figures = [self._update(part, None if old is None else old[at]) for at, part in enumerate(parts) if part]
        self.model.eval()
        return {name: sum(one[name] for one in figures) / len(figures) for name in figures[0]} if figures else {}

    @torch.no_grad()
    def _old(self, part: list[Sample]) -> list[Tensor]:
        return [logprobs(self.model, batch, self.temperature) for batch in batches(part, self.training.batch_tokens)]

    def _update(self, part: list[Sample], old: list[Tensor] | None) -> dict:
        """One step of the optimizer: the mean of each term over the tokens it is about."""
        t = self.training
        total = sum(sum(sample.chosen) for sample in part)
        credited = max(1, sum(sum(sample.chosen) for sample in part if any(sample.advantages)))
        imitated = max(1, sum(sum(sample.chosen) for sample in part if sample.right))
        clipped, moved = 0.0, 0.0
        for kind in self.kinds:
            kind.zero_grad()
        for at, batch in enumerate(batches(part, t.batch_tokens)):
            new = logprobs(self.model, batch, self.temperature)
            before = new.detach() if old is None else old[at]
            credit = batch.advantages[batch.chosen]
            loss = clipped_loss(new, before, credit).sum() / credited
            clipped += clipped_share(new.detach(), before, credit) * len(new) / total
            if t.imitation > 0:
                loss = loss - t.imitation * new[batch.right[batch.chosen]].sum() / imitated
            if self.reference is not None:
                with torch.no_grad():
                    reference = logprobs(self.reference, batch, self.temperature)
                distance = kl_estimate(new, reference).sum() / total
                moved += distance.item()
                loss = loss + t.kl_weight * distance
            loss.backward()
        norm = nn.utils.clip_grad_norm_(self.model.parameters(), 1.0).item()
        for kind in self.kinds:
            kind.step()
        return {"clipped": clipped, "kl": moved, "gradient": norm}
