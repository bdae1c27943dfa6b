/** The thinking token that is pointed at, in a chart, the timeline or the thoughts. Everything that stands over the tokens shows it at once. */

export type CursorSource = 'chart' | 'decisions' | 'inspector' | 'thoughts';
/** peek: the thoughts show it where they are; go: they come into view as well. */
export type CursorReach = 'peek' | 'go';

export interface Cursor {
  readonly token: number | null;
  readonly source: CursorSource | null;
  set(token: number, source: CursorSource, reach?: CursorReach): void;
  clear(): void;
  onChange(listener: (reach: CursorReach) => void): void;
}

export function createCursor(): Cursor {
  const listeners: ((reach: CursorReach) => void)[] = [];
  let token: number | null = null;
  let source: CursorSource | null = null;
  const tell = (reach: CursorReach): void => {
    for (const listener of listeners) listener(reach);
  };
  return {
    get token() {
      return token;
    },
    get source() {
      return source;
    },
    set: (next, by, reach = 'peek') => {
      if (token === next && source === by && reach === 'peek') return;
      token = next;
      source = by;
      tell(reach);
    },
    clear: () => {
      if (token === null) return;
      token = null;
      source = null;
      tell('peek');
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
