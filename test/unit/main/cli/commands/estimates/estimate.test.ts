// The commands that estimate, over a workspace that was scored beforehand.
import { expect, it } from 'vitest';
import type { Terminal } from '../../../../../../src/main/cli/command.ts';
import { runCli } from '../../../../../../src/main/cli/program.ts';
import { scoredWorkspace } from '../../../../engine/procedures/estimates/scoredWorkspace.ts';

function prepared() {
  const { workspace, classifierId } = scoredWorkspace(6);
  const folder = workspace.path;
  workspace.close();
  const run = async (...args: string[]) => {
    const ran = { code: 0, out: '', err: '' };
    const terminal: Terminal = {
      out: (text) => (ran.out += text),
      err: (text) => (ran.err += text),
      interactive: false,
      exit: (code) => (ran.code = code),
    };
    await runCli([...args, '--workspace', folder], terminal);
    return { ...ran, json: args.includes('--json') && ran.out ? (JSON.parse(ran.out) as never) : null };
  };
  return { run, classifierId: String(classifierId) };
}
interface Row {
  group: string;
  clips: number;
  estimate: number | null;
  low: number;
  high: number;
  audited: number;
}

it('estimates from labels, then from an audit that is started and answered on the command line', async () => {
  const { run, classifierId } = prepared();
  const before = await run('estimate', '--class', 'call', '--json');
  expect(before.code).toBe(0);
  expect(before.json as unknown as Row[]).toMatchObject([
    { group: 'all', clips: 60, estimate: null, low: 0, high: 1, audited: 0, basis: 'labels', confidence: 0.95 },
  ]);
  expect(before.err).toContain('Nothing was audited');
  const started = await run('audit', 'start', '--class', 'call', '--classifier', classifierId, '--json');
  expect(started).toMatchObject({ code: 0, json: { clips: 60 } });
  const queue = (await run('audit', 'next', '-n', '60', '--json')).json as unknown as { clip: number }[];
  expect(queue).toHaveLength(60);
  const holding = (yes: boolean) =>
    queue
      .map(({ clip }) => clip)
      .filter((clip) => (clip % 10 === 0) === yes)
      .map(String);
  await run('audit', 'answer', 'yes', ...holding(true), '--presence', 'audible');
  const answered = await run('audit', 'answer', 'no', ...holding(false));
  expect(answered.out).toContain('10.00 %');
  const { json } = await run('estimate', '--class', 'CALL', '--by', 'site', '--confidence', '.9', '--json');
  expect(
    (json as unknown as Row[]).map(({ group, clips, estimate, audited }) => [group, clips, estimate, audited]),
  ).toEqual([
    ['north', 20, 0.1, 20],
    ['south', 20, 0.1, 20],
    [null, 20, 0.1, 20],
  ]);
  expect((await run('audit', 'list')).out).toContain('60 answered');
}, 60_000);

it('says what to do about bad input', async () => {
  const { run } = prepared();
  const unknown = await run('estimate', '--class', 'owl', '--json');
  expect(unknown).toMatchObject({ code: 2, out: '' });
  expect(unknown.err).toContain('There are: call, noise.');
  expect((await run('estimate', '--class', 'call', '--by', 'moon')).err).toContain('no column moon');
  expect((await run('estimate', '--class', 'call', '--confidence', '2')).code).toBe(2);
  expect((await run('audit', 'next')).err).toContain('cavmae audit start');
  expect((await run('audit', 'start', '--class', 'call', '--detector', '3')).err).toContain('no detector 3');
  expect((await run('budget')).err).toContain('Mark events first');
}, 60_000);
