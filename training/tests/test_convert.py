"""Only a tokenizer that splits as Qwen2's does is given to llama.cpp under that name."""

import copy
import json
import tempfile
import unittest
from pathlib import Path

import torch
from safetensors.torch import load_file

from checkpoint import CONFIGURATION, WEIGHTS, read_decoder
from convert import checkpoint_folder, convert, splits_as_qwen2
from tests.support import BUNDLED


class Convert(unittest.TestCase):
    def setUp(self):
        self.tokenizer = json.loads((BUNDLED / "tokenizer.json").read_text())

    def test_the_bundled_tokenizer_splits_as_qwen2(self):
        self.assertTrue(splits_as_qwen2(self.tokenizer))

    def test_others_do_not(self):
        for change in (
            lambda steps: steps[0]["pattern"].update(Regex=steps[0]["pattern"]["Regex"].replace(r"\p{N}|", r"\p{N}{1,3}|", 1)),
            lambda steps: steps[0].update(behavior="Removed"),
            lambda steps: steps[1].update(add_prefix_space=True),
            lambda steps: steps.pop(),
        ):
            changed = copy.deepcopy(self.tokenizer)
            change(changed["pre_tokenizer"]["pretokenizers"])
            self.assertFalse(splits_as_qwen2(changed))
        self.assertFalse(splits_as_qwen2({"pre_tokenizer": None}))

    def test_the_checkpoint_is_the_same_model_without_our_own_settings(self):
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            checkpoint_folder(BUNDLED, folder)
            self.assertNotIn("reins", json.loads((folder / CONFIGURATION).read_text()))
            self.assertTrue(all(tensor.dtype == torch.float32 for tensor in load_file(folder / WEIGHTS).values()))
            ids = torch.arange(12)[None]
            self.assertTrue(torch.equal(read_decoder(folder)(ids), read_decoder(BUNDLED)(ids)))

    def test_a_folder_without_the_converter_is_told_so(self):
        with tempfile.TemporaryDirectory() as place, self.assertRaisesRegex(SystemExit, "no convert_hf_to_gguf.py"):
            convert(Path(place), BUNDLED, Path(place) / "out.gguf")


if __name__ == "__main__":
    unittest.main()
