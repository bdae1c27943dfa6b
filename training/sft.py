"""Supervised training of a decoder of any shape: python training/sft.py '{"width": 64, "layers": 3}' and then what train.py takes.

train.py makes the shape it finds under the name `Shape`; here some of its fields are given.
"""

import json
import sys
from functools import partial

import train
from model import Shape


def main() -> None:
    train.Shape = partial(Shape, **json.loads(sys.argv.pop(1)))
    train.main()


if __name__ == "__main__":
    main()
