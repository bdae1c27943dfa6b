/** `@reins` in the editor's chat: the question is an ordinary run, so the panel shows its thoughts and everything can be steered there. */
import * as vscode from 'vscode';
import type { Turn } from '../../reasoning/prompt.ts';
import { effortSchema } from '../../trace/events.ts';
import type { TracePanel } from '../panel/view-provider.ts';
import type { RunController } from '../runs/controller.ts';
import type { LiveRun } from '../runs/live-run.ts';
import { attachedTo } from './references.ts';
import { AnswerStream } from './streaming.ts';
import { retold } from '../retold.ts';

export const PARTICIPANT = 'reins.chat';

export interface ParticipantParts {
  readonly controller: RunController;
  readonly panel: Pick<TracePanel, 'reveal'>;
}

export function registerParticipant(parts: ParticipantParts): vscode.Disposable {
  const participant = vscode.chat.createChatParticipant(PARTICIPANT, (request, context, stream, token) => answerInChat(parts, request, context, stream, token));
  participant.iconPath = new vscode.ThemeIcon('lightbulb');
  return participant;
}

/** Slash commands are efforts. */
export async function answerInChat({ controller, panel }: ParticipantParts, request: Pick<vscode.ChatRequest, 'prompt' | 'command' | 'references'>, chat: vscode.ChatContext, stream: Pick<vscode.ChatResponseStream, 'markdown' | 'progress' | 'button'>, token: vscode.CancellationToken): Promise<vscode.ChatResult> {
  const effort = effortSchema.options.find((each) => each === request.command);
  const { contexts: [context, ...attached], left } = await attachedTo(request.references);
  const history = turnsOf(chat.history);
  const run = await controller.ask({ question: request.prompt, effort, ...(context ? { context } : {}), attached, ...(history.length > 0 ? { history } : {}) }, null, 'queue');
  if (!run) return {};
  if (left.length > 0) stream.markdown(new vscode.MarkdownString().appendText(vscode.l10n.t('Not sent, as it is no text that fits: {0}.', left.join(', '))).appendMarkdown('\n\n'));
  await panel.reveal();
  stream.progress(vscode.l10n.t('Thinking: watch it, or step in, in the Reins panel.'));
  await answered(controller, run, stream, token);
  if (run.next) {
    stream.markdown(`\n\n---\n\n*${retold(run.view.decisions.at(-1)?.reason ?? '')}*\n\n`);
    await answered(controller, run.next, stream, token);
  }
  stream.button({ command: 'reins.openTrace', title: vscode.l10n.t('Open Trace') });
  const last = run.next ?? run;
  const { error, usage, outcome } = last.view;
  const metadata = { run: last.run, outcome, thinkingTokens: usage.thinking, solutionTokens: usage.solution };
  if (error) return { errorDetails: { message: retold(error.message) }, metadata };
  if (outcome === 'exhausted') return { errorDetails: { message: vscode.l10n.t('The budgets ended before there was an answer. The panel can let it think on.') }, metadata };
  return { metadata };
}

/** Tell a run's answer as it comes, until the run has ended. */
async function answered(controller: RunController, run: LiveRun, stream: Pick<vscode.ChatResponseStream, 'markdown'>, token: vscode.CancellationToken): Promise<void> {
  const answer = new AnswerStream(run.run, (text) => stream.markdown(text));
  // The run went on while the panel opened.
  answer.take(run.events);
  const watches = vscode.Disposable.from(
    controller.onEvents((turn) => {
      if (turn.run === run) answer.take(turn.events);
    }),
    token.onCancellationRequested(() => void controller.steer(run.run, { kind: 'stop' })),
  );
  try {
    await run.ended;
  } finally {
    watches.dispose();
  }
}

/** What was asked of us and answered before, in this chat. */
function turnsOf(history: vscode.ChatContext['history']): Turn[] {
  const turns: Turn[] = [];
  let question: string | null = null;
  for (const turn of history) {
    if (turn instanceof vscode.ChatRequestTurn) question = turn.prompt;
    else if (turn instanceof vscode.ChatResponseTurn && question !== null) {
      const answer = turn.response.map((part) => (part instanceof vscode.ChatResponseMarkdownPart ? part.value.value : '')).join('').trim();
      if (answer !== '') turns.push({ question, answer });
      question = null;
    }
  }
  return turns;
}
