"""Talks to `training/judge.ts`: the task world's own interpreter decides what is right, in one Node process that lives as long as the training."""

import contextlib
import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Grade:
    right: bool  # agrees with the truth on hidden inputs too
    fits_examples: bool
    satisfied: int  # examples that hold under the answer
    tried: int  # examples that hold under the hypothesis the thinking tried last
    examples: int


@dataclass(frozen=True)
class Attempt:
    answer: str
    thinking: str = ""


class JudgeFailed(Exception):
    """The judge refused a line or has ended; the message says why."""


def node() -> str:
    """Node 24, which runs TypeScript as it is: the project's own before any other."""
    own = HERE.parent / "node_modules" / ".bin" / "node"
    found = str(own) if own.exists() else shutil.which("node")
    if found is None:
        raise JudgeFailed("Node was not found. Run npm install in the repository, or put Node 24 on the PATH.")
    return found


class Judge:
    """Use it in a `with` block: the process ends with it."""

    def __init__(self) -> None:
        command = [node(), str(HERE / "judge.ts")]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def __enter__(self) -> "Judge":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def grade(self, problem: dict, attempts: list[Attempt]) -> list[Grade]:
        """One grade for each attempt at the problem."""
        request = {"problem": problem, "attempts": [{"answer": attempt.answer, "thinking": attempt.thinking} for attempt in attempts]}
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise JudgeFailed(f"The judge has ended with code {self.process.wait()}. Its own message stands above.") from None
        reply = self.process.stdout.readline()
        if reply == "":
            raise JudgeFailed(f"The judge has ended with code {self.process.wait()}. Its own message stands above.")
        judged = json.loads(reply)
        if "error" in judged:
            raise JudgeFailed(f"The judge cannot judge this problem: {judged['error']}")
        return [Grade(one["right"], one["fitsExamples"], one["satisfied"], one["tried"], one["examples"]) for one in judged["grades"]]
