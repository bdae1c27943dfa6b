"""What an answer and its thinking are worth: each reward is one function with its formula and where it is from.

Lengths are in tokens. A group is all rollouts of one prompt at one effort.
"""

import re

import torch
from torch import Tensor

# How much shortness counts at each effort: alpha(m) of ThinkDial (arXiv 2508.18773, section 3.3).
LENGTH_WEIGHT = {"low": 1.0, "medium": 0.5, "high": 0.0}
# Words that belong into thoughts; in an answer they are thoughts that leaked.
TRANSITIONS = re.compile(r"\b(?:wait|let me think|actually|alternatively|however|try|check)\b|</?think>", re.IGNORECASE)


def task_reward(right: bool, ended: bool) -> float:
    """1 for an answer that is right and was brought to its end, else 0: an answer cut off by its budget is a format error (arXiv 2505.05315)."""
    return 1.0 if right and ended else 0.0


def length_rewards(lengths: list[int], right: list[bool]) -> list[float]:
    """ThinkDial's R_length within a group (arXiv 2508.18773): lambda = 0.5 - (len - min) / (max - min), at most 0 for wrong answers.

    `lengths` are those of thinking and answer together. Where all are equal the quotient is undefined and nobody is rewarded.
    """
    shortest, longest = min(lengths), max(lengths)
    if shortest == longest:
        return [0.0] * len(lengths)
    shares = [0.5 - (length - shortest) / (longest - shortest) for length in lengths]
    return [share if good else min(0.0, share) for share, good in zip(shares, right, strict=True)]


def leak_reward(answer: str) -> float:
    """ThinkDial's R_leak (arXiv 2508.18773): 0.5 unless the answer goes on thinking, then -0.5."""
    return -0.5 if TRANSITIONS.search(answer) else 0.5


def process_reward(tried: int, examples: int) -> float:
    """The share of the stated examples that hold under the hypothesis tried last: exact, as the interpreter counts it."""
    return tried / examples if examples else 0.0


def triangular_length_reward(length: float, target: float, peak: float = 1.0) -> float:
    """Train Long, Think Short (arXiv 2508.08940): peak * l / L up to the target L, falling to 0 at 2 L."""
    if length <= target:
        return peak * length / target
    return peak * max(0.0, 1 - (length - target) / target)


def curriculum_budget(step: int, start: float, decay: float, every: int) -> float:
    """Train Long, Think Short (arXiv 2508.08940): B(t) = max(1, B0 * gamma^floor(t / T))."""
    return max(1.0, start * decay ** (step // every))


def group_advantages(rewards: Tensor) -> Tensor:
    """GRPO (arXiv 2402.03300): (r - mean) / std within the group; 0 where all rewards are equal and nothing can be learnt."""
    deviation = rewards.std(correction=0)
    return torch.zeros_like(rewards) if deviation < 1e-6 else (rewards - rewards.mean()) / deviation


def budget_prior(kind: str, budgets: list[int]) -> Tensor:
    """How much each thinking budget counts (arXiv 2505.13438): all mass on the largest (`base`), `uniform`, or in proportion to it (`linear`)."""
    if kind == "base":
        prior = torch.zeros(len(budgets))
        prior[max(range(len(budgets)), key=budgets.__getitem__)] = 1.0
        return prior
    if kind == "uniform":
        return torch.full((len(budgets),), 1 / len(budgets))
    if kind == "linear":
        return torch.tensor(budgets, dtype=torch.float) / sum(budgets)
    raise ValueError(f"a prior is base, uniform or linear, not {kind}")


def later_returns(scores: Tensor, prior: Tensor) -> Tensor:
    """R_s = sum over j >= s of p_j r_j along the last dimension (arXiv 2505.13438): what thinking from segment s on still earns."""
    return (scores * prior).flip(-1).cumsum(-1).flip(-1)


def brpo_advantages(scores: Tensor, prior: Tensor, mean_returns: Tensor) -> Tensor:
    """Budget-relative advantages of one rollout's segments (AnytimeReasoner, arXiv 2505.13438).

    With S budgets, own scores r and the group's mean returns V2: V1_s = (sum_{i<s} 2^i r_i / sum_{i<s} 2^i) * sum_{j>=s} p_j,
    A_s = R_s - (s V1_s + (S - s) V2_s) / S for s = 0 ... S-1. What a rollout scored at smaller budgets says more the more of it there is.
    """
    count = len(scores)
    weights = 2.0 ** torch.arange(count)
    earlier = torch.cat([torch.zeros(1), (weights * scores).cumsum(0)[:-1] / weights.cumsum(0)[:-1]])
    own = earlier * later_returns(torch.ones(count), prior)
    s = torch.arange(count)
    return later_returns(scores, prior) - (s * own + (count - s) * mean_returns) / count


def group_brpo_advantages(scores: Tensor, prior: Tensor) -> Tensor:
    """`brpo_advantages` for a whole group: scores [rollouts, budgets] to advantages of the same shape."""
    means = later_returns(scores, prior).mean(0)
    return torch.stack([brpo_advantages(own, prior, means) for own in scores])
