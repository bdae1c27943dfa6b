"""Extra outputs of the trained decoder, learnt while its own weights stand still. All read what the decoder computes anyway.

- self-evaluation: the probability that this course ends right, from the final normed state;
- remaining thinking length: log(1 + tokens left) as a Gamma distribution, from the same state;
- early-exit logits: what a middle layer would say, through an affine map of its own before the shared norm and output matrix.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from model import Decoder, Shape

INNER = 64


class SmallHead(nn.Module):
    """Two layers with a SiLU between them."""

    def __init__(self, width: int, outputs: int) -> None:
        super().__init__()
        self.inner, self.out = nn.Linear(width, INNER), nn.Linear(INNER, outputs)

    def forward(self, states: Tensor) -> Tensor:
        return self.out(F.silu(self.inner(states)))


class Heads(nn.Module):
    """`layers` are those that get early-exit logits, named by the number of blocks run."""

    def __init__(self, shape: Shape, layers: tuple[int, ...]) -> None:
        super().__init__()
        self.shape, self.layers = shape, layers
        self.self_evaluation = SmallHead(shape.width, 1)
        self.remaining_length = SmallHead(shape.width, 2)
        self.early_exits = nn.ModuleDict({str(layer): nn.Linear(shape.width, shape.width) for layer in layers})
        for affine in self.early_exits.values():
            # The identity: at first a layer says what the output matrix makes of it as it is.
            nn.init.eye_(affine.weight)
            nn.init.zeros_(affine.bias)

    def evaluation_logits(self, states: Tensor) -> Tensor:
        """Log-odds that this course ends right; [..., width] to [...]."""
        return self.self_evaluation(states)[..., 0]

    def gamma(self, states: Tensor) -> tuple[Tensor, Tensor]:
        """alpha and lambda of log(1 + remaining thinking tokens)."""
        alpha, rate = F.softplus(self.remaining_length(states)).unbind(-1)
        return alpha, rate

    def exit_logits(self, model: Decoder, layer: int, residual: Tensor) -> Tensor:
        """Logits from the residual stream after `layer` blocks (the tuned lens, arXiv 2303.08112)."""
        moved = self.early_exits[str(layer)](residual)
        return model.logits(F.rms_norm(moved, (self.shape.width,), model.norm, self.shape.epsilon))

    def start_remaining_at(self, alpha: float, rate: float) -> None:
        """Makes the length head give this distribution everywhere, which spares it the way there."""
        nn.init.zeros_(self.remaining_length.out.weight)
        with torch.no_grad():
            self.remaining_length.out.bias.copy_(torch.tensor([alpha, rate]).expm1().log())


def layer_states(model: Decoder, ids: Tensor) -> tuple[list[Tensor], Tensor]:
    """The residual stream after 0, 1, ... all blocks, and the final normed states."""
    length, residuals = ids.shape[1], [model.embed(ids)]
    for block in model.blocks:
        residuals.append(block(residuals[-1], model.cos[:length], model.sin[:length]))
    return residuals, F.rms_norm(residuals[-1], (model.shape.width,), model.norm, model.shape.epsilon)


def gamma_loss(alpha: Tensor, rate: Tensor, remaining: Tensor) -> Tensor:
    """Negative log-likelihood of z = log(1 + remaining), remaining >= 1 (Budget Guidance, arXiv 2506.13752):

    -[alpha log(lambda) - lgamma(alpha) + (alpha - 1) log(z) - lambda z]
    """
    z = (1.0 + remaining).log()
    return -(alpha * rate.log() - torch.lgamma(alpha) + (alpha - 1) * z.log() - rate * z)


def gamma_mode(alpha: Tensor, rate: Tensor) -> Tensor:
    """The likeliest number of tokens left: exp((alpha - 1) / lambda) - 1, and 0 where the density only falls (arXiv 2506.13752)."""
    return ((alpha - 1).clamp(min=0) / rate).expm1()


def gamma_cdf(alpha: Tensor, rate: Tensor, remaining: Tensor) -> Tensor:
    """Probability that no more than `remaining` thinking tokens are left (arXiv 2506.13752)."""
    return torch.special.gammainc(alpha, rate * remaining.log1p())


def exit_loss(early: Tensor, final: Tensor) -> Tensor:
    """KL(final || early) for every token, in nats: the middle layer learns to say what the last one will."""
    target = final.log_softmax(-1)
    return (target.exp() * (target - early.log_softmax(-1))).sum(-1)
