// What commands say of a damaged workspace, and that a job left by a crash can be cancelled.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Workspace } from '../../../../src/engine/collection/workspace.ts';
import type { Terminal } from '../../../../src/main/cli/command.ts';
import { runCli } from '../../../../src/main/cli/program.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'cavmae-health-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(workspace: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const ran = { code: -1, out: '', err: '' };
  const terminal: Terminal = {
    out: (text) => (ran.out += text),
    err: (text) => (ran.err += text),
    interactive: false,
    exit: (code) => (ran.code = code),
  };
  await runCli([...args, '--workspace', workspace, '--json'], terminal);
  return ran;
}

it('doctor exits with 1 for a damaged database, and with 0 once it is repaired', async () => {
  const workspace = path.join(folder, 'damaged');
  const opened = Workspace.open(workspace);
  opened.settings.set('embeddingSet', 1);
  opened.db.prepare("UPDATE setting SET value = 'garbage{'").run();
  opened.close();
  const before = await run(workspace, 'doctor');
  expect(before.code).toBe(1);
  expect(JSON.parse(before.out)).toMatchObject({ database: { ok: false } });
  expect((await run(workspace, 'doctor', '--repair')).code).toBe(0);
  expect((await run(workspace, 'doctor')).code).toBe(0);
});

it('jobs cancel ends what a crash left running', async () => {
  const workspace = path.join(folder, 'crashed');
  const opened = Workspace.open(workspace);
  opened.db
    .prepare(
      "INSERT INTO job (kind, title, status, params, created_at) VALUES ('demo', 'Demo', 'running', '{}', '2026-01-01')",
    )
    .run();
  opened.close();
  const cancelled = await run(workspace, 'jobs', 'cancel', '1');
  expect(cancelled.code).toBe(0);
  expect(JSON.parse(cancelled.out)).toMatchObject([{ id: 1, status: 'cancelled' }]);
  expect(JSON.parse((await run(workspace, 'jobs', 'list')).out)).toMatchObject([{ id: 1, status: 'cancelled' }]);
});
