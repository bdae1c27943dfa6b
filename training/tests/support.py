"""A decoder small enough for tests, with the bundled model's own tokenizer."""

from pathlib import Path

import torch
from tokenizers import Tokenizer

from model import Decoder, Shape

# These models are too small to share out, and threads wait for each other where something else runs.
torch.set_num_threads(1)

BUNDLED = Path(__file__).parents[2] / "media" / "models" / "reins-tiny"


def bundled_tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(BUNDLED / "tokenizer.json"))


def small_decoder(seed: int, vocabulary: int = 512) -> Decoder:
    """Weights far from their starting values, of which some are 0 and would hide mistakes."""
    torch.manual_seed(seed)
    shape = Shape(vocabulary=vocabulary, width=32, layers=3, heads=4, kv_heads=2, head_width=16, inner=40, positions=256)
    model = Decoder(shape).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.2)
    return model
