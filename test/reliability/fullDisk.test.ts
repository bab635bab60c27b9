// A disk that is really full (a small file system in memory) at random moments of importing, embedding, labelling,
// training and exporting: what stops says why, what was acknowledged is there, and with room again everything ends as
// an undisturbed run. Short form: a few times. Long form: CAVMAE_FULL_DISKS=60 npx vitest run --project reliability
// fullDisk. Needs Linux and the right to mount.
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Workspace } from '../../src/engine/collection/workspace.ts';
import { Random } from '../../src/engine/training/random.ts';
import { engineResult, expectSameResult, makeEngineMedia, runEngine } from './engineRun.ts';

const wanted = Number(process.env.CAVMAE_FULL_DISKS ?? 4);
const random = new Random(Number(process.env.CAVMAE_FULL_DISK_SEED ?? 20261126));
const folder = mkdtempSync(path.join(tmpdir(), 'cavmae-full-disk-'));
const media = path.join(folder, 'media');
const place = path.join(folder, 'small');
const mount = (...options: string[]): boolean => spawnSync('mount', [...options, place]).status === 0;
const kib = 1024;

mkdirSync(place);
const mounted = process.platform === 'linux' && mount('-t', 'tmpfs', '-o', `size=${2 ** 20}`, 'tmpfs');
const possible = mounted && isLimited();
const used = (): number => {
  const { blocks, bfree, bsize } = statfsSync(place);
  return (blocks - bfree) * bsize;
};
const resize = (bytes: number): void => {
  if (!mount('-o', `remount,size=${Math.ceil(Math.max(bytes, used()) / 4096) * 4096}`))
    throw new Error('the small disk cannot be made another size');
};
/** Not every sandbox's kernel keeps to the size it is given. */
function isLimited(): boolean {
  if (!mount('-o', `remount,size=${256 * kib}`)) return false;
  const file = path.join(place, 'too-large');
  try {
    writeFileSync(file, Buffer.alloc(512 * kib));
    return false;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'ENOSPC';
  } finally {
    rmSync(file, { force: true });
  }
}
/** What looking at the workspace takes: its database's journal. */
const lookingRoom = 128 * kib;
const plenty = 2 ** 31;

beforeAll(() => makeEngineMedia(media, 4), 300_000);
afterAll(() => {
  if (mounted) spawnSync('umount', ['-l', place]);
  rmSync(folder, { recursive: true, force: true });
});

/** Runs once with room enough; at how much use each phase began and ended. */
async function measured(): Promise<{
  expected: ReturnType<typeof engineResult>;
  phases: { from: number; to: number }[];
}> {
  resize(plenty);
  const began: number[] = [];
  expect(
    (
      await runEngine(place, media, {
        killIn: () => {
          began.push(used());
          return null;
        },
      })
    ).stopped,
  ).toBeNull();
  const expected = engineResult(place);
  return {
    expected,
    phases: began.map((from, k) => ({ from, to: Math.max(from + 16 * kib, began[k + 1] ?? used()) })),
  };
}
function clear(): void {
  for (const name of readdirSync(place)) rmSync(path.join(place, name), { recursive: true, force: true });
}

it.skipIf(!possible)(
  `a disk full ${wanted} times over costs nothing that was stored`,
  async () => {
    const { expected, phases } = await measured();
    const stops = new Map<string, number>();
    let [full, passes, acknowledged] = [0, 0, 0];
    // Where a random amount of room was enough for all of a phase, the disk was not full: that is no failure, but it
    // must not go on for ever.
    while (full < wanted && passes < 5 * wanted) {
      passes++;
      clear();
      const labelled = new Set<string>();
      const fit = async (): Promise<boolean> => {
        const { said, stopped } = await runEngine(place, media);
        for (const line of said) if (line.labelled) labelled.add(line.labelled);
        if (!stopped) return true;
        const phase = said.findLast((line) => line.phase)?.phase ?? 'opening';
        expect({ phase, ...stopped }).toMatchObject({
          code: 'DISK_FULL',
          message: expect.stringMatching(/full/) as string,
        });
        full++;
        stops.set(phase, (stops.get(phase) ?? 0) + 1);
        if (process.env.CAVMAE_RELIABILITY_LOG)
          appendFileSync(process.env.CAVMAE_RELIABILITY_LOG, `${full} full disks, in ${phase}: ${stopped.message}\n`);
        resize(used() + lookingRoom);
        const workspace = Workspace.open(path.join(place, 'workspace'));
        expect(workspace.check()).toMatchObject({ ok: true, problems: [] });
        const present = new Set(workspace.clips.rows(workspace.clips.ids({ labelled: true })).map(({ name }) => name));
        expect([...labelled].filter((name) => !present.has(name))).toEqual([]);
        workspace.close();
        return false;
      };
      // Ever more room, each time enough for a random part of the next phase.
      let done = false;
      for (const { from, to } of phases) {
        if (done) break;
        resize(from + random.uniform() * (to - from));
        done = await fit();
      }
      resize(plenty);
      if (!done) expect(await fit()).toBe(true);
      expectSameResult(engineResult(place), expected);
      acknowledged += labelled.size;
    }
    expect(full).toBeGreaterThanOrEqual(wanted);
    console.log(
      `the disk was full ${full} times (${[...stops].map(([phase, count]) => `${phase} ${count}`).join(', ')}) in ${passes} workspaces, each ended as the undisturbed one; ${acknowledged} labels acknowledged, none lost`,
    );
  },
  Math.max(900_000, wanted * 120_000),
);
