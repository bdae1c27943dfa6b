/** The answer of a run as it grows, for whoever takes it in pieces. */
import type { RunEvent } from '../../trace/events.ts';
import { emptyView, foldEvents } from '../../trace/fold.ts';
import type { RunView } from '../../trace/view.ts';

export class AnswerStream {
  #view: RunView;
  #given = '';
  readonly #give: (text: string) => void;

  constructor(run: string, give: (text: string) => void) {
    this.#view = emptyView(run);
    this.#give = give;
  }

  get view(): RunView {
    return this.#view;
  }

  /** What was given cannot be taken back: an answer that the person sent back to thinking is followed by the new one after a line. */
  take(events: readonly RunEvent[]): void {
    this.#view = foldEvents(this.#view, events);
    // When it is complete the answer loses the white space around it: that is not another answer.
    const answer = this.#view.answer.trimStart();
    if (answer.trimEnd() === this.#given.trimEnd()) return;
    if (answer.startsWith(this.#given)) this.#give(answer.slice(this.#given.length));
    else if (answer !== '') this.#give(`\n\n---\n\n${answer}`);
    else return;
    this.#given = answer;
  }
}
