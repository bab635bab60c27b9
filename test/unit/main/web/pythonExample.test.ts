// docs/examples/api.py against the real web host: plain Python, with NumPy where it is installed (CAVMAE_PYTHON names
// an interpreter).
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStudio, type Studio } from '../../../../src/engine/host/studio.ts';
import { spawnNodeWorker } from '../../../../src/engine/workers/spawnWorker.ts';
import { startWebHost, type WebHost } from '../../../../src/main/web/webHost.ts';
import { fillWorkspace } from '../../../reliability/syntheticWorkspace.ts';

const python = process.env.CAVMAE_PYTHON ?? 'python3';
const hasNumpy = spawnSync(python, ['-c', 'import numpy']).status === 0;
const example = fileURLToPath(new URL('../../../../docs/examples/api.py', import.meta.url));
let folder: string;
let studio: Studio;
let host: WebHost;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'python-'));
  // The compute worker is not needed, and never answers.
  const spawn = (name: Parameters<typeof spawnNodeWorker>[0]) =>
    name === 'compute'
      ? { post: () => {}, listen: () => {}, onClose: () => {}, kill: () => {} }
      : spawnNodeWorker(name);
  studio = await openStudio({ workspaceDir: folder, host: 'web', spawn, pageDir: null, recentFile: null });
  fillWorkspace(studio.engine.context.workspace, 60);
  host = await startWebHost({ app: studio, port: 0, log: () => {} });
});
afterAll(async () => {
  await host.close();
  await studio.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the Python example', () => {
  it('lists clips, reads embeddings into NumPy and labels one', async () => {
    const { stdout } = await promisify(execFile)(
      python,
      [example, `http://127.0.0.1:${host.port}/?token=used`, host.bearer],
      { timeout: 60_000 },
    );
    const { workspace } = studio.engine.context;
    const embedded = workspace.summary().embedded;
    expect(stdout).toContain(`${workspace.clips.ids().length} clips, the first:`);
    // 4 numbers a clip in this made-up set.
    expect(stdout).toContain(hasNumpy ? `joint embeddings: (${embedded}, 4)` : 'joint.npy');
    expect(stdout).toContain('labelled: 1 changed');
    const schema = workspace.schemas.list().find(({ name }) => name === 'from python')!;
    expect(workspace.annotations.labelled(schema.id).map(({ classId, value }) => [classId, value])).toEqual([
      [schema.classes[0]!.id, 'positive'],
    ]);
  });
});
