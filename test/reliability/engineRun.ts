// TEST CODE. What the tests that disturb the whole engine share: media, a run of `engineProcess`, and what a run leaves
// behind, to be compared.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { Workspace } from '../../src/engine/collection/workspace.ts';
import { makeMedia } from '../unit/engine/media/mediaFactory.ts';

const silentMs = 240_000;
const program = path.resolve('test/reliability/engineProcess.ts');
export interface Stop {
  code: string;
  message: string;
}
export interface Said {
  phase?: string;
  ended?: string;
  labelled?: string;
  stopped?: Stop;
  finished?: true;
}

/** Three classes of clips, a sound, and two files that cannot be read. */
export async function makeEngineMedia(media: string, perClass: number): Promise<void> {
  mkdirSync(media);
  for (const [k, name] of ['a', 'b', 'c'].entries()) {
    for (let n = 0; n < perClass; n++) {
      await makeMedia(path.join(media, `${name}${n}.mkv`), {
        format: 'matroska',
        video: { codec: 'mpeg4', level: (x, y) => 60 + 40 * k + ((x * (k + 1) + y + 9 * n) % 60) },
        audio: { codec: 'flac', sample: (i) => 0.4 * Math.sin(i * (0.05 + 0.1 * k) + n) },
        durationS: 1,
      });
    }
  }
  writeFileSync(path.join(media, 'broken.mp4'), 'no video');
  writeFileSync(path.join(media, 'empty.wav'), '');
  await makeMedia(path.join(media, 'sound.wav'), { format: 'wav', audio: { codec: 'pcm_s16le' }, durationS: 2 });
}

/**
 * Runs the process; `killIn` says after how many ms of which phase it dies. Returns what it said, whether it was
 * killed, and what stopped it.
 */
export function runEngine(
  place: string,
  media: string,
  { deeper = false, killIn = () => null }: { deeper?: boolean; killIn?: (phase: string) => number | null } = {},
): Promise<{ said: Said[]; killedIn: string | null; stopped: Stop | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [program, path.join(place, 'workspace'), media, path.join(place, 'exports'), ...(deeper ? ['deeper'] : [])],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const said: Said[] = [];
    let [rest, errors, killedIn, timer] = ['', '', null as string | null, undefined as NodeJS.Timeout | undefined];
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    // A run that hangs says where it does, instead of the test's time being over.
    let hung = false;
    const silence = setTimeout(() => {
      hung = true;
      child.kill('SIGKILL');
    }, silentMs);
    child.stdout.on('data', (chunk: Buffer) => {
      silence.refresh();
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop()!;
      for (const line of lines.map((text) => JSON.parse(text) as Said)) {
        said.push(line);
        if (line.ended) clearTimeout(timer);
        if (!line.phase) continue;
        const { phase } = line;
        const ms = killIn(phase);
        if (ms !== null)
          timer = setTimeout(() => {
            killedIn = phase;
            child.kill('SIGKILL');
          }, ms);
      }
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      clearTimeout(silence);
      const stopped = said.at(-1)?.stopped ?? null;
      if (hung)
        reject(
          new Error(`the engine said nothing for ${silentMs / 1000} s after ${JSON.stringify(said.at(-1))}: ${errors}`),
        );
      else if (signal === 'SIGKILL' || code === 0 || stopped)
        resolve({ said, killedIn: signal === 'SIGKILL' ? killedIn : null, stopped });
      else reject(new Error(`the engine ended by itself (${code}) after ${JSON.stringify(said.at(-1))}: ${errors}`));
    });
  });
}

/** Everything a run leaves behind, in terms that do not depend on order or time. */
export function engineResult(place: string) {
  const workspace = Workspace.open(path.join(place, 'workspace'));
  try {
    expect(workspace.check()).toMatchObject({ ok: true, problems: [] });
    const clips = workspace.clips.rows(workspace.clips.ids({}, { by: 'name', descending: false }));
    const ids = clips.map(({ id }) => id);
    const set = workspace.vectors.current()!;
    const schema = workspace.schemas.list()[0]!;
    const classNames = new Map(schema.classes.map(({ id, name }) => [id, name]));
    const jobs = workspace.db.prepare('SELECT kind, title, status, done, total, result FROM job ORDER BY id').all() as {
      kind: string;
      title: string;
      status: string;
      done: number;
      total: number;
      result: string;
    }[];
    const exported = path.join(place, 'exports');
    const rows = readFileSync(path.join(exported, 'embeddings', 'clips.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => path.basename(line.split(',')[1]!));
    const matrix = readFileSync(path.join(exported, 'embeddings', 'joint.npy'));
    const values = new Float32Array(
      matrix.buffer.slice(
        matrix.byteOffset + matrix.length - rows.length * set.dim * 4,
        matrix.byteOffset + matrix.length,
      ),
    );
    return {
      exact: {
        clips: clips.map(({ name, startS, endS, badges, kind, labels }) => ({
          name,
          startS,
          endS,
          badges,
          kind,
          labels: labels.map(({ classId, value }) => `${classNames.get(classId)} ${value}`),
        })),
        jobs: jobs.map(({ kind, title, status, done, total, result: json }) => {
          const {
            added,
            known,
            changed,
            clips: count,
            failed,
            embedded,
            skipped,
            predicted,
          } = JSON.parse(json) as Record<string, unknown>;
          // After how many steps the head's training ends hangs on the last bits of the embeddings, and on the order
          // clips were stored in; a finished one has done them all. Probabilities are compared below.
          const steps = kind === 'finetune' || kind === 'refit' ? { done: done === total } : { done, total };
          return {
            kind,
            title,
            status,
            ...steps,
            added,
            known,
            changed,
            count,
            failed: Array.isArray(failed)
              ? failed.map((one: { path: string }) => path.basename(one.path)).toSorted()
              : failed,
            embedded,
            skipped,
            predicted,
          };
        }),
        failures: workspace.db.prepare('SELECT code, message FROM job_failure ORDER BY message').all(),
        classifiers: workspace.classifiers
          .list()
          .map(({ name, depth, epochs, classes, metrics }) => ({
            name,
            depth,
            epochs: depth === 'head' ? 0 : epochs,
            classes: classes.map((one) => one.name),
            train: metrics.trainCount,
            test: metrics.testCount,
            predicted: workspace.classifiers.predictions(
              workspace.classifiers.list().find((one) => one.name === name)!.id,
            ).clipIds.length,
          }))
          .toSorted((a, b) => a.name.localeCompare(b.name)),
        runs: workspace.runs
          .list()
          .map(({ title, status }) => `${title} ${status}`)
          .toSorted(),
        files: readdirSync(exported, { recursive: true }).map(String).toSorted(),
        labels: readFileSync(path.join(exported, 'labels.csv'), 'utf8').trim().split('\n').toSorted(),
        rows: rows.toSorted(),
      },
      near: {
        vectors: Object.fromEntries(
          (['joint', 'audio', 'visual'] as const).map((space) => [
            space,
            workspace.vectors.rows(set.setId, space, ids),
          ]),
        ),
        exported: Float32Array.from(
          rows
            .map((name, at) => ({ name, at }))
            .toSorted((p, q) => p.name.localeCompare(q.name))
            .flatMap(({ at }) => [...values.subarray(at * set.dim, (at + 1) * set.dim)]),
        ),
        probabilities: Float32Array.from(
          workspace.classifiers
            .list()
            .toSorted((a, b) => a.name.localeCompare(b.name))
            .flatMap(({ id }) => {
              const { clipIds, probabilities } = workspace.classifiers.predictions(id);
              const width = probabilities.length / clipIds.length;
              const at = new Map([...clipIds].map((clipId, row) => [clipId, row]));
              return ids.flatMap((clipId) =>
                at.has(clipId)
                  ? [...probabilities.subarray(at.get(clipId)! * width, (at.get(clipId)! + 1) * width)]
                  : [],
              );
            }),
        ),
      },
    };
  } finally {
    workspace.close();
  }
}

/** Largest difference; places where both have nothing count as equal, where one has as infinite. */
function distance(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Infinity;
  let worst = 0;
  a.forEach((value, i) => {
    worst = Math.max(
      worst,
      Number.isNaN(value) && Number.isNaN(b[i]) ? 0 : Number.isNaN(value - b[i]!) ? Infinity : Math.abs(value - b[i]!),
    );
  });
  return worst;
}

/** Exact in everything but the last bits of what was computed. */
export function expectSameResult(
  found: ReturnType<typeof engineResult>,
  expected: ReturnType<typeof engineResult>,
): void {
  expect(found.exact).toEqual(expected.exact);
  for (const space of ['joint', 'audio', 'visual'])
    expect(distance(found.near.vectors[space]!, expected.near.vectors[space]!)).toBeLessThan(1e-4);
  expect(distance(found.near.exported, expected.near.exported)).toBeLessThan(1e-4);
  // Files that are decoded beside each other are stored as they are ready: the order of the clips, and with it that of
  // training, may differ.
  expect(distance(found.near.probabilities, expected.near.probabilities)).toBeLessThan(0.05);
}
