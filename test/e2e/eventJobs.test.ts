// TEST CODE. Events from a table to a detector, its proposals as a table, refitting after answers, and events cut out, by command line.
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Terminal } from '../../src/main/cli/command.ts';
import { runCli } from '../../src/main/cli/program.ts';
import { openSession } from '../../src/main/cli/session.ts';
import { makeMedia } from '../unit/engine/media/mediaFactory.ts';

const lengthS = 20;
const rate = 16_000;
let folder: string;

/** Chirps that rise (class up) or fall (class down) every two seconds, by recording. */
const chirps = (recording: number) =>
  Array.from({ length: 8 }, (_, k) => {
    const onsetS = 1 + 2.3 * k + 0.1 * ((k * 7 + recording) % 5);
    return { onsetS, offsetS: onsetS + 0.5, up: (k + recording) % 2 === 0 };
  });

async function run(...args: string[]) {
  const ran = { code: 0, out: '', err: '' };
  const terminal: Terminal = {
    out: (text) => (ran.out += text),
    err: (text) => (ran.err += text),
    interactive: false,
    exit: (code) => (ran.code = code),
  };
  await runCli([...args, '--workspace', path.join(folder, 'workspace'), '--json'], terminal);
  return { ...ran, json: (ran.out ? JSON.parse(ran.out) : null) as unknown };
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cavmae-event-jobs-'));
  await mkdir(path.join(folder, 'media'));
  let seed = 1;
  const noise = () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return 0.004 * (seed / 2_147_483_647 - 0.5);
  };
  for (const recording of [0, 1, 2, 3]) {
    const marks = chirps(recording);
    let phase = 0;
    await makeMedia(path.join(folder, 'media', `r${recording}.wav`), {
      format: 'wav',
      audio: {
        codec: 'pcm_s16le',
        rate,
        sample: (n) => {
          const mark = marks.find(({ onsetS, offsetS }) => n / rate >= onsetS && n / rate < offsetS);
          if (!mark) return noise();
          const along = (n / rate - mark.onsetS) / 0.5;
          phase += (2 * Math.PI * (600 + 1800 * (mark.up ? along : 1 - along))) / rate;
          return 0.3 * Math.sin(phase) + noise();
        },
      },
      durationS: lengthS,
    });
  }
  const rows = [0, 1].flatMap((recording) =>
    chirps(recording).map(
      ({ onsetS, offsetS, up }) => `r${recording}.wav,${onsetS},${offsetS},${up ? 'up' : 'down'},heard`,
    ),
  );
  await writeFile(path.join(folder, 'events.csv'), `file,onset_s,offset_s,label,modality\n${rows.join('\n')}\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('refuses to learn or detect before there is anything to learn from', async () => {
  await run('init');
  expect(await run('import', path.join(folder, 'media'))).toMatchObject({ code: 0 });
  const detect = await run('events', 'detect');
  expect(detect.code).not.toBe(0);
  expect(detect.err).toContain('there is no detector yet');
});

it('takes a table of events, and cuts every event out as a file', async () => {
  const table = path.join(folder, 'events.csv');
  expect(await run('events', 'import', table, '--format', 'csv', '--schema', 'chirps', '--complete')).toMatchObject({
    code: 0,
    json: { events: 16, unmatched: [] },
  });
  const out = path.join(folder, 'cut');
  const { json } = await run('events', 'cut', '--out', out, '--where', 'class = up', '--padding', '0.1');
  const { files } = json as { files: string[] };
  expect(files).toHaveLength(8);
  // 16-bit mono of 0.7 s.
  expect((await stat(files[0]!)).size).toBeGreaterThan(0.65 * rate * 2);
});

it('learns, and proposes in a recording that nobody marked', async () => {
  const learnt = await run('events', 'learn', '--schema', 'chirps');
  expect(learnt).toMatchObject({ code: 0, json: { metrics: { recordings: 2, events: 16, seen: null } } });
  const { detector, metrics } = learnt.json as { detector: number; metrics: { heard: { micro: { f1: number } } } };
  expect(metrics.heard.micro.f1).toBeGreaterThan(0.8);
  const found = await run('events', 'detect', path.join(folder, 'media', 'r2.wav'), '--detector', String(detector));
  const rows = found.json as { path: string; onsetS: number; class: string; modality: string; confidence: number }[];
  const right = chirps(2).filter(({ onsetS, up }) =>
    rows.some((row) => Math.abs(row.onsetS - onsetS) < 0.2 && row.class === (up ? 'up' : 'down')),
  );
  expect(right.length).toBeGreaterThanOrEqual(7);
  expect(rows.every(({ path: file, modality }) => file.endsWith('r2.wav') && modality === 'heard')).toBe(true);
  const out = path.join(folder, 'found.csv');
  expect(await run('events', 'detect', path.join(folder, 'media', 'r2.wav'), '--out', out)).toMatchObject({ code: 0 });
  expect((await readFile(out, 'utf8')).split('\n')[0]).toBe('file,onset_s,offset_s,label,modality,confidence');
});

it('learns again after a dozen answers, and looks again', async () => {
  const opened = await openSession({
    workspace: path.join(folder, 'workspace'),
    writes: true,
    signal: new AbortController().signal,
  });
  try {
    const { client, engine } = opened;
    const { jobs } = engine.context;
    jobs.start();
    const detectorId = (await client.events.detectors({}))[0]!.id;
    const { jobId } = await client.events.detect({ detectorId });
    expect((await jobs.settled(jobId)).status).toBe('done');
    const open = { detectorId, open: true, order: 'useful', offset: 0, limit: 100 } as const;
    const { rows } = await client.events.proposals(open);
    expect(rows.length).toBeGreaterThanOrEqual(12);
    let refit: number | null = null;
    for (const { id } of rows.slice(0, 12)) {
      expect(refit).toBeNull();
      ({ refitJobId: refit } = await client.events.answer({ answers: [{ proposalId: id, answer: 'accept' }] }));
    }
    expect((await jobs.settled(refit!)).status).toBe('done');
    const again = (await client.events.detectors({}))[0]!;
    expect(again).toMatchObject({ id: detectorId, answersSince: 0 });
    expect(again.metrics!.events).toBeGreaterThanOrEqual(28);
    expect(jobs.list({}).filter(({ kind }) => kind === 'detectEvents').length).toBeGreaterThan(2);
  } finally {
    await opened.close();
  }
});
