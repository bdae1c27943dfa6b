"""What reinforcement maximises: the clipped objective, token by token, and how far the policy has moved."""

import torch
from torch import Tensor

# The upper bound is wider, so that unlikely tokens can become likely (DAPO, arXiv 2503.14476).
CLIP_LOW, CLIP_HIGH = 0.2, 0.28


def clipped_loss(new: Tensor, old: Tensor, advantages: Tensor) -> Tensor:
    """Minus min(ratio * A, clip(ratio, 1 - low, 1 + high) * A) for every token (arXiv 1707.06347); log-probabilities in, one loss each out."""
    ratio = (new - old).exp()
    return -torch.minimum(ratio * advantages, ratio.clamp(1 - CLIP_LOW, 1 + CLIP_HIGH) * advantages)


def clipped_share(new: Tensor, old: Tensor, advantages: Tensor) -> float:
    """The share of tokens whose gradient the clipping takes away."""
    ratio = (new - old).exp()
    clipped = ((ratio > 1 + CLIP_HIGH) & (advantages > 0)) | ((ratio < 1 - CLIP_LOW) & (advantages < 0))
    return clipped.float().mean().item()


def kl_estimate(new: Tensor, reference: Tensor) -> Tensor:
    """For sampled tokens, an estimate of KL(new || reference) that is never negative: e^d - d - 1 with d = reference - new (GRPO, arXiv 2402.03300)."""
    difference = reference - new
    return difference.exp() - difference - 1
