// TEST CODE. Real clips to work on: the first four of each class of the demo collection, rendered once for each version
// of their generator.
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { families } from '../../src/engine/demo/families.ts';
import { makeDemo } from '../../src/engine/demo/makeDemo.ts';

const generator = fileURLToPath(new URL('../../src/engine/demo/', import.meta.url));

/** Paths of the files, class by class. */
export async function demoClips(): Promise<string[]> {
  const hash = createHash('sha256');
  for (const name of (await readdir(generator, { recursive: true })).filter((one) => one.endsWith('.ts')).sort())
    hash.update(await readFile(path.join(generator, name)));
  const folder = path.join(os.tmpdir(), `cavmae-e2e-clips-${hash.digest('hex').slice(0, 12)}`);
  const { files } = await makeDemo({ folder, to: 4 * families.length, seed: 'e2e' });
  return files.map((file) => file.path).sort();
}
