"""Rows for training: which tokens carry loss, thoughts that are cut, and rows that are left out."""

import json
import tempfile
import unittest
from pathlib import Path

import numpy as np

from data import IGNORED, LONGEST_ROW, WIDTHS, Rows
from tests.support import bundled_tokenizer

QUESTION = [{"role": "user", "content": "Complete f"}]


def row(thinking: str, unlearned: list[list[int]] | None = None) -> dict:
    return {"messages": QUESTION, "effort": "high", "thinking": thinking, "answer": "x + 1", "unlearned": unlearned or []}


class Data(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tokenizer = bundled_tokenizer()

    def rows(self, wanted: list[dict], cuts: float) -> Rows:
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "rows.jsonl"
            path.write_text("".join(json.dumps(one) + "\n" for one in wanted))
            return Rows(path, self.tokenizer, cuts)

    def learned(self, ids: np.ndarray, loss: np.ndarray) -> str:
        return self.tokenizer.decode(ids[loss].tolist(), skip_special_tokens=False)

    def test_the_prompt_carries_no_loss_and_all_behind_it_does(self):
        rows = self.rows([row("try x\n2 want 3 no")], 0.0)
        ids, loss = rows._sequence(rows.rows[0], np.random.default_rng(1))
        self.assertEqual(self.learned(ids, loss), "try x\n2 want 3 no\n</think>\n\nx + 1<|im_end|>")

    def test_a_slip_carries_no_loss(self):
        rows = self.rows([row("2+2=5 4", [[4, 5]])], 0.0)
        ids, loss = rows._sequence(rows.rows[0], np.random.default_rng(1))
        self.assertNotIn("5", self.learned(ids, loss))
        self.assertIn("5", self.tokenizer.decode(ids.tolist()))

    def test_cut_thoughts_are_closed_without_loss_and_answered_with_it(self):
        rows = self.rows([row("1+1=2\n2+2=4\n3+3=6\n4+4=8")], 1.0)
        rng = np.random.default_rng(1)
        seen = set()
        for _ in range(60):
            ids, loss = rows._sequence(rows.rows[0], rng)
            text, learned = self.tokenizer.decode(ids.tolist(), skip_special_tokens=False), self.learned(ids, loss)
            self.assertTrue(learned.endswith("x + 1<|im_end|>"))
            self.assertNotIn("</think>", learned)
            self.assertEqual(text.count("</think>"), 1)
            # One line break before the tag, whether the thoughts ended with one or not.
            self.assertNotIn("\n\n</think>", text)
            seen.add(learned)
        self.assertGreater(len(seen), 10)

    def test_about_the_asked_share_is_cut(self):
        rows = self.rows([row("1+1=2\n" * 8)], 0.4)
        rng = np.random.default_rng(1)
        cut = sum("</think>" not in self.learned(*rows._sequence(rows.rows[0], rng)) for _ in range(1000))
        self.assertTrue(350 < cut < 450, cut)

    def test_rows_that_are_too_long_are_left_out_and_counted(self):
        rows = self.rows([row("x"), row("1+1=2\n" * LONGEST_ROW), row("y")], 0.0)
        self.assertEqual((len(rows.rows), rows.left_out), (2, 1))

    def test_batches_have_a_known_width_and_every_row_once(self):
        rows = self.rows([row("1+1=2\n" * count) for count in range(1, 60)], 0.0)
        ends = 0
        for ids, target in rows.batches(3, 1600):
            self.assertIn(ids.shape[1], WIDTHS)
            self.assertEqual(ids.shape, target.shape)
            ends += int((target == self.tokenizer.token_to_id("<|im_end|>")).sum())
            self.assertTrue(bool((target[target != IGNORED] != rows.pad).all()))
        self.assertEqual(ends, 59)


if __name__ == "__main__":
    unittest.main()
