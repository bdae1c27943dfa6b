"""Credit: who gets how much, on rollouts of a real model judged by the real judge."""

import unittest

import torch

from checkpoint import read_decoder
from episodes import Settings, World, dense_samples, play, shaping_rewards, truncations_at
from judge import Judge
from rewards import leak_reward
from rollouts import Rollout
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
        self.assertEqual((len(samples), len(outcomes)), (24, 24))
        self.assertEqual([sample.right for sample in samples], [outcome.right for outcome in outcomes])

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
            expected = (rewards - rewards.mean()) / rewards.std(correction=0) if rewards.std() > 1e-6 else torch.zeros(6)
            self.assertTrue(torch.allclose(torch.tensor(credits), expected, atol=1e-5))

    def rollout(self, world, thoughts, answer, closed=True):
        """A rollout as if the model had said this."""
        encode = self.tokenizer.encode
        thinking, closing, rest = encode(thoughts).ids, world.marks.closing(encode(thoughts).ids), encode(answer).ids
        ids = [*thinking, *closing, *rest, world.marks.stop]
        sampled = [closed] * (len(thinking) + len(closing)) + [True] * (len(rest) + 1)
        return Rollout(ids, sampled, len(thinking), closed, True, [*closing[-1:], *rest])

    def grades(self, world, prompt, group):
        return world.grades(prompt.problem, group)

    def test_high_effort_is_not_paid_for_being_short(self):
        world = World(self.tokenizer, self.judge, Settings())
        prompt = world.prompt(self.rows[0], "high")
        group = [self.rollout(world, thoughts, prompt.problem["answer"]) for thoughts in ("try a", "try a\ntry b\ntry c")]
        grades = self.grades(world, prompt, group)
        self.assertEqual(shaping_rewards(world, "high", group, grades), [0.5, 0.5])
        self.assertEqual(shaping_rewards(world, "low", group, grades), [1.0, 0.0])
        self.assertEqual(shaping_rewards(world, "medium", group, grades), [0.75, 0.25])

    def test_progress_counts_only_where_it_is_asked_for(self):
        row = next(row for row in self.rows if len(row["problem"]["examples"]) >= 2)
        for weight, expected in ((0.0, [0.0, 0.0]), (2.0, [2.0, 0.0])):
            world = World(self.tokenizer, self.judge, Settings(process_weight=weight, leak_weight=0.0))
            truth = row["problem"]["answer"]
            group = [self.rollout(world, f"try {truth}\n", "0"), self.rollout(world, "", "0")]
            self.assertEqual(shaping_rewards(world, "high", group, self.grades(world, world.prompt(row, "high"), group)), expected)

    def test_dense_credit_goes_to_the_segment_that_made_the_difference(self):
        world = World(self.tokenizer, self.judge, Settings(truncations=(4,), thinking={"high": 8}, length_weight=0.0, leak_weight=0.0))
        prompt = world.prompt(self.rows[0], "high")
        right, wrong = prompt.problem["answer"], "0"
        long = "try a\ntry b\ntry c"
        group = [self.rollout(world, long, right), self.rollout(world, long, wrong)]
        cut = self.tokenizer.decode(group[0].ids[:4])
        cuts = [[self.rollout(world, cut, wrong, closed=False), self.rollout(world, cut, wrong, closed=False)]]
        first, first_cut, second, second_cut = dense_samples(world, prompt, group, cuts, [1.0, 0.0], [0.0, 0.0])
        # Scores (0, 1) and (0, 0) under a uniform prior: R = (0.5, 0.5) and (0, 0), V2 = (0.25, 0.25), V1 = (-, 0).
        tag = first.ids.index(world.marks.end_tag)
        self.assertEqual(first.advantages[:4], [0.25] * 4)
        self.assertEqual(set(first.advantages[4 : tag + 1]), {0.375})
        self.assertEqual(set(first.advantages[tag + 1 :]), {0.5})
        self.assertEqual(second.advantages[:4], [-0.25] * 4)
        self.assertEqual(set(second.advantages[4 : tag + 1]), {-0.125})
        self.assertEqual(set(second.advantages[tag + 1 :]), {-0.5})
        self.assertEqual(set(first_cut.advantages + second_cut.advantages), {0.0})
        self.assertFalse(any(first_cut.chosen[: first_cut.ids.index(world.marks.end_tag) + 1]))

    def test_answers_at_one_cut_are_measured_against_each_other(self):
        world = World(self.tokenizer, self.judge, Settings(truncations=(2,), thinking={"low": 8}))
        prompt = world.prompt(self.rows[0], "low")
        group = [self.rollout(world, "try a\ntry b", prompt.problem["answer"]) for _ in range(2)]
        cuts = [[self.rollout(world, "tr", answer, closed=False) for answer in (prompt.problem["answer"], "0")]]
        _, good, _, bad = dense_samples(world, prompt, group, cuts, [1.0, 1.0], [0.0, 0.0])
        self.assertEqual((set(good.advantages), set(bad.advantages)), ({0.5}, {-0.5}))

    def test_a_cut_counts_only_before_the_budget_of_the_effort(self):
        settings = Settings(truncations=(32, 96, 256), thinking={"low": 96, "high": 640})
        self.assertEqual((truncations_at(settings, "low"), truncations_at(settings, "high")), ((32,), (32, 96, 256)))

    def test_thoughts_that_had_ended_before_a_cut_are_not_answered_again(self):
        world, prompts, samples, outcomes = self.play(truncations=(4, 1000))
        cut = [sample for sample in samples if not any(sample.chosen[:4])]
        self.assertTrue(all(world.marks.end_tag in sample.ids[4:6] for sample in cut))
        self.assertLessEqual(len(samples), 2 * len(outcomes))

    def test_what_the_judge_is_asked_about_is_the_answer_alone(self):
        world, prompts, _, _ = self.play()
        (group,) = world.rollouts(self.model, prompts[:1], 1, False)
        for one in group:
            text = world.answer_text(one)
            self.assertNotIn("think>", text)
            self.assertEqual(leak_reward(text), 0.5)


if __name__ == "__main__":
    unittest.main()
