"""Turns generated problems into padded batches of similar length.

A share of the rows, drawn anew in every pass, may have its thinking cut at a random token, closed the way a loader closes it, and answered all the
same: the model learns to answer from unfinished thoughts (Elastic Reasoning, arXiv 2505.05315, trains the same ability by reinforcement).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from prompts import CLOSE, CLOSE_AFTER_BREAK, render_prompt

LONGEST_ROW = 800
# Batches have one of these widths, so that compiled code is made once for each.
WIDTHS = (96, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 800)
IGNORED = -100
CHUNK = 4096


@dataclass(frozen=True)
class Row:
    prompt: np.ndarray
    thinking: np.ndarray
    learned: np.ndarray  # for every thinking token, whether it carries loss
    answer: np.ndarray  # ends with <|im_end|>


class Rows:
    def __init__(self, path: Path, tokenizer: Tokenizer, cuts: float) -> None:
        self.cuts = cuts
        self.close = tokenizer.encode(CLOSE).ids
        self.close_after_break = tokenizer.encode(CLOSE_AFTER_BREAK).ids
        self.breaks = np.array([token for token in range(tokenizer.get_vocab_size()) if tokenizer.decode([token]).endswith("\n")])
        self.pad = tokenizer.token_to_id("<|endoftext|>")
        found = list(_read(path, tokenizer))
        self.rows = [row for row in found if row is not None]
        self.left_out = len(found) - len(self.rows)

    def batches(self, seed: int, tokens: int) -> Iterator[tuple[Tensor, Tensor]]:
        """One pass over all rows: ids and targets, each batch of about `tokens` tokens with padding."""
        rng = np.random.default_rng(seed)
        order = rng.permutation(len(self.rows))
        for start in range(0, len(order), CHUNK):
            parts = sorted((self._sequence(self.rows[i], rng) for i in order[start : start + CHUNK]), key=lambda part: len(part[0]))
            groups: list[list[tuple[np.ndarray, np.ndarray]]] = [[]]
            for part in parts:
                if groups[-1] and (_width(groups[-1][0]) != _width(part) or len(groups[-1]) == tokens // _width(part)):
                    groups.append([])
                groups[-1].append(part)
            for at in rng.permutation(len(groups)):
                yield self._padded(groups[at], tokens)

    def _sequence(self, row: Row, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Token ids and which of them carry loss."""
        thinking, learned, close, close_learned = row.thinking, row.learned, self.close, True
        if rng.random() < self.cuts:
            cut = int(rng.integers(0, len(thinking) + 1))
            thinking, learned, close_learned = thinking[:cut], learned[:cut], False
            if cut == 0 or thinking[-1] in self.breaks:
                close = self.close_after_break
        ids = np.concatenate([row.prompt, thinking, close, row.answer])
        loss = np.concatenate([np.zeros(len(row.prompt), bool), learned, np.full(len(close), close_learned), np.ones(len(row.answer), bool)])
        return ids, loss

    def _padded(self, group: list[tuple[np.ndarray, np.ndarray]], tokens: int) -> tuple[Tensor, Tensor]:
        """A full batch of the group's width; rows that are missing are padding."""
        width = _width(group[0])
        ids = np.full((tokens // width, width + 1), self.pad, np.int64)
        target = np.full((tokens // width, width + 1), IGNORED, np.int64)
        for i, (row, loss) in enumerate(group):
            ids[i, : len(row)] = row
            target[i, : len(row)] = np.where(loss, row, IGNORED)
        return torch.from_numpy(ids[:, :-1]), torch.from_numpy(target[:, 1:])


def _width(part: tuple[np.ndarray, np.ndarray]) -> int:
    return next(width for width in WIDTHS if len(part[0]) <= width + 1)


def _read(path: Path, tokenizer: Tokenizer) -> Iterator[Row | None]:
    """The rows of a file, in order; None for one that is too long."""
    with path.open() as lines:
        rows = [json.loads(line) for line in lines]
    prompts = tokenizer.encode_batch([render_prompt(row["messages"], row["effort"]) for row in rows])
    thoughts = tokenizer.encode_batch([row["thinking"] for row in rows])
    answers = tokenizer.encode_batch([row["answer"] + "<|im_end|>" for row in rows])
    for row, prompt, thinking, answer in zip(rows, prompts, thoughts, answers, strict=True):
        if len(prompt) + len(thinking) + len(answer) > LONGEST_ROW - 4:
            yield None
            continue
        learned = np.array([not _inside(span, row["unlearned"]) for span in thinking.offsets], bool)
        yield Row(*(np.array(part, np.int32) for part in (prompt.ids, thinking.ids)), learned, np.array(answer.ids, np.int32))


def _inside(span: tuple[int, int], ranges: list[list[int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in ranges)
