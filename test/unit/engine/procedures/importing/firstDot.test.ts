// The map of an import begins while files are still being imported: real media, real workers, the shipped model.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterAll, expect, it } from 'vitest';
import { createEngine } from '../../../../../src/engine/host/engine.ts';
import { spawnNodeWorker } from '../../../../../src/engine/workers/spawnWorker.ts';
import { makeMedia } from '../../media/mediaFactory.ts';

const base = mkdtempSync(join(tmpdir(), 'cavmae-firstdot-'));
afterAll(() => rmSync(base, { recursive: true }));

it(
  'shows the first points while the import goes on, and ends with one map of every clip',
  { timeout: 120_000 },
  async () => {
    const files = 24;
    mkdirSync(join(base, 'media'));
    for (let i = 0; i < files; i++)
      await makeMedia(join(base, 'media', `${String(i).padStart(2, '0')}.mkv`), {
        format: 'matroska',
        video: { codec: 'libx264', level: (x: number) => 10 * i + (x % 30) },
        audio: { codec: 'flac' },
        durationS: 1,
      });
    const engine = await createEngine({ workspaceDir: join(base, 'workspace'), host: 'web', spawn: spawnNodeWorker });
    const { context } = engine;
    const client = createRouterClient(engine.router, { context: {}, interceptors: engine.interceptors });
    // The import is held before its last files until the first points are there.
    const { calls } = context.media;
    let probed = 0;
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const probe: typeof calls.probe = async (...args) => {
      if (++probed > 12) await held;
      return calls.probe(...args);
    };
    const value = new Proxy(calls, { get: (own, name) => (name === 'probe' ? probe : Reflect.get(own, name)) });
    Object.defineProperty(context.media, 'calls', { value });
    const first = new Promise<string>((resolve) => {
      context.events.subscribe((event) => {
        if (event.type === 'projectionMoved')
          resolve(context.jobs.list({ active: true }).find(({ kind }) => kind === 'import')?.status ?? 'over');
      });
    });
    const { jobId } = await client.collection.import({ paths: [join(base, 'media')], embed: true });
    expect(await first).toBe('running');
    release();
    await context.jobs.settled(jobId);
    await Promise.all(context.jobs.list({ active: true }).map((job) => context.jobs.settled(job.id)));
    expect(context.workspace.projections.list()).toMatchObject([{ points: files, settled: true }]);
    await engine.close();
  },
);
