// Detectors on the command line: listed, renamed, removed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Workspace } from '../../../../../src/engine/collection/workspace.ts';
import { runCli } from '../../../../../src/main/cli/program.ts';

it('lists detectors, renames one by its name and removes it by its number', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cavmae-detectors-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const workspace = Workspace.open(folder);
  const schema = workspace.schemas.create({ name: 'Birds', multiLabel: true, classes: ['wren'] });
  const detectorId = workspace.detectors.create({
    schemaId: schema.id,
    name: 'Dawn',
    mode: 'audio',
    classes: schema.classes.map(({ id, name }) => ({ classId: id, name })),
    seed: 1,
    metrics: null,
    entrySeq: 0,
    file: join(folder, 'dawn.safetensors'),
  } as never);
  workspace.close();
  const run = async (...options: string[]): Promise<{ code: number; names: string[]; err: string }> => {
    let [code, out, err] = [0, '', ''];
    await runCli(['events', 'detectors', ...options, '--workspace', folder, '--json'], {
      out: (text) => (out += text),
      err: (text) => (err += text),
      interactive: false,
      exit: (given) => (code = given),
    });
    return { code, err, names: out ? (JSON.parse(out) as { name: string }[]).map(({ name }) => name) : [] };
  };
  expect(await run()).toMatchObject({ code: 0, names: ['Dawn'] });
  expect(await run('--rename', 'Dawn', 'Dawn chorus')).toMatchObject({ code: 0, names: ['Dawn chorus'] });
  expect((await run('--rename', 'Dawn chorus')).code).toBe(2);
  expect((await run('--remove', 'Dusk')).err).toContain('there is no detector Dusk');
  expect(await run('--remove', String(detectorId))).toMatchObject({ code: 0, names: [] });
});
