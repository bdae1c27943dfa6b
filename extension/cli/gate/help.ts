/** What `npm run model:check -- --help` prints. */
import { PROBLEMS, QUICK_PROBLEMS, SEED } from './options.ts';

export const help = `Measure a model of the task world and say whether it may be shipped.

  npm run model:check
  npm run model:check -- --folder training/runs/new --compare media/models/reins-tiny

What is measured
  --folder DIR     the model folder (default: the bundled model)
  --problems N     problems of each level, a third of each skill (default ${PROBLEMS})
  --seed N         which problems (default ${SEED})
  --quick          ${QUICK_PROBLEMS} problems of each level: for trying, not for deciding
  --control DIR    a model trained without cut thoughts: forced ends are compared with its own
  --compare DIR    measure that folder too and say which of the two passes more bars

How
  --engines N      engine processes at a time (default: one for each core, at most four)
  --resume FILE    keep the results in FILE, and go on from what is there already

Afterwards
  --write-card     write the tables into the README.md of the folder

Results are kept as they come; Ctrl+C loses none, and says how to go on.

Exit code
    0  every bar holds (with --compare: the folder passes at least as many bars as the other)
    1  a bar does not hold, or the measurement failed
   64  bad input
  130  interrupted
`;
