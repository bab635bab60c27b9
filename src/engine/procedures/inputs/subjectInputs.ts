// What Inspect looks at, as the compute worker takes it: a clip of the collection, or a file outside of it, of which nothing is kept but the
// model's input among the others (a cache).
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Subject } from '../../../shared/contract/inspect.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { ClipRecord } from '../../collection/stores.ts';
import { inputPathOf } from '../../media/inputPath.ts';
import { inputOfClip } from './clipInputs.ts';
import type { EngineContext } from '../engineContext.ts';
import { forgetUpload } from '../importing/forgetUpload.ts';

/** `clip` null: a file outside the collection. `path`: its input file. */
export interface SubjectInput {
  clip: ClipRecord | null;
  name: string;
  path: string;
}

const versionOf = async (file: string): Promise<string | null> => {
  const facts = await stat(file).catch(() => null);
  return facts?.isFile() ? `${facts.size}:${facts.mtimeMs}` : null;
};

/** Input of the first ten seconds of a file. An upload is gone after the first time; its input is found again while the cache holds it. */
async function inputOfFile(context: EngineContext, file: string): Promise<string> {
  const { workspace, media, memory } = context;
  const inputs = memory.fileInputs;
  const version = await versionOf(file);
  const before = inputs.get(file);
  if (before && (version === null || version === before.version) && existsSync(before.value)) return before.value;
  if (version === null)
    throw new EngineError('NOT_FOUND', `there is no file ${file}`, {
      path: file,
      ...(before ? { hint: 'It was sent once and is forgotten: drop it again.' } : {}),
    });
  const contentHash = createHash('sha256').update(`${file}|${version}`).digest('hex');
  const input = inputPathOf(workspace.cachePath, { contentHash, startS: 0, endS: 10 });
  async function make(): Promise<void> {
    try {
      await media.calls.prepare({ path: file, inputPath: input, thumbnailPath: null });
      inputs.set(file, { version, value: input });
    } finally {
      // Also where it cannot be read.
      await forgetUpload(context, file);
      memory.preparing.delete(input);
    }
  }
  // One preparation at a time, also where nobody waits for the first any more: whichever ended first would delete an upload that the
  // other is reading.
  const work = memory.preparing.get(input) ?? make();
  memory.preparing.set(input, work);
  await work;
  return input;
}

/** @throws EngineError NOT_FOUND for an unknown clip or file, DECODE_FAILED with the path */
export async function inputOfSubject(
  context: EngineContext,
  { clipId, file }: Subject,
  signal?: AbortSignal,
): Promise<SubjectInput> {
  if (clipId !== undefined) {
    const { clip, path: input } = await inputOfClip(context, clipId, signal);
    return { clip, name: path.basename(clip.absolutePath), path: input };
  }
  const resolved = path.resolve(file ?? '');
  return { clip: null, name: path.basename(resolved), path: await inputOfFile(context, resolved) };
}
