"""The judge is the task world's own, asked through a process that stays."""

import json
import subprocess
import unittest

from judge import HERE, Attempt, Judge, JudgeFailed, node


def problems(*arguments):
    command = [node(), str(HERE / "problems.ts"), *arguments]
    return [json.loads(line) for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()]


class Judging(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.judge = Judge()
        cls.addClassCleanup(cls.judge.__exit__, None, None, None)
        cls.rows = problems("--seed", "5", "--count", "30")

    def test_the_truth_is_right_and_nonsense_is_not(self):
        for row in self.rows:
            problem = row["problem"]
            right, wrong = self.judge.grade(problem, [Attempt(problem["answer"]), Attempt("no such thing")])
            self.assertTrue(right.right and right.fits_examples, problem)
            self.assertEqual(right.satisfied, right.examples)
            self.assertEqual((wrong.right, wrong.fits_examples, wrong.satisfied), (False, False, 0))

    def test_progress_is_read_from_the_hypothesis_tried_last(self):
        problem = {
            "skill": "complete",
            "level": 1,
            "code": "// f(1) = 2\n// f(2) = 3\n// f(4) = 5\nconst f = (x) => ___;",
            "answer": "x + 1",
            "truth": {"answer": "x + 1", "source": "const f = (x) => x + 1;"},
            "examples": [{"name": "f", "arguments": [x], "expected": x + 1} for x in (1, 2, 4)],
            "hidden": [[x] for x in range(10)],
        }
        attempts = [
            Attempt("2 * x", ""),
            Attempt("2 * x", "try 3 * x\nf(1)=3*1=3 no\ntry 2 * x\nf(1)=2"),
            Attempt("x + 1", "try 2 * x\nf(1)=2*1=2 ok\ntry x + 1\nf(1)=1+1=2"),
            Attempt("x + 1", "try 2 * x\nf(1)=2*1=2 ok\ntry x +"),
        ]
        grades = self.judge.grade(problem, attempts)
        self.assertEqual([grade.tried for grade in grades], [0, 1, 3, 1])
        self.assertEqual([grade.satisfied for grade in grades], [1, 1, 3, 3])
        self.assertEqual([grade.right for grade in grades], [False, False, True, True])
        self.assertEqual({grade.examples for grade in grades}, {3})

    def test_a_line_that_is_no_problem_is_refused_and_the_next_one_judged(self):
        with self.assertRaisesRegex(JudgeFailed, "not a problem"):
            self.judge.grade({"skill": "complete"}, [])
        problem = self.rows[0]["problem"]
        self.assertTrue(self.judge.grade(problem, [Attempt(problem["answer"])])[0].right)

    def test_a_judge_that_has_ended_says_so(self):
        judge = Judge()
        judge.process.kill()
        judge.process.wait()
        with self.assertRaisesRegex(JudgeFailed, "has ended"):
            judge.grade(self.rows[0]["problem"], [])
        judge.__exit__(None, None, None)


class Problems(unittest.TestCase):
    def test_the_same_seed_draws_the_same_problems(self):
        first, again, other = (problems("--seed", seed, "--count", "3") for seed in ("1", "1", "2"))
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)

    def test_skills_and_levels_are_chosen(self):
        rows = problems("--count", "12", "--skills", "repair", "--levels", "1,2", "--split", "held-out")
        self.assertEqual({row["problem"]["skill"] for row in rows}, {"repair"})
        self.assertEqual({row["problem"]["level"] for row in rows}, {1, 2})

    def test_some_questions_are_outside_the_world(self):
        rows = problems("--count", "40", "--outside", "0.5")
        outside = [row for row in rows if row["problem"]["skill"] == "outside"]
        self.assertTrue(5 < len(outside) < 35)
        with Judge() as judge:
            for row in outside[:3]:
                grades = judge.grade(row["problem"], [Attempt(row["problem"]["answer"]), Attempt("x + 1")])
                self.assertEqual([grade.right for grade in grades], [True, False])

    def test_an_unknown_choice_is_refused(self):
        for arguments in (["--skills", "dance"], ["--split", "test"]):
            run = subprocess.run([node(), str(HERE / "problems.ts"), *arguments], capture_output=True, text=True)
            self.assertNotEqual(run.returncode, 0)
            self.assertIn(arguments[0], run.stderr)


if __name__ == "__main__":
    unittest.main()
