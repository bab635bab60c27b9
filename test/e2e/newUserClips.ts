// TEST CODE. Clips of three classes for the new user: AV-digits where this machine has them, else clips of the demo's
// families.
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { families } from '../../src/engine/demo/families.ts';
import { makeDemo } from '../../src/engine/demo/makeDemo.ts';

const digits = fileURLToPath(new URL('../../../shared/data/av-digits/', import.meta.url));

export interface NewUserClips {
  source: string;
  classes: string[];
  /** Path and class. */ files: { path: string; label: string }[];
  /** Not dropped: for the exported classifier. */ later: { path: string; label: string };
}

/** `perClass` clips of each of three classes, and one more. */
export async function newUserClips(perClass: number): Promise<NewUserClips> {
  const all = existsSync(path.join(digits, 'labels.csv')) ? fromDigits(perClass) : await fromDemo(perClass);
  return { ...all, later: all.files.at(-1)!, files: all.files.slice(0, -1) };
}

function fromDigits(perClass: number): Omit<NewUserClips, 'later'> {
  const classes = ['one', 'two', 'three'];
  const rows = readFileSync(path.join(digits, 'labels.csv'), 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(',') as [string, string]);
  const files = classes.flatMap((label, k) =>
    rows
      .filter((row) => row[1] === label)
      .slice(0, perClass + (k === 2 ? 1 : 0))
      .map(([file]) => ({ path: path.join(digits, 'clips', file), label })),
  );
  return { source: 'AV-digits', classes, files };
}

async function fromDemo(perClass: number): Promise<Omit<NewUserClips, 'later'>> {
  const classes = families.slice(0, 3).map(({ name }) => name);
  const folder = path.join(os.tmpdir(), 'cavmae-e2e-new-user');
  const files: { path: string; label: string }[] = [];
  for (let n = 0; n <= perClass; n++) {
    for (let k = 0; k < 3; k++) {
      if (n === perClass && k < 2) continue;
      const index = n * families.length + k;
      const made = await makeDemo({ folder, from: index, to: index + 1, seed: 'new user' });
      files.push({ path: made.files[0]!.path, label: made.files[0]!.className });
    }
  }
  return { source: 'demo clips', classes, files };
}
