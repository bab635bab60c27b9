import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workspace } from '../../../../src/engine/collection/workspace.ts';
import { createEngineLog } from '../../../../src/engine/host/engineLog.ts';
import { privateFolders, problemReport } from '../../../../src/engine/host/problemReport.ts';
import { withoutPrivateNames } from '../../../../src/engine/host/withoutPrivateNames.ts';
import { EngineError } from '../../../../src/shared/engineError.ts';
import { collectionContext } from '../procedures/collectionContext.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'report-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('withoutPrivateNames', () => {
  it.each([
    ['cannot read /mnt/disk/Anna Smith/her birthday.final.mp4: broken', 'cannot read <media>.mp4: broken'],
    ["ENOENT: open '/mnt/disk/Anna Smith/clip'", "ENOENT: open '<media>'"],
    ['two: /mnt/disk/a.wav, /mnt/disk/b c.wav', 'two: <media>.wav, <media>.wav'],
    ['elsewhere /var/lib/people/anna.db is locked', 'elsewhere <path>.db is locked'],
    [String.raw`on C:\Users\Anna\clips\a.avi it failed`, 'on <path>.avi it failed'],
    ['at run (file:///opt/app/src/engine/procedures/maps/embedJob.ts:12:3)', 'at run (embedJob.ts:12:3)'],
    ['at x (/home/anna/app/node_modules/zod/lib/index.js:1:1)', 'at x (index.js:1:1)'],
    ['3/4 of https://example.org/a/b done, 12/s', '3/4 of https://example.org/a/b done, 12/s'],
  ])('%s', (text, clean) => {
    expect(withoutPrivateNames(text, ['/mnt/disk'], '/home/anna')).toBe(clean);
  });
});

describe('the log', () => {
  it('names no file of anyone, and rotates', () => {
    const log = createEngineLog(
      folder,
      () => ['/mnt/secret place'],
      () => new Date(0),
    );
    log('import', new EngineError('DECODE_FAILED', 'no sound in /mnt/secret place/my diary.mp4'));
    expect(readFileSync(path.join(folder, 'engine.log'), 'utf8')).toBe(
      '1970-01-01T00:00:00.000Z import DECODE_FAILED no sound in <media>.mp4\n',
    );
    const long = 'x'.repeat(512 * 1024);
    for (let i = 0; i < 24; i++) log('much', new EngineError('CONFLICT', long));
    expect(
      readdirSync(folder)
        .filter((name) => name.startsWith('engine.log'))
        .sort(),
    ).toEqual(['engine.log', 'engine.log.1', 'engine.log.2', 'engine.log.3']);
  });
});

describe('the report of a problem', () => {
  it('tells versions, sizes, failed jobs and the log, and nothing of whose they are', async () => {
    const workspace = Workspace.open(path.join(folder, 'work of Anna'));
    const { context } = collectionContext(workspace);
    createEngineLog(workspace.folder('logs'), () => privateFolders(context))(
      'embed',
      new EngineError('INTERNAL', `the model in ${workspace.path}/models/a b.pth is odd`),
    );
    const jobs = context.jobs as unknown as {
      register: (kind: string, runner: object) => void;
      start: () => void;
      add: (...args: unknown[]) => number;
      settled: (id: number) => Promise<unknown>;
    };
    jobs.register('import', {
      lane: 'media',
      run: async () => {
        throw new EngineError('NOT_FOUND', '/data/private/anna.mp4 is gone', { hint: 'Relink its folder.' });
      },
    });
    jobs.start();
    await jobs.settled(jobs.add('import', 'Importing Anna', {}));
    const text = problemReport(context, {
      backend: 'native',
      native: true,
      gpu: null,
      reason: 'TensorFlow runs',
      decoder: 'FFmpeg 8',
      versions: { node: '24' },
      disk: { path: workspace.path, freeBytes: 2 ** 30 },
      database: { ok: true, version: 5, problems: [] },
      notices: ['low disk'],
    });
    for (const part of [
      'native: TensorFlow runs',
      'FFmpeg 8',
      'node 24',
      '1.0 GiB free',
      'notice: low disk',
      'import: failed',
      '<path>.mp4 is gone. Relink its folder.',
      'the model in <media>.pth is odd',
    ])
      expect(text).toContain(part);
    expect(text).not.toMatch(/anna|work of/i);
    expect(text).not.toContain(folder);
    workspace.close();
  });
});
