// A disk that is really full (a small file system in memory) at random moments of importing, embedding, labelling, training and exporting:
// what stops says why, what was acknowledged is there, and with room again everything ends as an undisturbed run.
// Short form: a few times. Long form: CAVMAE_FULL_DISKS=60 npx vitest run --project reliability fullDisk. Needs Linux and the right to mount.
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Workspace } from '../../src/engine/collection/workspace.ts';
import { Random } from '../../src/engine/training/random.ts';
import { engineResult, expectSameResult, makeEngineMedia, runEngine } from './engineRun.ts';

const wanted = Number(process.env.CAVMAE_FULL_DISKS ?? 5);
const random = new Random(Number(process.env.CAVMAE_FULL_DISK_SEED ?? 20261126));
const folder = mkdtempSync(path.join(tmpdir(), 'cavmae-full-disk-'));
const media = path.join(folder, 'media');
const place = path.join(folder, 'small');
const mount = (...options: string[]): boolean => spawnSync('mount', [...options, place]).status === 0;
const kib = 1024;

mkdirSync(place);
const possible = process.platform === 'linux' && mount('-t', 'tmpfs', '-o', `size=${256 * kib}`, 'tmpfs');
const used = (): number => { const { blocks, bfree, bsize } = statfsSync(place); return (blocks - bfree) * bsize; };
const grow = (bytes: number): void => { if (!mount('-o', `remount,size=${Math.ceil((used() + bytes) / 4096) * 4096}`)) throw new Error('the small disk cannot be made larger'); };
/** From 16 KiB to 32 MiB, each power of two as likely: a step within one write, or over a whole phase. */
const someRoom = (): number => 2 ** (14 + random.uniform() * 11);

beforeAll(() => makeEngineMedia(media, 4), 300_000);
afterAll(() => {
  if (possible) spawnSync('umount', ['-l', place]);
  rmSync(folder, { recursive: true, force: true });
});

it.skipIf(!possible)(`a disk full ${wanted} times over costs nothing that was stored`, async () => {
  const undisturbed = path.join(folder, 'undisturbed');
  expect((await runEngine(undisturbed, media)).stopped).toBeNull();
  const expected = engineResult(undisturbed);
  const labelled = new Set<string>();
  const stops = new Map<string, number>();
  let [full, rounds] = [0, 0];
  for (;; rounds++) {
    const { said, stopped } = await runEngine(place, media);
    for (const line of said) if (line.labelled) labelled.add(line.labelled);
    if (!stopped) break;
    const phase = said.findLast((line) => line.phase)?.phase ?? 'opening';
    expect({ phase, ...stopped }).toMatchObject({ code: 'DISK_FULL', message: expect.stringMatching(/full/) as string });
    full++;
    stops.set(phase, (stops.get(phase) ?? 0) + 1);
    if (process.env.CAVMAE_RELIABILITY_LOG) appendFileSync(process.env.CAVMAE_RELIABILITY_LOG, `${full} full disks, in ${phase}: ${stopped.message}\n`);
    // Looking at it takes a little room too.
    grow(256 * kib);
    const workspace = Workspace.open(path.join(place, 'workspace'));
    expect(workspace.check()).toMatchObject({ ok: true, problems: [] });
    const present = new Set(workspace.clips.rows(workspace.clips.ids({ labelled: true })).map(({ name }) => name));
    expect([...labelled].filter((name) => !present.has(name))).toEqual([]);
    workspace.close();
    grow(full >= wanted ? 2 ** 30 : someRoom());
  }
  expect(full).toBeGreaterThanOrEqual(Math.min(wanted, 3));
  expectSameResult(engineResult(place), expected);
  console.log(`the disk was full ${full} times (${[...stops].map(([phase, count]) => `${phase} ${count}`).join(', ')}); ended as the undisturbed run, ${labelled.size} labels acknowledged, none lost`);
}, Math.max(900_000, wanted * 120_000));
