"""The pipeline as commands, and that it resumes without mixing recipes."""

import contextlib
import io
import os
import subprocess
import sys
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

from make import Stage, flags, run, stages
from model import Decoder, Shape
from recipes import RECIPES


def quietly(wanted, out):
    """Runs the stages and returns what was printed."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        run(wanted, out)
    return printed.getvalue()


def stage(name, program):
    return Stage(name, (sys.executable, "-c", program))


class Make(unittest.TestCase):
    def test_options_become_flags(self):
        self.assertEqual(flags({"steps": 30, "compile": True, "until": 20, "quiet": False}), ["--steps", "30", "--compile", "--until", "20"])

    def test_every_recipe_goes_from_problems_to_grades(self):
        for name, recipe in RECIPES.items():
            found = stages(recipe, Path("/out"), 2)
            names = [one.name for one in found]
            self.assertEqual(len(names), len(set(names)), name)
            self.assertEqual((names[0].split()[0], names[-1]), ("data", "grades"), name)
            for phase in recipe.phases:
                self.assertLessEqual(set(phase.data), {one.name for one in recipe.data}, name)
            self.assertIn(recipe.tokenizer, {one.name for one in recipe.data}, name)

    def test_what_is_made_may_be_shipped(self):
        for name, recipe in RECIPES.items():
            weights = sum(parameter.numel() for parameter in Decoder(Shape(**recipe.shape)).parameters())
            # The graph of a shipped model is at most 16 MB: a byte a weight in int8, else four.
            self.assertLess(weights * (1 if recipe.int8 else 4), 16_000_000, name)

    def test_a_gpu_that_is_not_there_is_named(self):
        found = subprocess.run([sys.executable, "sft.py", "{}", "--data", "none", "--tokenizer", "none", "--out", tempfile.mkdtemp(), "--device", "cuda"], cwd=Path(__file__).parents[1], capture_output=True, text=True, env={**os.environ, "CUDA_VISIBLE_DEVICES": ""})
        self.assertNotEqual(found.returncode, 0)
        self.assertIn("PyTorch finds no GPU here", found.stderr)

    def test_later_steps_take_what_the_last_one_made(self):
        with_it = {one.name: one.command for one in stages(RECIPES["toy"], Path("/out"), 2)}
        without = {one.name: one.command for one in stages(replace(RECIPES["toy"], reinforcement=None), Path("/out"), 2)}
        self.assertIn("/out/reinforced", with_it["heads"])
        self.assertIn("/out/reinforced", with_it["export"])
        self.assertNotIn("reinforcement", without)
        self.assertIn("/out/supervised", without["export"])

    def test_a_phase_goes_on_from_the_one_before_and_the_control_too(self):
        found = {one.name: one.command for one in stages(RECIPES["toy"], Path("/out"), 2, control=True)}
        for name, place in (("supervised 2", "/out/supervised"), ("control", "/out/control")):
            command = found[name]
            self.assertEqual((command[command.index("--from") + 1], command[command.index("--out") + 1]), ("/out/supervised-1/state.pt", place), name)
        self.assertNotIn("--from", found["supervised 1"])
        self.assertIn("--cuts", found["supervised 2"])
        self.assertNotIn("--cuts", found["control"])
        self.assertIn("/out/whole-thoughts", found["control export"])
        self.assertNotIn("control", {one.name for one in stages(RECIPES["toy"], Path("/out"), 2)})

    def test_the_control_has_no_cuts_in_any_phase(self):
        recipe = replace(RECIPES["toy"], phases=(*RECIPES["toy"].phases, replace(RECIPES["toy"].phases[-1], options={"steps": 40, "begin": 30, "cuts": 0.5})), control={"steps": 35})
        found = {one.name: one.command for one in stages(recipe, Path("/out"), 2, control=True)}
        for name, begun, place in (("control 2", "/out/supervised-1/state.pt", "/out/control-2"), ("control", "/out/control-2/state.pt", "/out/control")):
            command = found[name]
            self.assertEqual((command[command.index("--from") + 1], command[command.index("--out") + 1]), (begun, place), name)
            self.assertNotIn("--cuts", command)
        self.assertEqual(found["control"][found["control"].index("--steps") + 1], "35")

    def test_where_it_runs_and_with_how_many_threads_makes_no_other_recipe(self):
        with tempfile.TemporaryDirectory() as place:
            out = Path(place)
            quietly([Stage("one", (sys.executable, "-c", "1", str(out.resolve()), "--threads", "2"))], out)
            moved = Path(tempfile.mkdtemp())
            (moved / "done.json").write_text((out / "done.json").read_text())
            self.assertIn("done before", quietly([Stage("one", ("another-python", "-c", "1", str(moved.resolve()), "--threads", "4"))], moved))

    def test_measurement_takes_the_recipes_options_and_adds_none(self):
        with_it = {one.name: one.command for one in stages(replace(RECIPES["toy"], answers={"thinking": 7}), Path("/out"), 2)}
        without = {one.name: one.command for one in stages(replace(RECIPES["toy"], answers={}), Path("/out"), 2)}
        self.assertEqual(with_it["answers"], (*without["answers"][:-2], "--thinking", "7", *without["answers"][-2:]))
        self.assertEqual(with_it["answers cut at 0.5"], without["answers cut at 0.5"])

    def test_what_was_done_is_not_done_again(self):
        with tempfile.TemporaryDirectory() as place:
            out = Path(place)
            mark = out / "mark"
            add = f"open({str(mark)!r}, 'a').write('x')"
            wanted = [stage("one", add), stage("two", add)]
            quietly(wanted, out)
            self.assertEqual(mark.read_text(), "xx")
            self.assertEqual(quietly(wanted, out).count("done before"), 2)
            self.assertEqual(mark.read_text(), "xx")

    def test_a_step_that_failed_is_tried_again_and_those_before_it_are_not(self):
        with tempfile.TemporaryDirectory() as place:
            out = Path(place)
            mark = out / "mark"
            first, second = stage("first", f"open({str(mark)!r}, 'a').write('x')"), stage("second", f"import sys; sys.exit(0 if open({str(mark)!r}).read() == 'xy' else 3)")
            with self.assertRaisesRegex(SystemExit, "'second' failed with code 3"):
                quietly([first, second], out)
            mark.write_text("xy")
            self.assertEqual(quietly([first, second], out).count("done before"), 1)

    def test_a_folder_of_another_recipe_is_left_alone(self):
        with tempfile.TemporaryDirectory() as place:
            out = Path(place)
            quietly([stage("one", "1")], out)
            with self.assertRaisesRegex(SystemExit, "another recipe"):
                quietly([stage("one", "2")], out)


if __name__ == "__main__":
    unittest.main()
