// Stored jobs are parsed before they run; a queue without a runner for a kind, or with two, does not start.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { JobQueue } from '../../../../../src/engine/collection/jobs/jobQueue.ts';
import { storedJob } from '../../../../../src/engine/collection/jobs/storedJob.ts';
import { Workspace } from '../../../../../src/engine/collection/workspace.ts';
import { jobKinds, type JobKind } from '../../../../../src/shared/contract/jobKinds.ts';

const kinds = Object.keys(jobKinds) as JobKind[];
const opened: (() => void)[] = [];
afterEach(() => {
  for (const close of opened.splice(0)) close();
});

function queue(): JobQueue {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'cavmae-stored-'));
  const workspace = Workspace.open(path.join(folder, 'workspace'));
  opened.push(() => {
    workspace.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return new JobQueue(workspace, { publish: () => {} }, jobKinds);
}
const runner = { lane: 'io', run: async () => ({ modelId: 'ran' }) } as const;

it('parses parameters and state by the kind', () => {
  const row = { kind: 'predict', params: '{"classifierId":3}', state: '{"after":7,"predicted":2,"failed":0}' } as const;
  expect(storedJob(row, jobKinds)).toEqual({
    params: { classifierId: 3 },
    state: { after: 7, predicted: 2, failed: 0 },
  });
  expect(storedJob({ ...row, state: null }, jobKinds).state).toBeNull();
});

it('names the field of what cannot be used, and what to do', () => {
  const bad = { kind: 'predict', params: '{"classifierId":"three"}', state: null } as const;
  expect(() => storedJob(bad, jobKinds)).toThrow(/stored parameters of this predict job cannot be used: classifierId/);
  const state = { kind: 'predict', params: '{"classifierId":3}', state: '{"after":-1}' } as const;
  expect(() => storedJob(state, jobKinds)).toThrow(/stored state of this predict job/);
});

it('fails a job whose stored parameters do not fit, without running it', async () => {
  const jobs = queue();
  for (const kind of kinds) jobs.register(kind, runner);
  jobs.start();
  const jobId = jobs.add('download', 'Download', { modelId: 7 });
  expect(await jobs.settled(jobId)).toMatchObject({ status: 'failed', result: null });
  expect(jobs.errorOf(jobId)).toMatchObject({ code: 'CONFLICT', detail: { field: 'parameters' } });
  const good = jobs.add('download', 'Download', { modelId: 'x' });
  expect(await jobs.settled(good)).toMatchObject({ status: 'done', result: { modelId: 'ran' } });
  await jobs.close();
});

it('does not start while a kind has no runner, and refuses a second one', () => {
  const jobs = queue();
  for (const kind of kinds.slice(1)) jobs.register(kind, runner);
  expect(() => jobs.start()).toThrow(`no runner is registered for the job kind ${kinds[0]}`);
  expect(() => jobs.register(kinds[1]!, runner)).toThrow('two runners');
});
