/**
 * Measures code assistance: npm run bench:code. `-- gate --split held-out --count 100` measures the gate on functions nobody has looked at;
 * without it the calibration part of the world is used. `-- latency` and `-- typing` run one part alone.
 */
import { parseArgs } from 'node:util';
import { measureGate } from './gate.ts';
import { measureLatency } from './latency.ts';
import { measureTyping } from './typing.ts';

const { values, positionals } = parseArgs({ options: { split: { type: 'string', default: 'calibration' }, count: { type: 'string', default: '50' }, seed: { type: 'string', default: '1' } }, allowPositionals: true });
const split = values.split === 'held-out' ? 'held-out' : 'calibration';
const wanted = (part: string): boolean => positionals.length === 0 || positionals.includes(part);

if (wanted('typing')) console.log(await measureTyping());
if (wanted('latency')) console.log(await measureLatency());
if (wanted('gate')) console.log(await measureGate(split, Number(values.count), Number(values.seed)));
