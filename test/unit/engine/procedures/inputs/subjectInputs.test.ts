import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEventBus } from '../../../../../src/engine/host/eventBus.ts';
import { WorkspaceMemory } from '../../../../../src/engine/procedures/workspaceMemory.ts';
import type { EngineContext } from '../../../../../src/engine/procedures/engineContext.ts';
import { inputOfSubject } from '../../../../../src/engine/procedures/inputs/subjectInputs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cavmae-subjects-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('prepares an upload once for all who ask at the same time: none reads it while another deletes it', async () => {
  const upload = path.join(folder, 'uploads', 'visitor.mp4');
  mkdirSync(path.dirname(upload));
  writeFileSync(upload, 'film');
  let begun = 0;
  const prepare = async ({ path: file, inputPath }: { path: string; inputPath: string }): Promise<void> => {
    // The second of two would take longer, and meet a file that is gone.
    await new Promise((resolve) => {
      setTimeout(resolve, 20 * ++begun);
    });
    if (!existsSync(file)) throw new Error('the file went away while it was read');
    mkdirSync(path.dirname(inputPath), { recursive: true });
    writeFileSync(inputPath, 'input');
  };
  const context = {
    readOnly: false,
    memory: new WorkspaceMemory(createEventBus()),
    workspace: { path: folder, cachePath: folder, folder: () => path.dirname(upload), media: { known: () => null } },
    media: { calls: { prepare } },
  } as unknown as EngineContext;
  const answers = await Promise.all([
    inputOfSubject(context, { file: upload }),
    inputOfSubject(context, { file: upload }),
  ]);
  expect(answers[0]).toEqual(answers[1]);
  expect(begun).toBe(1);
  expect(existsSync(upload)).toBe(false);
  expect((await inputOfSubject(context, { file: upload })).path).toBe(answers[0]!.path);
  expect(begun).toBe(1);
});
