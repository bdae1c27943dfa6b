"""Rollouts keep to their budgets, close thoughts as the product does, and are those of the decoder without a cache."""

import unittest

import torch

from rollouts import Marks, Request, generate
from tests.support import bundled_tokenizer, small_decoder

PROMPTS = [[10, 11, 12], [20, 21, 22, 23, 24], [30]]


class Rollouts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tokenizer = bundled_tokenizer()
        cls.marks = Marks(cls.tokenizer)
        cls.model = small_decoder(3, cls.tokenizer.get_vocab_size())

    def slowly(self, prompt, most):
        """Greedy decoding that runs the whole sequence for every token, up to the end tag or the end of turn."""
        ids = []
        while len(ids) < most and (not ids or ids[-1] not in (self.marks.end_tag, self.marks.stop)):
            ids.append(int(self.model(torch.tensor([prompt + ids]))[0, -1].argmax()))
        return ids

    def one(self, request, **options):
        return generate(self.model, self.marks, [request], **options)[0][0]

    def set_on(self, token):
        """A decoder that says `token` at every position."""
        model = small_decoder(3, self.tokenizer.get_vocab_size())
        with torch.no_grad():
            for block in model.blocks:
                block.out.weight.zero_()
                block.down.weight.zero_()
            model.embed.weight[:, 0] = 1.0
            model.embed.weight[token, 0] = 3.0
            model.norm.zero_()
            model.norm[0] = 1.0
        return model

    def test_greedy_rollouts_are_those_without_a_cache(self):
        batch = generate(self.model, self.marks, [Request(prompt, 12, 5) for prompt in PROMPTS])
        for prompt, (rollout,) in zip(PROMPTS, batch, strict=True):
            expected = self.slowly(prompt, 12)
            self.assertEqual(rollout.ids[: len(expected)], expected)

    def test_a_spent_budget_closes_the_thoughts_and_leaves_the_solution_its_own(self):
        rollout = self.one(Request(PROMPTS[1], 6, 4))
        closing = self.marks.closing(rollout.ids[:6])
        self.assertEqual((rollout.thinking, rollout.closed), (6, False))
        self.assertEqual(rollout.ids[6 : 6 + len(closing)], closing)
        self.assertEqual(rollout.sampled, [True] * 6 + [False] * len(closing) + [True] * 4)
        self.assertEqual(rollout.ended, rollout.ids[-1] == self.marks.stop)

    def test_given_thoughts_are_closed_at_once_where_they_fill_the_budget(self):
        thoughts = (5, 6, 7)
        rollout = self.one(Request(PROMPTS[0], 3, 4, thoughts))
        closing = self.marks.closing(list(thoughts))
        self.assertEqual(rollout.ids[: 3 + len(closing)], [*thoughts, *closing])
        self.assertEqual((rollout.thinking, rollout.closed), (3, False))
        self.assertEqual(rollout.sampled.count(True), len(rollout.ids) - 3 - len(closing))
        self.assertLessEqual(rollout.sampled.count(True), 4)

    def test_given_thoughts_may_go_on(self):
        whole = self.one(Request(PROMPTS[1], 8, 3))
        self.assertEqual(whole.thinking, 8)
        rest = self.one(Request(PROMPTS[1], 8, 3, tuple(whole.ids[:5])))
        self.assertEqual(rest.ids, whole.ids)
        self.assertEqual(rest.thinking, whole.thinking)
        self.assertEqual(rest.sampled[:5], [False] * 5)

    def test_no_thinking_at_all(self):
        rollout = self.one(Request(PROMPTS[0], 0, 4))
        self.assertEqual(rollout.thinking, 0)
        self.assertEqual(rollout.ids[: len(self.marks.closings[1])], self.marks.closings[1])

    def test_a_line_break_is_written_only_where_none_stands(self):
        brk = self.tokenizer.encode("\n").ids[-1]
        self.assertEqual(self.marks.closing([brk]), self.marks.closings[1])
        self.assertEqual(self.marks.closing([brk, 5]), self.marks.closings[0])
        self.assertEqual(self.tokenizer.decode(self.marks.closing([5]), skip_special_tokens=False), "\n</think>\n\n")
        self.assertEqual(self.tokenizer.decode(self.marks.closing([brk]), skip_special_tokens=False), "</think>\n\n")
        rollout = generate(self.set_on(brk), self.marks, [Request([10], 4, 2)])[0][0]
        self.assertEqual(rollout.ids[:4], [brk] * 4)
        self.assertEqual(rollout.ids[4 : 4 + len(self.marks.closings[1])], self.marks.closings[1])

    def test_a_model_that_ends_its_thinking_goes_on_to_its_solution(self):
        rollout = generate(self.set_on(self.marks.end_tag), self.marks, [Request([10], 9, 3)])[0][0]
        self.assertEqual(rollout.ids, [self.marks.end_tag] * 4)
        self.assertEqual((rollout.thinking, rollout.closed, rollout.ended), (0, True, False))
        self.assertTrue(all(rollout.sampled))

    def test_a_model_that_ends_its_turn_within_its_thoughts_has_not_answered(self):
        rollout = generate(self.set_on(self.marks.stop), self.marks, [Request([10], 9, 3)])[0][0]
        self.assertEqual(rollout.ids, [self.marks.stop])
        self.assertEqual((rollout.thinking, rollout.closed, rollout.ended, rollout.answer), (0, False, False, []))

    def test_a_model_that_ends_its_turn_has_ended(self):
        rollout = generate(self.set_on(self.marks.stop), self.marks, [Request([10], 2, 3, (5, 6))])[0][0]
        self.assertEqual(rollout.ids[-1], self.marks.stop)
        self.assertEqual((rollout.ended, rollout.answer), (True, self.marks.closing([6])[-1:]))

    def test_sampling_is_seeded_and_copies_differ(self):
        requests = [Request(prompt, 10, 4) for prompt in PROMPTS]
        first, again, other = (
            generate(self.model, self.marks, requests, temperature=1.0, seed=seed, copies=3) for seed in (1, 1, 2)
        )
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)
        self.assertTrue(all(len(group) == 3 for group in first))
        self.assertNotEqual(first[0][0].ids, first[0][1].ids)

    def test_samples_follow_the_models_probabilities(self):
        probabilities = self.model(torch.tensor([PROMPTS[0]]))[0, -1].softmax(-1)
        favourite = int(probabilities.argmax())
        group = generate(self.model, self.marks, [Request(PROMPTS[0], 1, 1)], temperature=1.0, seed=4, copies=2000, rows=2000)[0]
        share = sum(rollout.ids[0] == favourite for rollout in group) / 2000
        self.assertAlmostEqual(share, probabilities[favourite].item(), delta=0.05)

    def test_numbers_beyond_the_tokenizer_are_never_chosen(self):
        size = self.tokenizer.get_vocab_size()
        padded = small_decoder(3, size + 64)
        with torch.no_grad():
            padded.embed.weight[size:] *= 20
        for temperature in (0.0, 1.0):
            (group,) = generate(padded, self.marks, [Request(PROMPTS[1], 10, 4)], temperature=temperature, copies=4)
            self.assertTrue(all(max(rollout.ids) < size for rollout in group))

    def test_small_batches_give_the_same_greedy_rollouts(self):
        requests = [Request(prompt, budget, 4) for prompt in PROMPTS for budget in (3, 9)]
        self.assertEqual(generate(self.model, self.marks, requests), generate(self.model, self.marks, requests, rows=1))


if __name__ == "__main__":
    unittest.main()
