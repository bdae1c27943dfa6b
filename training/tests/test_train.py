"""Where training begins."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import torch
from safetensors.torch import load_file

from checkpoint import write_decoder
from model import Decoder, Shape, to_hugging_face

TRAINING = Path(__file__).parents[1]
TOKENIZER = TRAINING.parent / "media" / "models" / "reins-tiny"
SMALL = {"width": 32, "layers": 2, "heads": 2, "kv_heads": 1, "head_width": 16, "inner": 64}


class Train(unittest.TestCase):
    def test_it_goes_on_from_the_weights_of_a_finished_model(self):
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            torch.manual_seed(7)
            begun = Decoder(Shape(**SMALL))
            write_decoder(folder / "finished", begun)
            row = {"messages": [{"role": "user", "content": "2 + 2"}], "effort": "low", "thinking": "2+2=4", "unlearned": [], "answer": "4"}
            (folder / "rows.jsonl").write_text(json.dumps(row) + "\n")
            where = ["--from", folder / "finished", "--out", folder / "on", "--tokenizer", TOKENIZER, "--data", folder / "rows.jsonl"]

            def train(steps, rate):
                options = ["--begin", 5, "--steps", steps, "--rate", rate, "--batch-tokens", 800, "--threads", 1]
                return subprocess.run([sys.executable, "sft.py", json.dumps(SMALL), *map(str, [*where, *options])], cwd=TRAINING, capture_output=True, text=True, check=True).stdout

            # A rate of nothing leaves the weights as they were.
            train(6, 0)
            after = load_file(folder / "on" / "model.safetensors")
            for name, tensor in to_hugging_face(begun).items():
                self.assertTrue(torch.equal(tensor, after[name]), name)
            # The second start resumes what the first left, not the finished model.
            self.assertIn("resumed at step 6", train(7, 0.01))
            self.assertEqual(torch.load(folder / "on" / "state.pt")["step"], 7)


if __name__ == "__main__":
    unittest.main()
