// What a person calls a recording, found in the collection.
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { EngineError } from '../../shared/engineError.ts';
import type { Session } from './session.ts';

/** A recording of the collection by its path or name. @throws NOT_FOUND */
export async function recordingOf({ client, engine }: Session, name: string): Promise<number> {
  const { media } = engine.context.workspace;
  const real = existsSync(name) ? realpathSync(name) : null;
  const known = media.known(path.resolve(name)) ?? (real ? media.known(real) : null);
  if (known) return known.id;
  const { rows } = await client.events.recordings({ text: path.basename(name), limit: 1000 });
  const alike = rows.filter((row) => row.path === name || path.basename(row.path) === path.basename(name));
  if (alike.length === 1) return alike[0]!.mediaId;
  throw new EngineError(
    'NOT_FOUND',
    alike.length === 0
      ? `there is no recording ${name} in this workspace`
      : `${alike.length} recordings are called ${name}`,
    { path: name, hint: alike.length === 0 ? 'cavmae import adds files.' : 'Give the whole path.' },
  );
}
