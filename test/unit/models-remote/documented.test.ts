/** docs/servers.md tells people what there is in the code: a row for every kind of server, with the facts of its file. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kindIds, routes } from '../../../extension/models/remote/capability-record.ts';
import { usualPorts } from '../../../extension/models/remote/local-servers.ts';
import { kindOf } from '../../../extension/models/remote/servers/recognise.ts';

const text = readFileSync(join(import.meta.dirname, '../../../docs/servers.md'), 'utf8');
const rows = text.split('\n').filter((line) => line.startsWith('| [')).map((line) => line.split('|').map((cell) => cell.trim()));

describe('the table of servers in the docs', () => {
  for (const id of kindIds) {
    it(`has a row for ${id} that agrees with the code`, () => {
      const { source, cap, raw, prefixes, host, owner } = kindOf(id);
      const [, , way = '', limit = '', , tested = ''] = rows.find(([, name]) => name?.endsWith(`](${source})`)) ?? assert.fail('There is no row with its source.');
      if (id !== 'generic') {
        assert.equal(/`raw-(tokens|text)`/.test(way), raw !== undefined, way);
        assert.equal(/`server-cap`/.test(way), cap?.strength === 'exact', way);
        // With a prompt of our own a begun reply need not be handed over, though it may be.
        if (raw === undefined) assert.equal(/`(chat-continuation|reasoning-prefix)`/.test(way), prefixes.length > 0, way);
        assert.ok(host !== undefined || owner !== undefined);
        assert.ok(existsSync(join(import.meta.dirname, 'servers', `${id}.test.ts`)), 'it has scenarios of its own');
      }
      if (cap === null) assert.equal(limit.replace(' over HTTP', ''), 'none');
      for (const path of cap?.paths ?? []) assert.ok(limit.includes(`\`${path}\``), `${path} in ${limit}`);
      assert.equal(/\*\*real\*\*/.test(tested), id === 'llama-server', 'only one was tested for real');
    });
  }

  it('has no row for anything else', () => assert.equal(rows.length, kindIds.length));

  it('has every way there is above it', () => {
    for (const route of routes) assert.ok(text.includes(`\n| \`${route}\` | `), route);
  });

  it('names the ports that are looked at', () => assert.ok(text.includes(`(${usualPorts.map(([port]) => port).join(', ')})`)));
});
