// The rules of the architecture hold, and each is a rule: a seeded violation is found by it.
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const config = createRequire(import.meta.url)(path.join(root, '.dependency-cruiser.cjs')) as {
  forbidden: IForbiddenRuleType[];
  options: Record<string, unknown>;
};

/** Each: the file that breaks a rule, what it says, and the rule. Other files are empty modules. */
const seeds: [rule: string, file: string, code: string][] = [
  ['room-shared-contract', 'shared/contract/a.ts', "import '../../engine/collection/x.ts';"],
  ['room-shared-wire', 'shared/wire/a.ts', "import '../../engine/collection/x.ts';"],
  ['room-shared-figures', 'shared/figures/a.ts', "import '../../engine/collection/x.ts';"],
  ['room-shared-plots', 'shared/plots/a.ts', "import '../../engine/collection/x.ts';"],
  ['room-shared-async', 'shared/async/a.ts', "import '../../engine/collection/x.ts';"],
  ['room-shared-query', 'shared/query/a.ts', "import '../../engine/collection/x.ts';"],
  ['room-shared-signal', 'shared/signal/a.ts', "import '../../engine/collection/x.ts';"],
  ['room-engine-base', 'engine/base/a.ts', "import '../collection/x.ts';"],
  ['room-engine-host', 'engine/host/a.ts', "import '../../main/web/x.ts';"],
  ['room-engine-figures', 'engine/figures/a.ts', "import '../collection/x.ts';"],
  ['room-engine-model', 'engine/model/a.ts', "import '../collection/x.ts';"],
  ['room-engine-preprocess', 'engine/preprocess/a.ts', "import '../collection/x.ts';"],
  ['room-engine-media', 'engine/media/a.ts', "import '../collection/x.ts';"],
  ['room-engine-training', 'engine/training/a.ts', "import '../collection/x.ts';"],
  ['room-engine-inference', 'engine/inference/a.ts', "import '../collection/x.ts';"],
  ['room-engine-exploration', 'engine/exploration/a.ts', "import '../collection/x.ts';"],
  ['room-engine-events', 'engine/events/a.ts', "import '../collection/x.ts';"],
  ['room-engine-estimation', 'engine/estimation/a.ts', "import '../collection/x.ts';"],
  ['room-engine-extraction', 'engine/extraction/a.ts', "import '../collection/x.ts';"],
  ['room-engine-collection', 'engine/collection/a.ts', "import '../procedures/x.ts';"],
  ['room-engine-backend', 'engine/backend/a.ts', "import '../collection/x.ts';"],
  ['room-engine-procedures', 'engine/procedures/a.ts', "import '../../main/web/x.ts';"],
  ['room-main-web', 'main/web/a.ts', "import '../electron/x.ts';"],
  ['room-main-cli', 'main/cli/a.ts', "import '../../engine/collection/x.ts';"],
  ['room-main-electron', 'main/electron/a.ts', "import '../../engine/collection/x.ts';"],
  ['room-main-engineLink', 'main/engineLink/a.ts', "import '../../engine/collection/x.ts';"],
  ['room-preload', 'preload/a.ts', "import '../engine/collection/x.ts';"],
  ['room-renderer', 'renderer/src/a.ts', "import type { X } from '../../engine/collection/x.ts';\nexport type Y = X;"],
  ['no-circular', 'engine/collection/a.ts', "import './b.ts';"],
  ['no-orphans', 'engine/collection/lonely.ts', 'export const lonely = 1;'],
  ['no-tests-in-src', 'engine/collection/a.ts', "import 'vitest';"],
  ['not-to-unresolvable', 'engine/collection/a.ts', "import './nowhere.ts';"],
  ['electron-only-in-its-host', 'main/web/a.ts', "import 'electron';"],
  ['no-node-in-page-or-model', 'renderer/src/a.ts', "import 'node:fs';"],
  ['no-node-in-page-or-model', 'engine/model/a.ts', "import 'node:fs';"],
  ['tensors-only-in-compute', 'engine/procedures/a.ts', "import '@tensorflow/tfjs';"],
  ['model-knows-only-tfjs', 'engine/model/a.ts', "import 'zod';"],
  ['contract-knows-only-its-schema-library', 'shared/contract/a.ts', "import 'hono';"],
  ['shared-code-needs-nothing', 'shared/wire/a.ts', "import 'zod';"],
  ['shared-code-needs-nothing', 'shared/signal/a.ts', "import 'zod';"],
  ['shared-code-needs-nothing', 'shared/figures/a.ts', "import 'sharp';"],
  ['sql-only-in-collection', 'engine/procedures/a.ts', "import 'better-sqlite3';"],
  ['decoder-only-in-media', 'engine/procedures/a.ts', "import 'node-av';"],
  ['onnxruntime-only-in-extraction', 'engine/procedures/a.ts', "import 'onnxruntime-node';"],
  ['features-are-strangers', 'renderer/src/features/one/a.ts', "import '../two/x.ts';"],
];
const empty = [
  'engine/collection/x.ts',
  'engine/procedures/x.ts',
  'main/web/x.ts',
  'main/electron/x.ts',
  'renderer/src/features/two/x.ts',
];

async function violations(folder: string): Promise<Set<string>> {
  const result = await cruise(['src'], {
    ...config.options,
    baseDir: folder,
    validate: true,
    ruleSet: { forbidden: config.forbidden },
  });
  return new Set((result.output as ICruiseResult).summary.violations.map(({ rule }) => rule.name));
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cavmae-rules-'));
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'dir');
  await writeFile(
    path.join(folder, 'tsconfig.json'),
    '{ "compilerOptions": { "module": "ESNext", "moduleResolution": "Bundler", "allowImportingTsExtensions": true, "noEmit": true } }',
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('import rules', () => {
  it('have a seed each', () => {
    const unseeded = config.forbidden
      .map(({ name }) => name ?? '')
      .filter((name) => !seeds.some(([rule]) => rule === name));
    // Rooms whose only difference is the list of what they may import.
    expect(unseeded.toSorted()).toEqual(['room-engine-checkpoint', 'room-engine-demo', 'room-engine-workers']);
  });

  it.each(seeds)('%s finds a violation in %s', async (rule, file, code) => {
    await rm(path.join(folder, 'src'), { recursive: true, force: true });
    const files = new Map([
      ...empty.map((name) => [name, 'export {};'] as const),
      ['engine/collection/b.ts', "import './a.ts';"] as const,
      [file, code] as const,
    ]);
    for (const [name, text] of files) {
      await mkdir(path.dirname(path.join(folder, 'src', name)), { recursive: true });
      await writeFile(path.join(folder, 'src', name), text);
    }
    expect(await violations(folder)).toContain(rule);
  });
});
