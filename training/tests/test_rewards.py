"""Rewards and advantages against values worked out by hand or by an independent script."""

import unittest

import torch

from rewards import (
    LENGTH_WEIGHT,
    brpo_advantages,
    budget_prior,
    curriculum_budget,
    group_advantages,
    group_brpo_advantages,
    later_returns,
    leak_reward,
    length_rewards,
    process_reward,
    task_reward,
    triangular_length_reward,
)


class Rewards(unittest.TestCase):
    def assert_near(self, actual, expected):
        self.assertEqual(len(actual), len(expected))
        for one, other in zip(actual, expected, strict=True):
            self.assertAlmostEqual(float(one), other, places=6)

    def test_an_answer_counts_when_it_is_right_and_ended(self):
        self.assertEqual([task_reward(True, True), task_reward(True, False), task_reward(False, True)], [1, 0, 0])

    def test_shorter_right_answers_are_worth_more(self):
        self.assert_near(length_rewards([100, 200, 400], [True, True, True]), [0.5, 1 / 6, -0.5])

    def test_a_wrong_answer_earns_nothing_by_being_short_and_still_pays_for_its_length(self):
        self.assert_near(length_rewards([100, 200, 400], [False, True, False]), [0, 1 / 6, -0.5])

    def test_equal_lengths_are_worth_nothing(self):
        self.assert_near(length_rewards([7, 7], [True, False]), [0, 0])

    def test_shortness_counts_by_effort(self):
        self.assertEqual(LENGTH_WEIGHT, {"low": 1.0, "medium": 0.5, "high": 0.0})

    def test_an_answer_that_goes_on_thinking_is_a_leak(self):
        for answer in ("Wait, 3", "x + 1\ntry x + 2", "however", "</think>\n\n7", "let me think"):
            self.assertEqual(leak_reward(answer), -0.5, answer)
        for answer in ("x + 1", "return waiter;", "7", "let retry = 2;"):
            self.assertEqual(leak_reward(answer), 0.5, answer)

    def test_progress_is_the_share_of_examples(self):
        self.assertEqual([process_reward(0, 3), process_reward(3, 3), process_reward(0, 0)], [0, 1, 0])
        self.assertAlmostEqual(process_reward(1, 3), 1 / 3)

    def test_the_triangle_peaks_at_its_target(self):
        lengths = [0, 50, 100, 150, 200, 250]
        self.assert_near([triangular_length_reward(length, 100) for length in lengths], [0, 0.5, 1, 0.5, 0, 0])
        self.assertEqual(triangular_length_reward(100, 100, peak=0.6), 0.6)

    def test_the_curriculum_shortens_step_by_step(self):
        steps = [0, 100, 200, 300, 600]
        budgets = [round(curriculum_budget(step, 256, 0.7, 100), 2) for step in steps]
        self.assertEqual(budgets, [256, 179.2, 125.44, 87.81, 30.12])
        self.assertEqual(curriculum_budget(199, 256, 0.7, 100), 256 * 0.7)
        self.assertEqual(curriculum_budget(100_000, 256, 0.7, 100), 1)


class Advantages(unittest.TestCase):
    def test_a_group_is_measured_against_its_own_mean_and_spread(self):
        self.assertTrue(torch.allclose(group_advantages(torch.tensor([1.0, 0, 0, 1])), torch.tensor([1.0, -1, -1, 1])))
        self.assertTrue(torch.allclose(group_advantages(torch.tensor([3.0, 0, 0])), torch.tensor([2**0.5, -(0.5**0.5), -(0.5**0.5)])))

    def test_a_group_of_equals_teaches_nothing(self):
        self.assertTrue(torch.equal(group_advantages(torch.tensor([0.7, 0.7, 0.7])), torch.zeros(3)))

    def test_priors(self):
        budgets = [100, 200, 400]
        self.assertEqual(budget_prior("base", budgets).tolist(), [0, 0, 1])
        self.assertTrue(torch.allclose(budget_prior("uniform", budgets), torch.full((3,), 1 / 3)))
        self.assertTrue(torch.allclose(budget_prior("linear", budgets), torch.tensor([1, 2, 4]) / 7))
        with self.assertRaises(ValueError):
            budget_prior("square", budgets)

    def test_the_segment_that_turns_wrong_into_right_gets_the_largest_credit(self):
        prior = budget_prior("uniform", [1, 2, 3, 4])
        remaining = later_returns(torch.ones(4), prior)
        advantages = brpo_advantages(torch.tensor([0.0, 1, 1, 1]), prior, 0.5 * remaining)
        self.assertTrue(torch.allclose(advantages, torch.tensor([0.25, 0.468750, 0.208333, 0.058036]), atol=1e-6), advantages)

    def test_a_group_of_equals_is_only_measured_against_its_own_past(self):
        prior = budget_prior("uniform", [1, 2])
        advantages = group_brpo_advantages(torch.tensor([[0.0, 1], [0, 1]]), prior)
        # At the first budget R = V2 = 0.5; at the second R = 0.5, V1 = 0, V2 = 0.5, of which half counts.
        self.assertTrue(torch.allclose(advantages, torch.tensor([[0.0, 0.25], [0, 0.25]])))


if __name__ == "__main__":
    unittest.main()
