// The model's input of what is looked at, fetched once and kept while it is open: sound and ten frames.
import type { TensorFile } from '../../../../shared/wire/safetensors.ts';
import { paperSizes } from '../../../../shared/signal/patchGrid.ts';
import { inputUrl } from '../../../../shared/wire/urls.ts';
import { client } from '../../engine/client.ts';
import { fetchSafetensors } from '../../engine/safetensorsFetch.ts';
import { keyOf, subjectOf } from './workbench/shown.ts';
import type { Seen } from './workbench/shown.ts';

/** A clip as two models take it, and the one before; an input is some 2 MB. */
const most = 4;
const kept = new Map<string, Promise<TensorFile>>();

async function read(seen: Seen, imgSize: number): Promise<TensorFile> {
  if ('clipId' in seen && imgSize === paperSizes.imgSize) return fetchSafetensors(inputUrl(seen.clipId));
  return fetchSafetensors((await client.inspect.input({ ...subjectOf(seen), imgSize })).dataUrl);
}

/** With frames of `imgSize` pixels a side. @throws what the engine says of a clip or file it cannot read */
export function clipInput(seen: Seen, imgSize = paperSizes.imgSize): Promise<TensorFile> {
  const key = `${keyOf(seen)} ${imgSize}`;
  const known = kept.get(key);
  if (known) return known;
  const made = read(seen, imgSize);
  kept.set(key, made);
  made.catch(() => kept.delete(key));
  for (const oldest of kept.keys()) if (kept.size > most) kept.delete(oldest);
  return made;
}
