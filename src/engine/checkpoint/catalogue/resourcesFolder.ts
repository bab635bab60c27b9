// The product's resources folder, from wherever this code runs: sources, the built application, a package.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function find(): string {
  // The root is the first folder upwards with both.
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'resources')))
      return join(folder, 'resources');
  }
  return join(process.cwd(), 'resources');
}

export const resourcesFolder = find();
