/** Equal up to rounding. */
import assert from 'node:assert/strict';

export function close(actual: number, expected: number, within = 1e-6): void {
  assert.ok(Math.abs(actual - expected) <= within * Math.max(1, Math.abs(expected)), `${actual} is not ${expected} (within ${within})`);
}
