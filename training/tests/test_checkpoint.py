"""Weights written and read back are the same decoder."""

import tempfile
import unittest
from pathlib import Path

import torch

from checkpoint import from_hugging_face, onnx_weights, read_decoder, shape_from, write_decoder
from model import to_hugging_face
from onnx_graph import build
from tests.support import BUNDLED, small_decoder


class Checkpoints(unittest.TestCase):
    def setUp(self):
        self.model = small_decoder(1)
        self.ids = torch.arange(20)[None]

    def test_names_of_hugging_face_there_and_back(self):
        weights = to_hugging_face(self.model)
        shape = shape_from(weights, {"max_position_embeddings": 256, "rope_theta": 10_000.0, "rms_norm_eps": 1e-6})
        self.assertEqual(shape, self.model.shape)
        back = from_hugging_face(weights, shape).eval()
        for (name, mine), (_, read) in zip(self.model.named_parameters(), back.named_parameters(), strict=True):
            self.assertTrue(torch.equal(mine, read), name)
        self.assertTrue(torch.equal(self.model(self.ids), back(self.ids)))

    def test_a_folder_of_safetensors(self):
        with tempfile.TemporaryDirectory() as folder:
            write_decoder(Path(folder), self.model)
            back = read_decoder(Path(folder))
        self.assertEqual(back.shape, self.model.shape)
        self.assertTrue(torch.equal(self.model(self.ids), back(self.ids)))

    def test_an_exported_graph(self):
        model = self.model
        graph = build(model.shape, {name: value.numpy() for name, value in to_hugging_face(model).items()}, model.cos.numpy(), model.sin.numpy())
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.onnx"
            path.write_bytes(graph.SerializeToString())
            back = onnx_weights(path)
        for name, value in to_hugging_face(model).items():
            self.assertTrue(torch.equal(value, back[name]), name)

    def test_the_bundled_model(self):
        model = read_decoder(BUNDLED)
        self.assertGreater(sum(parameter.numel() for parameter in model.parameters()), 100_000)

    def test_a_folder_without_weights_says_so(self):
        with tempfile.TemporaryDirectory() as folder, self.assertRaisesRegex(SystemExit, "neither model.safetensors nor"):
            read_decoder(Path(folder))


if __name__ == "__main__":
    unittest.main()
