// The sets of golden numbers: CAVMAE_FIXTURES names folders, separated by colons; default: the committed subset.
// Entries of CAV-MAE are named as in their manifest, entries of CAV-MAE Sync with `sync/` before it.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface ManifestEntry {
  file: string;
  kind: string;
  dtype?: 'f32' | 'i32' | 'u8';
  shape?: number[];
  what: string;
  recommended_atol?: number;
  recommended_atol_for_99_9_percent_of_values?: number;
}
export interface FixtureSet {
  root: string;
  prefix: '' | 'sync/';
  entries: ManifestEntry[];
}

const committed = join(import.meta.dirname, '../fixtures');

function readSet(folder: string): FixtureSet {
  const root = resolve(folder);
  const { reference, files } = JSON.parse(readFileSync(join(root, 'manifest.json'), 'utf8')) as {
    reference: string;
    files: ManifestEntry[];
  };
  return { root, prefix: reference.includes('cav-mae-sync') ? 'sync/' : '', entries: files };
}

export const fixtureSets: readonly FixtureSet[] = (process.env.CAVMAE_FIXTURES ?? committed)
  .split(':')
  .filter(Boolean)
  .map(readSet);

const prefixes = fixtureSets.map(({ prefix }) => prefix);
if (new Set(prefixes).size < prefixes.length)
  throw new Error('CAVMAE_FIXTURES names two folders for the same reference: their entries would hide each other');
