"""How models are made, as data: everything that make.py does follows from a recipe. To change how a model is made, change it here."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Data:
    """A file of problems with their thinking: generate.ts's options."""

    name: str
    seed: int
    count: int
    levels: str = "1,1,1,1"


@dataclass(frozen=True)
class Phase:
    """A part of supervised training: train.py's options by name, True for a plain flag. Later phases go on from where the one before ended."""

    data: tuple[str, ...]
    options: dict[str, int | float | bool]


@dataclass(frozen=True)
class Recipe:
    """`tokenizer` names the data it is learnt from; `shape` changes fields of model.Shape; `settings` and `reinforcement` are episodes.Settings
    and learner.Training, left out where there is no reinforcement; `heads` are train_heads.py's options; `each` problems of every skill and level
    are measured, with answer.py's options in `answers`; `reins` is what the model's folder says about itself; `control` changes options of the control's
    last phase."""

    data: tuple[Data, ...]
    tokenizer: str
    phases: tuple[Phase, ...]
    heads: dict[str, int | float]
    each: int
    shape: dict[str, int] = field(default_factory=dict)
    settings: dict = field(default_factory=dict)
    reinforcement: dict | None = None
    cuts: tuple[float, ...] = (0.25, 0.5)
    answers: dict[str, int | float] = field(default_factory=dict)
    int8: bool = False
    reins: dict = field(default_factory=dict)
    control: dict[str, int | float] = field(default_factory=dict)


# Levels 1 to 4 by how often they come: easy ones first, where what is to be learnt is working a step out.
LEVELS = {"401": "46,30,17,7", "402": "36,32,22,10", "403": "32,32,24,12", "404": "32,32,24,12", "405": "32,32,24,12", "406": "32,32,24,12"}
FILES = tuple(LEVELS)

RECIPES = {
    # About one million parameters, for two processor cores.
    "cpu": Recipe(
        data=tuple(Data(name, seed=int(name), count=50_000, levels=levels) for name, levels in LEVELS.items()),
        tokenizer="401",
        # At the plateau of the rate on whole thoughts; while it falls, also on thoughts that were cut.
        phases=(
            Phase(data=FILES, options={"steps": 9000, "until": 4050, "compile": True}),
            Phase(data=FILES[2:], options={"steps": 8400, "begin": 4050, "cuts": 0.45, "compile": True}),
        ),
        heads={"problems": 800, "checked": 200, "passes": 4},
        each=20,
        # About as many whole thoughts as the model sees beside the cut ones.
        control={"steps": 7000},
        reins={"version": "0.3.0", "seed": 1, "refuses": True, "fullThinkingTokens": 336},
    ),
    # About 14 million parameters, for a GPU: twelve times the weights and three times the tokens. In int8 it stays under 16 MB.
    "gpu": Recipe(
        data=tuple(Data(name, seed=int(name), count=150_000, levels=levels) for name, levels in LEVELS.items()),
        tokenizer="401",
        shape={"width": 320, "layers": 12, "heads": 10, "kv_heads": 5, "head_width": 32, "inner": 896},
        phases=(
            Phase(data=FILES, options={"steps": 9000, "until": 4050, "batch-tokens": 24_576, "rate": 0.002, "compile": True, "device": "cuda"}),
            Phase(data=FILES[2:], options={"steps": 7000, "begin": 4050, "cuts": 0.4, "batch-tokens": 24_576, "rate": 0.002, "compile": True, "device": "cuda"}),
        ),
        heads={"problems": 800, "checked": 200, "passes": 4},
        each=20,
        int8=True,
        reins={"version": "gpu", "seed": 1, "refuses": True},
    ),
    # Every step once, on next to nothing: it shows that all parts fit together and teaches nothing.
    "toy": Recipe(
        data=(Data("1", seed=1, count=240),),
        tokenizer="1",
        shape={"width": 32, "layers": 3, "heads": 2, "kv_heads": 1, "head_width": 16, "inner": 64},
        phases=(
            Phase(data=("1",), options={"steps": 30, "until": 20, "batch-tokens": 1600}),
            Phase(data=("1",), options={"steps": 30, "begin": 20, "cuts": 0.5, "batch-tokens": 1600}),
        ),
        settings={"copies": 4, "thinking": {"low": 12, "medium": 16, "high": 24}, "solution": 8, "truncations": [6]},
        reinforcement={"steps": 2, "prompts": 6, "kl_weight": 0.01, "parts": 2, "save_every": 1},
        heads={"problems": 8, "checked": 6, "passes": 2, "copies": 2, "thinking": 32},
        each=1,
        cuts=(0.5,),
        # It has not learnt to end its thoughts: with the usual budget most of the time would go into writing nonsense.
        answers={"thinking": 48},
        int8=True,
        reins={"version": "toy"},
    ),
}
