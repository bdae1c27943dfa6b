"""Measures against values worked out by hand."""

import math
import unittest

import numpy as np

from metrics import auc, auc_within, brier


class Metrics(unittest.TestCase):
    def test_auc_counts_pairs_in_order_and_ties_as_half(self):
        labels = np.array([1, 0, 1, 0])
        self.assertEqual(auc(np.array([4.0, 3, 2, 1]), labels), 0.75)
        self.assertEqual(auc(np.array([1.0, 1, 1, 1]), labels), 0.5)
        self.assertEqual(auc(np.array([2.0, 1, 1, 0]), labels), 0.875)
        self.assertTrue(math.isnan(auc(np.array([1.0, 2]), np.array([1, 1]))))

    def test_auc_is_the_share_of_pairs(self):
        rng = np.random.default_rng(1)
        scores, labels = rng.integers(0, 9, 60), rng.integers(0, 2, 60)
        pairs = [(a > b) + 0.5 * (a == b) for a in scores[labels == 1] for b in scores[labels == 0]]
        self.assertAlmostEqual(auc(scores, labels), sum(pairs) / len(pairs))

    def test_within_groups_only_pairs_of_one_group_count(self):
        scores = np.array([9.0, 8, 1, 2])
        labels = np.array([1, 0, 1, 0])
        groups = np.array([0, 0, 1, 1])
        self.assertEqual(auc(scores, labels), 0.5)
        self.assertEqual(auc_within(scores, labels, groups), 0.5)
        self.assertEqual(auc_within(scores, labels, np.array([0, 0, 1, 2])), 1.0)
        self.assertTrue(math.isnan(auc_within(scores, labels, np.array([0, 1, 2, 3]))))

    def test_brier(self):
        self.assertAlmostEqual(brier(np.array([0.8, 0.4]), np.array([1.0, 0.0])), (0.04 + 0.16) / 2)
        self.assertAlmostEqual(brier(np.array([0.25] * 4), np.array([1.0, 0, 0, 0])), 0.25 * 0.75)


if __name__ == "__main__":
    unittest.main()
