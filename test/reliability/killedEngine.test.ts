// SIGKILL of the whole engine at random moments of importing, embedding, labelling, training and exporting: nothing
// acknowledged is lost, nothing is torn, and what is begun ends with the result of an undisturbed run.
// Short form: a few kills, training of the head. Long form, with the training beyond it: CAVMAE_ENGINE_KILLS=100 npx vitest run --project reliability killedEngine
import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Workspace } from '../../src/engine/collection/workspace.ts';
import { Random } from '../../src/engine/training/random.ts';
import { makeMedia } from '../unit/engine/media/mediaFactory.ts';

const wanted = Number(process.env.CAVMAE_ENGINE_KILLS ?? 4);
const long = wanted > 10;
const perClass = long ? 5 : 4;
const random = new Random(Number(process.env.CAVMAE_ENGINE_SEED ?? 20261126));
const program = path.resolve('test/reliability/engineProcess.ts');
const folder = mkdtempSync(path.join(tmpdir(), 'cavmae-engine-kills-'));
const media = path.join(folder, 'media');
interface Said { phase?: string; ended?: string; labelled?: string; finished?: true }

beforeAll(async () => {
  mkdirSync(media);
  for (const [k, name] of ['a', 'b', 'c'].entries()) {
    for (let n = 0; n < perClass; n++) {
      await makeMedia(path.join(media, `${name}${n}.mkv`), { format: 'matroska', video: { codec: 'mpeg4', level: (x, y) => 60 + 40 * k + ((x * (k + 1) + y + 9 * n) % 60) }, audio: { codec: 'flac', sample: (i) => 0.4 * Math.sin(i * (0.05 + 0.1 * k) + n) }, durationS: 1 });
    }
  }
  writeFileSync(path.join(media, 'broken.mp4'), 'no video');
  writeFileSync(path.join(media, 'empty.wav'), '');
  await makeMedia(path.join(media, 'sound.wav'), { format: 'wav', audio: { codec: 'pcm_s16le' }, durationS: 2 });
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the process; `killIn` says after how many ms of which phase it dies. Returns what it said and whether it was killed. */
function run(place: string, killIn: (phase: string) => number | null): Promise<{ said: Said[]; killedIn: string | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, path.join(place, 'workspace'), media, path.join(place, 'exports'), ...(long ? ['deeper'] : [])], { stdio: ['ignore', 'pipe', 'pipe'] });
    const said: Said[] = [];
    let [rest, errors, killedIn, timer] = ['', '', null as string | null, undefined as NodeJS.Timeout | undefined];
    child.stderr.on('data', (chunk: Buffer) => { errors += chunk.toString(); });
    child.stdout.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop()!;
      for (const line of lines.map((text) => JSON.parse(text) as Said)) {
        said.push(line);
        if (line.ended) clearTimeout(timer);
        if (!line.phase) continue;
        const { phase } = line;
        const ms = killIn(phase);
        if (ms !== null) timer = setTimeout(() => { killedIn = phase; child.kill('SIGKILL'); }, ms);
      }
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (signal === 'SIGKILL' || code === 0) resolve({ said, killedIn: signal === 'SIGKILL' ? killedIn : null });
      else reject(new Error(`the engine ended by itself (${code}) after ${JSON.stringify(said.at(-1))}: ${errors}`));
    });
  });
}

/** Everything a run leaves behind, in terms that do not depend on order or time. */
function result(place: string) {
  const workspace = Workspace.open(path.join(place, 'workspace'));
  try {
    expect(workspace.check()).toMatchObject({ ok: true, problems: [] });
    const clips = workspace.clips.rows(workspace.clips.ids({}, { by: 'name', descending: false }));
    const ids = clips.map(({ id }) => id);
    const set = workspace.vectors.current()!;
    const schema = workspace.schemas.list()[0]!;
    const classNames = new Map(schema.classes.map(({ id, name }) => [id, name]));
    const jobs = workspace.db.prepare('SELECT kind, title, status, done, total, result FROM job ORDER BY id').all() as { kind: string; title: string; status: string; done: number; total: number; result: string }[];
    const exported = path.join(place, 'exports');
    const rows = readFileSync(path.join(exported, 'embeddings', 'clips.csv'), 'utf8').trim().split('\n').slice(1).map((line) => path.basename(line.split(',')[1]!));
    const matrix = readFileSync(path.join(exported, 'embeddings', 'joint.npy'));
    const values = new Float32Array(matrix.buffer.slice(matrix.byteOffset + matrix.length - rows.length * set.dim * 4, matrix.byteOffset + matrix.length));
    return {
      exact: {
        clips: clips.map(({ name, startS, endS, badges, kind, labels }) => ({ name, startS, endS, badges, kind, labels: labels.map(({ classId, value }) => `${classNames.get(classId)} ${value}`) })),
        jobs: jobs.map(({ kind, title, status, done, total, result: json }) => {
          const { added, known, changed, clips: count, failed, embedded, skipped, predicted } = JSON.parse(json) as Record<string, unknown>;
          // After how many steps the head's training stops early hangs on the last bits of the embeddings, and on the order clips were stored in; its probabilities are compared below.
          const steps = title.includes('Head') ? { done: done === total } : { done, total };
          return { kind, title, status, ...steps, added, known, changed, count, failed: Array.isArray(failed) ? failed.map((one: { path: string }) => path.basename(one.path)).toSorted() : failed, embedded, skipped, predicted };
        }),
        failures: workspace.db.prepare('SELECT code, message FROM job_failure ORDER BY message').all(),
        classifiers: workspace.classifiers.list().map(({ name, depth, epochs, classes, metrics }) => ({ name, depth, epochs: depth === 'head' ? 0 : epochs, classes: classes.map((one) => one.name), train: metrics.trainCount, test: metrics.testCount, predicted: workspace.classifiers.predictions(workspace.classifiers.list().find((one) => one.name === name)!.id).clipIds.length })).toSorted((a, b) => a.name.localeCompare(b.name)),
        runs: workspace.runs.list().map(({ title, status }) => `${title} ${status}`).toSorted(),
        files: readdirSync(exported, { recursive: true }).map(String).toSorted(),
        labels: readFileSync(path.join(exported, 'labels.csv'), 'utf8').trim().split('\n').toSorted(),
        rows: rows.toSorted(),
      },
      near: {
        vectors: Object.fromEntries((['joint', 'audio', 'visual'] as const).map((space) => [space, workspace.vectors.rows(set.setId, space, ids)])),
        exported: Float32Array.from(rows.map((name, at) => ({ name, at })).toSorted((p, q) => p.name.localeCompare(q.name)).flatMap(({ at }) => [...values.subarray(at * set.dim, (at + 1) * set.dim)])),
        probabilities: Float32Array.from(workspace.classifiers.list().toSorted((a, b) => a.name.localeCompare(b.name)).flatMap(({ id }) => {
          const { clipIds, probabilities } = workspace.classifiers.predictions(id);
          const width = probabilities.length / clipIds.length;
          const at = new Map([...clipIds].map((clipId, row) => [clipId, row]));
          return ids.flatMap((clipId) => (at.has(clipId) ? [...probabilities.subarray(at.get(clipId)! * width, (at.get(clipId)! + 1) * width)] : []));
        })),
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
  a.forEach((value, i) => { worst = Math.max(worst, Number.isNaN(value) && Number.isNaN(b[i]) ? 0 : Number.isNaN(value - b[i]!) ? Infinity : Math.abs(value - b[i]!)); });
  return worst;
}

it(`${wanted} kills of the engine change nothing but the time`, async () => {
  const undisturbed = path.join(folder, 'undisturbed');
  const lasted = new Map<string, number>();
  const began = new Map<string, number>();
  await run(undisturbed, (phase) => {
    const now = performance.now();
    for (const [name, at] of began) if (!lasted.has(name)) lasted.set(name, now - at);
    began.set(phase, now);
    return null;
  });
  const phases = [...began.keys()];
  const expected = result(undisturbed);
  expect(expected.exact.clips).toHaveLength(3 * perClass + 1);
  expect(expected.exact.labels).toHaveLength(3 * perClass + 1);

  const kills = new Map<string, number>();
  let [total, workspaces, acknowledged, place] = [0, 0, 0, ''];
  let labelled = new Set<string>();
  let ended = new Set<string>();
  for (;;) {
    if (place === '') {
      if (total >= wanted) break;
      place = path.join(folder, `killed-${workspaces++}`);
      labelled = new Set();
      ended = new Set();
    }
    // It dies in one of the phases that are still to come, at any moment; where the phase is over before, the next one that has not been reached yet.
    const open = phases.filter((phase) => !ended.has(phase));
    let victim = total < wanted ? open[Math.floor(random.uniform() * open.length)] : undefined;
    const { said, killedIn } = await run(place, (phase) => {
      if (victim === undefined || phases.indexOf(phase) < phases.indexOf(victim)) return null;
      victim = phase;
      return random.uniform() * (lasted.get(phase) ?? 300);
    });
    for (const line of said) {
      if (line.labelled) labelled.add(line.labelled);
      if (line.ended) ended.add(line.ended);
    }
    if (killedIn !== null) {
      total++;
      kills.set(killedIn, (kills.get(killedIn) ?? 0) + 1);
      const workspace = Workspace.open(path.join(place, 'workspace'));
      expect(workspace.check()).toMatchObject({ ok: true, problems: [] });
      const present = new Set(workspace.clips.rows(workspace.clips.ids({ labelled: true })).map(({ name }) => name));
      expect([...labelled].filter((name) => !present.has(name))).toEqual([]);
      workspace.close();
      if (process.env.CAVMAE_RELIABILITY_LOG) appendFileSync(process.env.CAVMAE_RELIABILITY_LOG, `${total} kills, in ${killedIn}\n`);
      continue;
    }
    acknowledged += labelled.size;
    const found = result(place);
    expect(found.exact).toEqual(expected.exact);
    for (const space of ['joint', 'audio', 'visual']) expect(distance(found.near.vectors[space]!, expected.near.vectors[space]!)).toBeLessThan(1e-4);
    expect(distance(found.near.exported, expected.near.exported)).toBeLessThan(1e-4);
    expect(distance(found.near.probabilities, expected.near.probabilities)).toBeLessThan(5e-3);
    rmSync(place, { recursive: true, force: true });
    place = '';
  }
  console.log(`${total} kills (${[...kills].map(([phase, count]) => `${phase} ${count}`).join(', ')}) over ${workspaces} workspaces, each ended as the undisturbed one; ${acknowledged} labels acknowledged, none lost`);
}, Math.max(900_000, wanted * 120_000));
