import assert from 'node:assert/strict';
import { help } from '../../../extension/cli/help.ts';
import { parseOptions } from '../../../extension/cli/options.ts';
import { ReasoningError } from '../../../extension/reasoning/errors.ts';

describe('the options of ask', () => {
  it('takes an average budget for the exits', () => {
    assert.deepEqual(Object.entries(parseOptions(['q', '--exits', '200'])).find(([name]) => name === 'exits'), ['exits', { average: 200 }]);
  });

  it('has defaults for everything but the question', () => {
    assert.deepEqual(parseOptions(['Complete f']), {
      question: 'Complete f',
      file: undefined,
      effort: 'medium',
      thinking: undefined,
      solution: undefined,
      seconds: undefined,
      exits: 'effort',
      budgetEnd: undefined,
      handOn: undefined,
      model: { kind: 'local', folder: undefined },
      price: undefined,
      currency: 'USD',
      readWith: undefined,
      seed: undefined,
      samples: undefined,
      sampling: undefined,
      plan: false,
      pace: undefined,
      hold: undefined,
      json: false,
      record: true,
      traceDir: undefined,
    });
  });

  it('reads every option, and a question of several words without quotes', () => {
    const argv = 'Complete f --file a.js --effort low --thinking 0 --solution 40 --seconds 1.5 --exits cautious --budget-end guided --seed 3 --samples 5 --sampling particles --plan --pace 20 --hold 5 --json --trace-dir t --no-record --model m'.split(' ');
    assert.deepEqual(parseOptions(argv), {
      question: 'Complete f',
      file: 'a.js',
      effort: 'low',
      thinking: 0,
      solution: 40,
      seconds: 1.5,
      exits: 'cautious',
      budgetEnd: 'guided',
      handOn: undefined,
      model: { kind: 'local', folder: 'm' },
      price: undefined,
      currency: 'USD',
      readWith: undefined,
      seed: 3,
      samples: 5,
      sampling: 'particles',
      plan: true,
      pace: 20,
      hold: 5,
      json: true,
      record: false,
      traceDir: 't',
    });
  });

  it('takes a server with the name of its model', () => {
    const options = parseOptions(['q', '--server', 'http://localhost:8000/v1', '--server-model', 'big']);
    assert.deepEqual(options !== 'help' && options.model, { kind: 'server', url: 'http://localhost:8000/v1', name: 'big', tokenizer: undefined });
    const counted = parseOptions(['q', '--server', 'http://localhost:8000/v1', '--server-model', 'big', '--tokenizer', 'models/big']);
    assert.deepEqual(counted !== 'help' && counted.model, { kind: 'server', url: 'http://localhost:8000/v1', name: 'big', tokenizer: 'models/big' });
  });

  it('takes a local model to be asked before the server', () => {
    const options = parseOptions(['q', '--server', 'http://localhost:8000/v1', '--server-model', 'big', '--model', 'small', '--least-confidence', '0.75']);
    assert.deepEqual(options !== 'help' && options.model, { kind: 'server', url: 'http://localhost:8000/v1', name: 'big', tokenizer: undefined });
    assert.deepEqual(options !== 'help' && options.handOn, { first: { kind: 'local', folder: 'small' }, least: 0.75, most: { cost: undefined, seconds: undefined } });
  });

  it('takes a price, and bounds on asking the server', () => {
    const server = ['q', '--server', 'http://localhost:8000/v1', '--server-model', 'big', '--price', '.5/2/0.1', '--currency', 'EUR'];
    const options = parseOptions([...server, '--least-confidence', '0.5', '--max-cost', '0.01', '--max-seconds', '20', '--thinking', '100', '--solution', '50']);
    assert.ok(options !== 'help');
    assert.deepEqual([options.price, options.currency, options.handOn?.most], [{ prompt: 0.5, output: 2, cached: 0.1 }, 'EUR', { cost: 0.01, seconds: 20 }]);
    assert.deepEqual((parseOptions(server) as { price: unknown }).price, { prompt: 0.5, output: 2, cached: 0.1 });
  });

  it('takes a question that begins with a dash after --', () => {
    const options = parseOptions(['--', '-1 or 1?']);
    assert.equal(options !== 'help' && options.question, '-1 or 1?');
  });

  it('shows its help, which names every option', () => {
    assert.equal(parseOptions(['--help']), 'help');
    assert.equal(parseOptions(['q', '-h', '--thinking', 'x']), 'help');
    for (const option of ['file', 'effort', 'thinking', 'solution', 'seconds', 'exits', 'no-exit', 'budget-end', 'model', 'server', 'server-model', 'tokenizer', 'least-confidence', 'read-with', 'max-cost', 'max-seconds', 'price', 'currency', 'seed', 'samples', 'sampling', 'plan', 'pace', 'hold', 'json', 'trace-dir', 'no-record']) assert.match(help, new RegExp(`--${option} `));
  });

  for (const [argv, sentence] of [
    [[], /^Ask something/],
    [['  '], /^Ask something/],
    [['x'.repeat(100_001)], /question is too long: 100001 characters/],
    [['q', '--thnking', '5'], /^There is no option --thnking\./],
    [['q', '--exits', 'now'], /^--exits is effort, off, cautious, eager or the tokens a run may take on average, not "now"/],
    ...['0', '-5', '1.5', '1e3', '9999999999'].map((number) => [['q', '--exits', number], /^--exits is effort/] as const),
    [['q', '--sampling', 'lots'], /^--sampling is one of vote, particles, not "lots"/],
    [['q', '--exits', 'eager', '--no-exit'], /exclude each other/],
    [['q', '--budget-end', 'hard'], /^--budget-end is cut, soft or guided, not "hard"/],
    [['q', '-x'], /^There is no option -x\./],
    [['q', '--thinking'], /^--thinking needs a value/],
    [['q', '--thinking', '--json'], /^--thinking needs a value/],
    [['q', '--thinking', '-5'], /^--thinking needs a whole number of tokens, 0 or more, not "-5"/],
    [['q', '--thinking', '1.5'], /0 or more, not "1\.5"/],
    [['q', '--thinking', 'many'], /not "many"/],
    [['q', '--thinking', ''], /not ""/],
    [['q', '--thinking', '99999999999999999999'], /not "9+"/],
    [['q', '--thinking', '1e3'], /not "1e3"/],
    [['q', '--solution', '0'], /^--solution needs a whole number of tokens, 1 or more, not "0"/],
    [['q', '--seconds', '0'], /^--seconds needs a number above 0/],
    [['q', '--seconds', '-1'], /^--seconds needs a number above 0, not "-1"/],
    [['q', '--pace', '0'], /^--pace needs .* 1 or more/],
    [['q', '--seed', '-1'], /^--seed needs a whole number, 0 or more/],
    [['q', '--effort', 'extreme'], /^--effort is low, medium, high or auto, not "extreme"/],
    [['q', '--json=yes'], /^--json takes no value/],
    [['q', '--file', ''], /^--file needs a value/],
    [['q', '--server', 'http://h/v1'], /needs --server-model/],
    [['q', '--server', 'localhost:8000', '--server-model', 'm'], /^--server needs the address/],
    [['q', '--server', 'http://u:p4ssw0rd@h/v1', '--server-model', 'm'], /must not contain a key/],
    [['q', '--server', 'http://h/v1', '--server-model', 'm', '--model', 'x'], /exclude each other/],
    [['q', '--server-model', 'm'], /give the server/],
    [['q', '--tokenizer', 'models/big'], /--tokenizer counts the tokens of a model at a server: give the server/],
    [['q', '--server', 'http://h/v1', '--server-model', 'm', '--tokenizer', ''], /--tokenizer needs a value/],
    [['q', '--price', '1/2'], /--price is what the model at a server costs/],
    ...['1', '1/x', '/', '-1/2', '1/2/3/4', ''].map((price): [string[], RegExp] => [['q', '--server', 'http://h/v1', '--server-model', 'm', '--price', price], /--price needs the money for a million tokens/]),
    [['q', '--max-cost', '1'], /say with --least-confidence/],
    [['q', '--server', 'http://h/v1', '--server-model', 'm', '--least-confidence', '0.5', '--max-cost', '1'], /--max-cost needs --price, --thinking and --solution/],
    [['q', '--server', 'http://h/v1', '--server-model', 'm', '--least-confidence', '0.5', '--max-seconds', '0'], /--max-seconds needs a number above 0/],
    [['q', '--read-with', 'small'], /--read-with names a model.*give the server with --server/],
    [['q', '--least-confidence', '0.5'], /give the server with --server/],
    [['q', '--server', 'http://h/v1', '--server-model', 'm', '--least-confidence', '2'], /a number from 0 to 1/],
  ] as const) {
    it(`refuses ${JSON.stringify(argv.map((part) => part.slice(0, 30)))} in words`, () => {
      assert.throws(
        () => parseOptions(argv),
        (error) => ReasoningError.is(error, 'bad-request') && sentence.test(error.message) && !error.message.includes('p4ssw0rd'),
      );
    });
  }
});
