/** A run as a Markdown document, for a bug report or a colleague. Works for any prefix of a run: stopped, failed, still going. */
import type { Evidence, RunEventOf } from '../events.ts';
import { signalLabel } from '../signals.ts';
import { estimatesTokens, type RunView } from '../view.ts';
import { duration, fenced, inline } from './markdown-text.ts';

export function exportMarkdown(view: RunView): string {
  const sections = [heading(view), question(view), facts(view), notices(view), thoughts(view), tools(view), decisions(view), probes(view), steers(view), answer(view), samples(view), testRuns(view), discarded(view)];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function heading(view: RunView): string {
  const title = view.started ? `# Reins run, ${inline(view.started.time)}` : '# Reins run';
  return `${title}\n\n${outcomeSentence(view)}`;
}

function outcomeSentence(view: RunView): string {
  switch (view.outcome) {
    case 'answered':
      return view.truncated ? 'Answered; the answer was cut off by its budget.' : 'Answered.';
    case 'exhausted':
      return 'A budget was used up before there was an answer.';
    case 'stopped':
      return 'Stopped by the person.';
    case 'failed':
      return view.error ? `Failed: ${inline(view.error.message)}` : 'Failed.';
    case null:
      return 'Not finished: the log ends here.';
    default:
      return view.outcome satisfies never;
  }
}

function question(view: RunView): string {
  const task = view.started?.task;
  if (!task) return '';
  const about = task.context ? `\n\nAbout ${inline(task.context.label)}:\n\n${fenced(task.context.code, task.context.languageId)}` : '';
  return `## Question\n\n${fenced(task.question)}${about}`;
}

function samples(view: RunView): string {
  if (view.samples.length === 0) return '';
  const items = view.samples.map(({ index, outcome, answer, thinking, solution, probes, estimated }) => `### Sample ${index + 1}: ${outcome}, ${thinking + solution + probes} tokens${estimated ? ' (estimated)' : ''}${answer.trim() === '' ? '' : `\n\n${fenced(answer)}`}`);
  return ['## Samples', ...items].join('\n\n');
}

function facts(view: RunView): string {
  const { started, usage, budgets } = view;
  const about = usage.estimated ? ' (estimated)' : '';
  const rows: [string, string][] = [];
  if (started) {
    rows.push(['Model', `${inline(started.model.name)} (${started.model.backend}${started.model.origin ? `, ${inline(started.model.origin)}` : ''})`]);
    const asked = started.effortAsked === undefined || started.effortAsked === started.effort ? '' : ` (asked: ${started.effortAsked})`;
    rows.push(['Effort', `${started.effort}${asked}, ${effortWords[started.effortKind]}`]);
    rows.push(['Budgets', started.enforcement === 'exact' && estimatesTokens(started) ? 'enforced in place, in estimated tokens' : enforcementWords[started.enforcement]]);
    rows.push(['Early exit', inline(started.exit?.words ?? started.exitPolicy)]);
    rows.push(['Sampling', started.sampler.temperature === 0 ? 'greedy' : `temperature ${started.sampler.temperature}, seed ${started.seed}`]);
  }
  rows.push(['Thinking', `${usage.thinking + usage.probes} of ${budgets.thinking} tokens${usage.probes > 0 ? `, ${usage.probes} of them for probes` : ''}${about}`]);
  rows.push(['Solution', `${usage.solution} of ${budgets.solution} tokens${about}`]);
  if (usage.injected > 0) rows.push(['Written by Reins or the person', `${usage.injected} tokens${about}`]);
  if (usage.discarded > 0) rows.push(['Discarded', `${usage.discarded} tokens${about}`]);
  rows.push(['Prompt', `${usage.prompt} tokens${started?.prompt.estimated ? ' (estimated)' : ''}`]);
  rows.push(['Time', duration(view.elapsedMs)]);
  return ['## Totals', '', '| | |', '| --- | --- |', ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join('\n');
}

const effortWords: Readonly<Record<RunEventOf<'started'>['effortKind'], string>> = {
  trained: 'which the model was trained for',
  requested: 'as requested from the server',
  cap: 'as a cap and an instruction (the model was not trained for it)',
};

const enforcementWords: Readonly<Record<RunEventOf<'started'>['enforcement'], string>> = {
  exact: 'enforced token by token',
  degraded: 'enforced by asking again',
  unenforceable: 'not enforceable at this server',
};

function notices(view: RunView): string {
  return list('## Notices', view.notices.map((notice) => inline(notice.message)));
}

function thoughts(view: RunView): string {
  if (view.thoughts.length === 0) return '';
  const parts = view.thoughts.filter(({ text }) => text !== '').map((thought) => {
    const origin = { model: '', injected: 'Written by Reins or the person:\n\n', closing: 'Written by Reins to end the thinking:\n\n', resumed: 'Carried over from an earlier run:\n\n' }[thought.source];
    return `${origin}${fenced(thought.text, 'text')}`;
  });
  return `## Thoughts\n\n${parts.join('\n\n')}`;
}

function tools({ tools: calls }: RunView): string {
  if (calls.length === 0) return '';
  const items = calls.map(({ call, tool, input, said, result }) => {
    const count = result?.limit === undefined ? '' : `, use ${result.used ?? 0} of ${result.limit}`;
    const head = `### ${call}. ${inline(tool)}: ${result ? `${result.outcome}, ${result.tokens} tokens${result.estimated ? ' (estimated)' : ''}${count}` : 'no result'}`;
    const before = said === undefined || said === '' ? '' : `${fenced(said)}\n\n`;
    return `${head}\n\n${before}${fenced(input, 'json')}${result ? `\n\n${fenced(result.text, 'text')}${result.tracker === undefined ? '' : `\n\n${fenced(result.tracker, 'text')}`}` : ''}`;
  });
  return ['## Tools', ...items].join('\n\n');
}

function testRuns({ testRuns: all }: RunView): string {
  if (all.length === 0) return '';
  const items = all.map(({ candidate, command, outcome, exitCode, output, milliseconds, changedLines, note }) => {
    const what = candidate === null ? 'Without a change' : `Sample ${candidate + 1}`;
    const figures = [outcome, ...(exitCode === null ? [] : [`exit code ${exitCode}`]), duration(milliseconds), ...(changedLines === undefined ? [] : [`${changedLines} lines changed`])].join(', ');
    return `### Tests: ${what}: ${figures}\n\n${note === undefined ? '' : `${inline(note)}\n\n`}${fenced(command, 'sh')}${output === '' ? '' : `\n\n${fenced(output, 'text')}`}`;
  });
  return ['## Test runs', ...items].join('\n\n');
}

function decisions(view: RunView): string {
  const entries = view.decisions.map((decision) => {
    const evidence = decision.evidence.map((item) => `\n  - ${evidenceWords(item)}`).join('');
    const saved = decision.savedTokensEstimate === undefined ? '' : ` Saved about ${Math.round(decision.savedTokensEstimate)} tokens (estimate).`;
    return `At ${decision.phase} token ${decision.atToken}, ${inline(decision.policy)}: ${decision.action}. ${inline(decision.reason)}${saved}${evidence}`;
  });
  return list('## Decisions', entries);
}

function evidenceWords({ signal, value, threshold }: Evidence): string {
  const against = threshold === undefined ? '' : ` (threshold ${inline(String(threshold))})`;
  return `${inline(signalLabel(signal))}: ${inline(String(value))}${against}`;
}

function probes(view: RunView): string {
  const entries = view.probes.map(({ atToken, injected, generated, kind, answer, confidence }) => {
    const found = kind === 'entropy-after-end' ? 'a look past the end tag' : `${inline(answer) || '(no answer)'}${confidence === undefined ? '' : `, held ${Math.round(confidence * 100)} % likely`}`;
    return `At token ${atToken}, ${injected + generated} tokens: ${found}`;
  });
  return list('## Probes', entries);
}

function steers(view: RunView): string {
  const entries = view.steers.map(({ at, command, accepted, note }) => {
    const what = command.kind === 'steer' ? `steer: ${inline(command.text)}` : command.kind === 'keep-thinking' ? `keep thinking, ${command.tokens} tokens more` : command.kind;
    return `After ${duration(at)}, ${what}${accepted ? '' : ' (refused)'}${note === undefined ? '' : `. ${inline(note)}`}`;
  });
  return list('## Commands of the person', entries);
}

function answer(view: RunView): string {
  return view.answer === '' ? '' : `## Answer\n\n${fenced(view.answer)}`;
}

function discarded(view: RunView): string {
  if (view.discarded.length === 0) return '';
  return `## Discarded answers\n\n${view.discarded.map((entry) => `After ${duration(entry.at)}:\n\n${fenced(entry.text)}`).join('\n\n')}`;
}

function list(title: string, entries: readonly string[]): string {
  return entries.length === 0 ? '' : `${title}\n\n${entries.map((entry) => `- ${entry}`).join('\n')}`;
}
