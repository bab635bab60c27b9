// SIGKILL at random moments of importing, labelling, marking events, undoing, embedding and a running job: what was acknowledged is there, and nothing
// is torn. Short form: a few kills. Long form: CAVMAE_KILLS=200 npx vitest run --project reliability.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { JobQueue } from '../../src/engine/collection/jobs/jobQueue.ts';
import { Workspace } from '../../src/engine/collection/workspace.ts';
import { marksOf } from './syntheticWorkspace.ts';

const kills = Number(process.env.CAVMAE_KILLS ?? 6);
const writer = path.resolve('test/reliability/labelWriter.ts');
interface Said {
  open?: true;
  media?: number;
  clipIds?: number[];
  embedded?: number[];
  labels?: string;
  jobState?: number;
  jobId?: number;
  jobAdded?: number;
}

/** Runs the writer and kills it `afterMs` after its first word. Returns the whole lines it said. */
function runAndKill(folder: string, seed: number, afterMs: number): Promise<Said[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [writer, folder, String(seed)], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => {
      if (!out) setTimeout(() => child.kill('SIGKILL'), afterMs);
      out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.on('close', (code, signal) => {
      if (signal !== 'SIGKILL') reject(new Error(`the writer ended by itself (${code}): ${errors}`));
      else
        resolve(
          out
            .split('\n')
            .slice(0, -1)
            .map((line) => JSON.parse(line) as Said),
        );
    });
  });
}

it(`nothing acknowledged is lost and nothing is torn over ${kills} kills`, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cavmae-kill-'));
  let acknowledged = 0;
  let labels = '';
  const media = new Map<number, number[]>();
  const embedded = new Set<number>();
  let job = { id: 0, state: 0 };
  try {
    for (let round = 0; round < kills; round++) {
      const said = await runAndKill(folder, 1000 + round, 40 + ((round * 7919) % 400));
      for (const line of said) {
        acknowledged += 1;
        if (line.media !== undefined) media.set(line.media, line.clipIds as number[]);
        for (const clipId of line.embedded ?? []) embedded.add(clipId);
        if (line.labels !== undefined) labels = line.labels;
        if (line.jobAdded !== undefined) job = { id: line.jobAdded, state: 0 };
        if (line.jobState !== undefined) {
          // A resumed job goes on at or after what it last acknowledged, never before.
          expect(line.jobState).toBeGreaterThanOrEqual(line.jobId === job.id ? job.state : 0);
          job = { id: line.jobId as number, state: line.jobState };
        }
      }
      const workspace = Workspace.open(folder);
      const check = workspace.check();
      expect(check).toMatchObject({ ok: true, problems: [] });
      for (const clipIds of media.values()) expect(workspace.clips.many(clipIds).map(({ id }) => id)).toEqual(clipIds);
      const { setId } = workspace.vectors.set('m', 8);
      const known = [...embedded];
      for (const [space, name] of (['joint', 'audio', 'visual'] as const).entries()) {
        const rows = workspace.vectors.rows(setId, name, known);
        known.forEach((clipId, i) =>
          expect([...rows.subarray(i * 8, i * 8 + 8)]).toEqual(
            Array.from({ length: 8 }, () => space * 100_000 + clipId),
          ),
        );
      }
      // At most the one step that was on its way may have been stored beyond what was acknowledged; taking it back shows the rest.
      const stored = () => marksOf(workspace, workspace.schemas.byName('S')?.id as number);
      if (stored() !== labels) {
        const last = workspace.db.prepare('SELECT kind FROM step ORDER BY id DESC LIMIT 1').pluck().get() as string;
        if (last === 'undo') workspace.annotations.redo();
        else workspace.annotations.undo();
        expect(stored()).toBe(labels);
      }
      workspace.close();
    }

    const workspace = Workspace.open(folder);
    const jobs = new JobQueue(workspace, { publish: () => {} });
    jobs.register('embed', {
      lane: 'compute',
      run: async ({ state }) => ({ resumedAt: (state as { at: number } | null)?.at ?? 0 }),
    });
    jobs.start();
    const last = await jobs.settled(job.id);
    expect(last.status).toBe('done');
    const { reached, resumedAt } = last.result as { reached?: number; resumedAt?: number };
    expect(reached ?? resumedAt).toBeGreaterThanOrEqual(job.state);
    await jobs.close();
    workspace.close();
    expect(acknowledged).toBeGreaterThan(kills);
    console.log(
      `${kills} kills, ${acknowledged} acknowledged calls, ${media.size} media, ${embedded.size} vectors, ${labels.split(' ').length} labels and events present`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
