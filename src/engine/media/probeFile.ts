// Facts of any file: stills by sharp, everything else (and stills sharp does not know) by the decoder.
import { stat } from 'node:fs/promises';
import { EngineError } from '../../shared/engineError.ts';
import type { MediaDecoder, MediaFacts } from './mediaDecoder.ts';
import { mediaKindOf } from './mediaKind.ts';
import { probeStill } from './still.ts';

export interface FileFacts extends MediaFacts {
  sizeBytes: number;
  modifiedMs: number;
}

/** Throws DECODE_FAILED (nothing to decode), NOT_FOUND or BAD_INPUT (no permission, a folder), each with the path. */
export async function probeFile(decoder: MediaDecoder, path: string, signal?: AbortSignal): Promise<FileFacts> {
  const file = await stat(path);
  if (!file.isFile()) throw new EngineError('BAD_INPUT', 'not a file', { path });
  if (file.size === 0) throw new EngineError('DECODE_FAILED', 'the file is empty (0 bytes)', { path });
  const facts = (mediaKindOf(path) === 'image' ? await probeStill(path) : null) ?? (await decoder.probe(path, signal));
  return { ...facts, sizeBytes: file.size, modifiedMs: Math.round(file.mtimeMs) };
}
