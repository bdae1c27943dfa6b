"""Credit: who gets how much, on rollouts of a real model judged by the real judge."""

import unittest

import torch

from checkpoint import read_decoder
from episodes import Settings, World, play
from judge import Judge
from rewards import leak_reward
from tests.support import BUNDLED, bundled_tokenizer
from tests.test_judge import problems


class Episodes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.judge = Judge()
        cls.addClassCleanup(cls.judge.__exit__, None, None, None)
        cls.tokenizer = bundled_tokenizer()
        cls.model = read_decoder(BUNDLED)
        cls.rows = problems("--seed", "11", "--count", "4", "--skills", "repair", "--levels", "1")

    def play(self, **changes):
        settings = Settings(copies=6, thinking={"low": 40, "medium": 60, "high": 80}, solution=24, **changes)
        world = World(self.tokenizer, self.judge, settings)
        prompts = [world.prompt(row, effort) for row, effort in zip(self.rows, ("low", "medium", "high", "low"), strict=True)]
        return world, prompts, *play(world, self.model, prompts, seed=3, half=False)

    def test_rounds_are_the_same_for_the_same_seed(self):
        _, _, samples, outcomes = self.play()
        _, _, again, outcomes_again = self.play()
        self.assertEqual((samples, outcomes), (again, outcomes_again))
        self.assertGreater(len(samples), 0)
        self.assertEqual(len(outcomes), 24)

    def test_budgets_are_kept_and_only_what_was_sampled_is_chosen(self):
        world, _, samples, outcomes = self.play()
        self.assertTrue(all(one.thinking <= world.settings.thinking[one.effort] for one in outcomes))
        for sample in samples:
            self.assertEqual(len(sample.ids), len(sample.chosen))
            self.assertEqual(len(sample.ids), len(sample.advantages))

    def test_within_a_group_credit_follows_reward(self):
        _, prompts, samples, outcomes = self.play()
        for at, prompt in enumerate(prompts):
            rewards = torch.tensor([one.reward for one in outcomes[at * 6 : at * 6 + 6]])
            credits = [sample.advantages[0] for sample in samples if sample.prompt == prompt.ids]
            expected = (rewards - rewards.mean()) / rewards.std(correction=0) if rewards.std() > 1e-6 else torch.tensor([])
            self.assertTrue(torch.allclose(torch.tensor(credits), expected, atol=1e-5))

    def test_high_effort_is_not_paid_for_being_short(self):
        _, _, _, outcomes = self.play()
        high = [one for one in outcomes if one.effort == "high"]
        self.assertTrue(all(one.reward in (0.5, 1.5) for one in high), high)
        low = [one.reward for one in outcomes if one.effort == "low"]
        self.assertTrue(any(reward not in (0.5, 1.5) for reward in low), low)

    def test_dense_credit_differs_along_the_thoughts_and_answers_at_cuts_are_learnt(self):
        world, prompts, samples, _ = self.play(truncations=(4, 16))
        cut = [sample for sample in samples if sample.chosen[:4] == [False] * 4]
        self.assertGreater(len(cut), 0)
        for sample in cut:
            tag = sample.ids.index(world.marks.end_tag)
            self.assertIn(tag, (4, 5, 16, 17))
            self.assertFalse(any(sample.chosen[: tag + 1]))
            self.assertTrue(any(sample.chosen))
            self.assertEqual(len(set(sample.advantages)), 1)
        whole = [sample for sample in samples if sample.chosen[:4] == [True] * 4 and len(sample.ids) > 20]
        self.assertTrue(any(len(set(sample.advantages[:17])) > 1 for sample in whole))
        for sample in whole:
            self.assertEqual(len(set(sample.advantages[:4])), 1)

    def test_answers_at_one_cut_are_measured_against_each_other(self):
        _, prompts, samples, _ = self.play(truncations=(4,), length_weight=0.0, leak_weight=0.0)
        prompt = prompts[2]
        cut = [sample for sample in samples if sample.prompt == prompt.ids and not any(sample.chosen[:4])]
        positive = {sample.advantages[0] for sample in cut if sample.advantages[0] > 0}
        negative = {sample.advantages[0] for sample in cut if sample.advantages[0] < 0}
        self.assertLessEqual(max(len(positive), len(negative)), 1)
        if positive:
            self.assertAlmostEqual(positive.pop() - negative.pop(), 1.0, places=5)

    def test_what_the_judge_is_asked_about_is_the_answer_alone(self):
        world, prompts, _, _ = self.play()
        (group,) = world.rollouts(self.model, prompts[:1], 1, False)
        for one in group:
            text = world.answer_text(one)
            self.assertNotIn("think>", text)
            self.assertEqual(leak_reward(text), 0.5)


if __name__ == "__main__":
    unittest.main()
