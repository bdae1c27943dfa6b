"""Trains the byte-level BPE tokenizer: python training/tokenizer.py data.jsonl training/runs/tokenizer

Qwen2's pre-tokenizer pattern (digits stand alone) over a small vocabulary. Signs, brackets and names stay tokens of their own, so that a value or a name
looks the same wherever it stands. The think tags are added tokens but not special, as in Qwen3, so that
decoding keeps their text.
"""

import json
import sys
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from prompts import CHAT_TEMPLATE, render_prompt

PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
VOCABULARY = 512
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
TAGS = ["<think>", "</think>"]
TRAINING_LINES = 30_000


def corpus(path: Path):
    """The texts a model sees, without the tags and markers that are tokens of their own."""
    with path.open() as lines:
        for number, line in enumerate(lines):
            if number == TRAINING_LINES:
                return
            row = json.loads(line)
            prompt = render_prompt(row["messages"], row["effort"])
            for mark in SPECIAL + TAGS:
                prompt = prompt.replace(mark, "")
            yield prompt
            yield row["thinking"]
            yield row["answer"]


def is_plain(text: str) -> bool:
    """Whether a merged token mixes nothing: not a sign or bracket with a letter, nor two signs that an equation puts side by side."""
    bare = text.strip("\u0120\u010a")
    if any(character.isalpha() for character in bare):
        return all(character.isalpha() or character in "._`\u0120" for character in bare)
    return bare in ("", "=>", "->", "===", "==", "++", "+=", "-=", "<=", ">=", "//", "__", "___") or len(bare) == 1 or bare.strip(";`)}?.{") == ""


def plain_merges(state: dict, wanted: int) -> dict:
    """The first `wanted` merges that mix nothing, and the vocabulary they need."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    known, kept = set(letters), []
    for pair in state["model"]["merges"]:
        left, right = pair if isinstance(pair, list) else pair.split(" ")
        if left in known and right in known and is_plain(left + right) and len(kept) < wanted:
            known.add(left + right)
            kept.append([left, right])
    state["model"]["merges"] = kept
    state["model"]["vocab"] = {token: number for number, token in enumerate([*letters, *(left + right for left, right in kept)])}
    return state


def train(path: Path) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PATTERN), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=3 * VOCABULARY,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(corpus(path), trainer)
    merges = VOCABULARY - len(SPECIAL) - len(TAGS) - 256
    tokenizer = Tokenizer.from_str(json.dumps(plain_merges(json.loads(tokenizer.to_str()), merges)))
    tokenizer.add_special_tokens([AddedToken(text, special=True, normalized=False) for text in SPECIAL])
    tokenizer.add_tokens([AddedToken(text, special=False, normalized=False) for text in TAGS])
    return tokenizer


def configuration(tokenizer: Tokenizer) -> dict:
    """tokenizer_config.json as Qwen3 folders have it."""
    added = {
        str(tokenizer.token_to_id(text)): {
            "content": text,
            "lstrip": False,
            "normalized": False,
            "rstrip": False,
            "single_word": False,
            "special": text in SPECIAL,
        }
        for text in SPECIAL + TAGS
    }
    return {
        "add_bos_token": False,
        "add_prefix_space": False,
        "added_tokens_decoder": added,
        "bos_token": None,
        "chat_template": CHAT_TEMPLATE,
        "clean_up_tokenization_spaces": False,
        "eos_token": "<|im_end|>",
        "errors": "replace",
        "model_max_length": 2048,
        "pad_token": "<|endoftext|>",
        "split_special_tokens": False,
        "tokenizer_class": "Qwen2Tokenizer",
        "unk_token": None,
    }


def main() -> None:
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = train(data)
    tokenizer.save(str(out / "tokenizer.json"))
    (out / "tokenizer_config.json").write_text(json.dumps(configuration(tokenizer), indent=2) + "\n")
    (out / "chat_template.jinja").write_text(CHAT_TEMPLATE)
    print(f"{tokenizer.get_vocab_size()} tokens")


if __name__ == "__main__":
    main()
