"""How good a probability, a ranking or a length estimate is."""

import numpy as np


def auc(scores: np.ndarray, labels: np.ndarray) -> float:
    """The probability that a right one is ranked above a wrong one, ties counting half (Mann-Whitney); NaN without both."""
    right = labels.astype(bool)
    if right.all() or not right.any():
        return float("nan")
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    below = np.concatenate([[0], counts.cumsum()[:-1]])
    ranks = (below + (counts + 1) / 2)[inverse]
    positive = right.sum()
    return float((ranks[right].sum() - positive * (positive + 1) / 2) / (positive * (len(labels) - positive)))


def auc_within(scores: np.ndarray, labels: np.ndarray, groups: np.ndarray) -> float:
    """The same among rollouts of one problem only, pairs pooled over problems: what choosing between samples depends on."""
    won, pairs = 0.0, 0
    for group in np.unique(groups):
        chosen = groups == group
        right = int(labels[chosen].sum())
        here = right * (int(chosen.sum()) - right)
        if here:
            won += auc(scores[chosen], labels[chosen]) * here
            pairs += here
    return won / pairs if pairs else float("nan")


def brier(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Mean squared error of a probability (Brier 1950); a constant at the base rate p gets p (1 - p)."""
    return float(((probabilities - labels) ** 2).mean())
