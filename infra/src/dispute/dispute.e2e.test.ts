import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, jest } from '@jest/globals';
import { lieKinds, lies } from './lies.js';
import { columns } from './text.js';

jest.setTimeout(600_000);

const program = fileURLToPath(new URL('../../dist/dispute/main.js', import.meta.url));

async function run(args: readonly string[]): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (output += part.toString()));
  const [code] = (await once(child, 'exit')) as [number];
  return { code, output };
}

/** What every play must show. */
const always = ['L1 executes the step', 'the step on L1', 'the honest withdrawal pays 0.5 ETH', 'the chain goes on'];

/** Nothing is cut off in a terminal of 100 columns, and no stack shows. */
function expectReadable(output: string): void {
  for (const row of output.split('\n')) expect(row.length).toBeLessThanOrEqual(columns);
  expect(output).not.toMatch(/^ +at .*:\d+:\d+/m);
}

describe('the dispute demonstration', () => {
  it('finds a lie, wins the game, pays the honest and not the thief', async () => {
    const { code, output } = await run([]);
    expect([code, output]).toEqual([0, expect.stringContaining("(the prover's) is confirmed")]);
    const shown = [...always, lies['stolen-swap-output'].claim, 'OutputRejected', 'burned 0.05 ETH', 'all 9'];
    for (const text of shown) expect(output).toContain(text);
    expectReadable(output);
  });

  it('defends the truth against a challenger who lies', async () => {
    const { code, output } = await run(['--lying-challenger']);
    expect([code, output]).toEqual([0, expect.stringContaining('lying-challenger')]);
    for (const text of [...always, 'as its defender', 'InvalidOutputRootProof', 'burned 0.025 ETH', 'all 8'])
      expect(output).toContain(text);
    expectReadable(output);
  });

  it('explains every lie and refuses others', async () => {
    const help = await run(['--help']);
    expect(help.code).toBe(0);
    for (const kind of lieKinds) expect(help.output).toContain(`  ${kind}\n`);
    expectReadable(help.output);
    const refused = await run(['--lie', 'white']);
    expect([refused.code, refused.output]).toEqual([1, expect.stringContaining('npm run demo:dispute -- --help')]);
  });
});
