// A pretraining killed with SIGKILL at random steps and started again ends with the same weights, bit for bit, as one
// left alone.
import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Random } from '../../src/engine/training/random.ts';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'cavmae-resume-'));
  folders.push(folder);
  return folder;
};

/** Runs until the end, or kills the process as soon as it has said `killAfter` steps. Returns the steps it said. */
function train(folder: string, killAfter = Infinity): Promise<{ steps: number[]; code: number | null }> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'pretrainProcess.ts'), [folder], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [],
    });
    const steps: number[] = [];
    let errors = '';
    let rest = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const line of lines) steps.push(Number(line.split(' ')[0]));
      if (steps.length >= killAfter) child.kill('SIGKILL');
    });
    child.once('error', reject);
    // Not `exit`: what it said may still be on its way then.
    child.once('close', (code) => (code && code !== 0 ? reject(new Error(errors)) : resolve({ steps, code })));
  });
}

it('resumes exactly after SIGKILL at random steps', async () => {
  const undisturbed = newFolder();
  const { steps } = await train(undisturbed);
  expect(steps).toEqual(Array.from({ length: 18 }, (_, i) => i + 1));
  const expected = readFileSync(join(undisturbed, 'model.safetensors'));

  const killed = newFolder();
  const random = new Random(Number(process.env.CAVMAE_RESUME_SEED ?? 20261123));
  let last: number[] = [];
  let kills = 0;
  for (let round = 0; round < 12; round++) {
    const { steps: said, code } = await train(killed, kills < 4 ? random.integer(1, 7) : Infinity);
    last = said;
    if (code === 0) break;
    kills++;
  }
  expect(kills).toBeGreaterThanOrEqual(2);
  expect(last.at(-1)).toBe(18);
  // It went on from a checkpoint, not from the start.
  expect(last[0]).toBeGreaterThan(1);
  expect(readFileSync(join(killed, 'model.safetensors')).equals(expected)).toBe(true);
  expect(readdirSync(killed).filter((name) => name.includes('.part')).length).toBeLessThanOrEqual(kills);
});
