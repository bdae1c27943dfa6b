"""Converts a model folder for llama.cpp: python training/convert.py path/to/llama.cpp media/models/reins-tiny reins-tiny.gguf

Uses llama.cpp's own convert_hf_to_gguf.py from a checkout, in fp32. That program recognises a pre-tokenizer by a hash over the token numbers of a test
text, which only vocabularies it has seen can match; ours is new, so it has to be told. What it is told is checked here: the tokenizer must split
text by exactly the pattern that llama.cpp implements under the name `qwen2`.
"""

import argparse
import json
import runpy
import shutil
import sys
import tempfile
from pathlib import Path

from safetensors.torch import save_file

from checkpoint import CONFIGURATION, WEIGHTS, onnx_weights

# llama.cpp's LLAMA_VOCAB_PRE_TYPE_QWEN2 is this pattern, "from tokenizer.json" of Qwen2: digits stand alone.
QWEN2_PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "generation_config.json")


def splits_as_qwen2(tokenizer: dict) -> bool:
    """Whether a tokenizer.json splits text into words as Qwen2's does."""
    steps = (tokenizer.get("pre_tokenizer") or {}).get("pretokenizers", [])
    if [step.get("type") for step in steps] != ["Split", "ByteLevel"]:
        return False
    split, level = steps
    plain = split.get("behavior") == "Isolated" and not split.get("invert") and not level.get("add_prefix_space") and not level.get("use_regex")
    return plain and split.get("pattern") == {"Regex": QWEN2_PATTERN}


def checkpoint_folder(folder: Path, out: Path) -> None:
    """A folder as Hugging Face's own tools write it: configuration, tokenizer and safetensors."""
    for name in TOKENIZER_FILES:
        shutil.copyfile(folder / name, out / name)
    config = json.loads((folder / CONFIGURATION).read_text())
    config.pop("reins", None)
    (out / CONFIGURATION).write_text(json.dumps(config, indent=2) + "\n")
    if (folder / WEIGHTS).exists():
        shutil.copyfile(folder / WEIGHTS, out / WEIGHTS)
    else:
        save_file(onnx_weights(folder / "onnx" / "model.onnx"), out / WEIGHTS, metadata={"format": "pt"})


def convert(llama_cpp: Path, folder: Path, out: Path) -> None:
    converter = llama_cpp / "convert_hf_to_gguf.py"
    if not converter.exists():
        raise SystemExit(f"{llama_cpp} has no convert_hf_to_gguf.py. Name a checkout of llama.cpp.")
    if not splits_as_qwen2(json.loads((folder / "tokenizer.json").read_text())):
        raise SystemExit(f"{folder / 'tokenizer.json'} does not split text as Qwen2 does, so llama.cpp would read it differently. It is not converted.")
    sys.path[:0] = [str(llama_cpp), str(llama_cpp / "gguf-py")]
    from conversion.base import TextModel

    TextModel.get_vocab_base_pre = lambda _self, _tokenizer: "qwen2"
    TextModel._set_vocab_sentencepiece = _no_sentencepiece
    with tempfile.TemporaryDirectory() as place:
        checkpoint_folder(folder, Path(place))
        sys.argv = [str(converter), place, "--outfile", str(out.resolve()), "--outtype", "f32", "--model-name", folder.resolve().name]
        runpy.run_path(str(converter), run_name="__main__")


def _no_sentencepiece(_self: object) -> None:
    """The converter looks for a SentencePiece file first, and for that wants a package which then finds none."""
    raise FileNotFoundError


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("llama_cpp", type=Path, help="a checkout of llama.cpp")
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    convert(options.llama_cpp, options.folder, options.out)


if __name__ == "__main__":
    main()
