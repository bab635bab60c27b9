// The model's input of what is looked at, fetched once and kept while it is open: sound and ten frames.
import type { TensorFile } from '../../../../shared/wire/safetensors.ts';
import { inputUrl } from '../../../../shared/wire/urls.ts';
import { client } from '../../engine/client.ts';
import { fetchSafetensors } from '../../engine/safetensorsFetch.ts';
import { keyOf, subjectOf } from './shown.ts';
import type { Seen } from './shown.ts';

/** As many as are compared at a time; an input is some 2 MB. */
const most = 2;
const kept = new Map<string, Promise<TensorFile>>();

async function read(seen: Seen): Promise<TensorFile> {
  if ('clipId' in seen) return fetchSafetensors(inputUrl(seen.clipId));
  return fetchSafetensors((await client.inspect.input(subjectOf(seen))).dataUrl);
}

/** @throws what the engine says of a clip or file it cannot read */
export function clipInput(seen: Seen): Promise<TensorFile> {
  const key = keyOf(seen);
  const known = kept.get(key);
  if (known) return known;
  const made = read(seen);
  kept.set(key, made);
  made.catch(() => kept.delete(key));
  for (const oldest of kept.keys()) if (kept.size > most) kept.delete(oldest);
  return made;
}
