"""An exported folder: its graph gives what PyTorch gives, and a graph that does not is refused."""

import json
import shutil
import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnx
import torch

from checkpoint import read_decoder, write_decoder
from export import export
from heads import Heads
from model import to_hugging_face
from onnx_graph import build
from tests.support import BUNDLED, bundled_tokenizer, small_decoder
from train_heads import write_heads
from verify import Runner, head_difference, head_values

IDS = [5, 6, 7, 8, 9, 10]


def random_heads(shape):
    torch.manual_seed(9)
    heads = Heads(shape, (1, 2))
    with torch.no_grad():
        for parameter in heads.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.3)
    return heads


class Export(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.model = small_decoder(8, bundled_tokenizer().get_vocab_size())
        cls.heads = random_heads(cls.model.shape)
        write_decoder(cls.folder / "run", cls.model)
        write_heads(cls.folder / "run", cls.heads)
        cls.reins = {"fullThinkingTokens": 12}
        cls.found = export(cls.folder / "run", BUNDLED, cls.folder / "out", cls.folder / "run", cls.reins, True)

    def runner(self, name="model.onnx"):
        return Runner(self.folder / "out" / "onnx" / name, self.model.shape)

    def test_the_figures_are_kept_for_readers(self):
        kept = json.loads((self.folder / "out" / "reference.json").read_text())
        self.assertEqual(kept, self.found)
        self.assertEqual(set(kept["differences"]), {"pytorch", "transformers", "heads"})
        self.assertTrue(all(0 <= value < 2e-4 for value in kept["differences"].values()))
        self.assertEqual(set(kept["heads"]), {"self_evaluation", "remaining_length", "early_exit_logits.1", "early_exit_logits.2"})
        self.assertTrue(0 < kept["heads"]["self_evaluation"][0] < 1)

    def test_the_folder_describes_itself(self):
        config = json.loads((self.folder / "out" / "config.json").read_text())
        self.assertEqual(config["reins"], {"thinking": {"open": "<think>", "close": "</think>"}, "effort": "trained", "fullThinkingTokens": 12})
        self.assertEqual((config["num_hidden_layers"], config["max_position_embeddings"]), (3, 256))
        self.assertEqual(read_decoder(self.folder / "out").shape, self.model.shape)

    def test_the_outputs_of_heads_are_for_the_last_position(self):
        run = self.runner().run(IDS)
        vocabulary = self.model.shape.vocabulary
        shapes = {name: value.shape for name, value in run.extra.items()}
        expected = {"self_evaluation": (1, 1), "remaining_length": (1, 2), "early_exit_logits.1": (1, 1, vocabulary), "early_exit_logits.2": (1, 1, vocabulary)}
        self.assertEqual(shapes, expected)
        values = head_values(self.model, self.heads, IDS)
        self.assertLess(head_difference([run], values, len(IDS) - 1), 1e-4)
        self.assertGreater(head_difference([run], values, 0), 1e-3)

    def test_heads_of_several_rows(self):
        session = self.runner().session
        rows = [IDS, IDS[::-1]]
        empty = np.zeros((2, 2, 0, 16), np.float32)
        past = {f"past_key_values.{i}.{part}": empty for i in range(3) for part in ("key", "value")}
        feeds = {"input_ids": np.array(rows), "attention_mask": np.ones((2, len(IDS)), np.int64), **past}
        said, exits = session.run(["self_evaluation", "early_exit_logits.2"], feeds)
        self.assertEqual((said.shape, exits.shape), ((2, 1), (2, 1, self.model.shape.vocabulary)))
        for row, ids in enumerate(rows):
            expected = head_values(self.model, self.heads, ids)
            self.assertTrue(np.allclose(said[row], expected["self_evaluation"][-1], atol=1e-5))
            self.assertTrue(np.allclose(exits[row], expected["early_exit_logits.2"][-1], atol=1e-4))

    def test_a_graph_without_heads_has_only_the_ordinary_outputs(self):
        weights = {name: value.numpy() for name, value in to_hugging_face(self.model).items()}
        plain = build(self.model.shape, weights, self.model.cos.numpy(), self.model.sin.numpy())
        names = [output.name for output in plain.graph.output]
        with_heads = [output.name for output in onnx.load(self.folder / "out" / "onnx" / "model.onnx").graph.output]
        self.assertEqual(names, with_heads[: len(names)])
        self.assertEqual(names[0], "logits")
        self.assertTrue(all(name.startswith("present.") for name in names[1:]))

    def test_the_8_bit_graph_runs_and_its_distance_is_told(self):
        exact, small = (self.runner(name).run(IDS).logits for name in ("model.onnx", "model_int8.onnx"))
        self.assertGreater(np.abs(exact - small).max(), 0)
        self.assertLess(np.abs(exact - small).max(), 0.2 * np.abs(exact).max())
        self.assertGreater(self.found["int8"]["largest"], self.found["int8"]["mean"])

    def test_heads_that_do_not_belong_to_the_graph_are_noticed(self):
        run = self.runner().run(IDS)
        with self.assertRaisesRegex(SystemExit, "the graph gives"):
            head_difference([run], head_values(self.model, Heads(self.model.shape, (1,)), IDS), len(IDS) - 1)


if __name__ == "__main__":
    unittest.main()
