/** What `--help` prints. */
import { exitCodes } from './exit-codes.ts';

export const help = `Ask a model and hold the reins: choose how hard it thinks, watch it, and step in.

  npm run ask -- "Complete f" --file sample/triple.js --effort low --thinking 120 --solution 40

The thoughts and decisions are shown as they happen. The answer is the last line of the output; an answer of several lines
comes after a line that is just ---. Without an answer, what was used is told on stderr.

What to ask
  --file FILE           the code the question is about (text, up to 256 kB)

How hard to think
  --effort LEVEL        low, medium (default), high or auto
  --thinking N          most tokens of thought; 0 answers at once. Otherwise from the effort
  --solution N          most tokens of the answer. Otherwise from the effort
  --seconds S           most seconds for both
  --exits HOW           when thinking may end early: effort (default, as the effort says), off, cautious, eager, or a number:
                        the policy that the model's calibration found for so many tokens a run on average
  --budget-end HOW      how the thinking budget ends the thoughts: cut, soft (the model is asked to come to its end first)
                        or guided (by the model's own prediction). Otherwise as suits the model
  --no-exit             let the model think to its own end instead of stopping when trial answers agree

Whom to ask
  --model FOLDER        a model folder, or the name of one in media/models (default: the bundled model)
  --server URL          an OpenAI-compatible server instead; its key comes from REINS_API_KEY, never from the command line
  --server-model NAME   the model's name at that server
  --tokenizer FOLDER    with --server: a folder with that model's tokenizer.json; what it generates is counted with it, not estimated
  --least-confidence P  with --server: ask the model on this machine first, and the server when the answer is less sure than P (0 to 1)
  --max-cost N          with --least-confidence: do not ask the server where it may cost more (needs --price, --thinking, --solution)
  --max-seconds S       with --least-confidence: do not ask the server once the local model has taken so long
  --price IN/OUT        with --server: money for a million tokens of prompt and of what is generated, perhaps /CACHED; the cost is told then
  --currency NAME       what --price and --max-cost are in (default USD)
  --read-with FOLDER    with --server: a model on this machine reads the thoughts as they come, and the way of its own inner state is
                        told as signals (with --json and in the panel). Experimental: it decides nothing

Which run
  --seed N              the same seed gives the same run (where the model can; default 1)
  --samples N           ask N times and let the answers vote; every one is charged, and it ends early when the vote cannot change (16 at most)
  --sampling HOW        what several samples are: vote (whole runs whose answers vote, the default) or particles (lines of
                        thought in one run, of which those that look wrong are dropped for copies of better ones)
  --plan                have the model split the question into parts first, and deal the thinking budget out among them
  --pace N              at most N tokens a second, to be able to watch
  --hold N              pause when N tokens have been thought, until a key says how to go on

Output
  --json                print the event log, one event a line (docs/events.md), and nothing else
  --trace-dir FOLDER    where the run is recorded (default: the user's own state folder)
  --no-record           do not record it

Keys while it runs, in a terminal
  a  answer now    k  keep thinking, more tokens    r  release a held run    s or Ctrl+C  stop

Exit code
  ${String(exitCodes.answered).padStart(3)}  answered
  ${String(exitCodes.failed).padStart(3)}  the run failed: a damaged model, a server that refused or was silent, ...
  ${String(exitCodes.exhausted).padStart(3)}  a budget was used up before there was an answer
  ${String(exitCodes.badInput).padStart(3)}  bad input: an option, the file, a model that is missing or lacks a file, or more than the model can hold
  ${exitCodes.interrupted}  stopped
`;
