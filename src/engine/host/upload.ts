// A file dropped into the window of a browser: streamed to the workspace's uploads folder under a safe name.
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EngineError } from '../../shared/engineError.ts';

const maxNameBytes = 180;

/** A file name that is only a name: no folders, control characters, leading dots or names a system keeps for itself. */
export function safeFileName(given: string): string {
  const base = given.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  let name = base
    // oxlint-disable-next-line no-control-regex -- control characters are what is to be removed
    .replace(/[\u0000-\u001f\u007f<>:"|?*]/g, '_')
    .replace(/^[.\s]+/, '')
    .replace(/[.\s]+$/, '');
  if (/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name)) name = `_${name}`;
  const extension = path.extname(name).slice(0, 20);
  let stem = name.slice(0, name.length - path.extname(name).length);
  while (Buffer.byteLength(stem + extension) > maxNameBytes) stem = stem.slice(0, -1);
  return stem + extension || 'upload';
}

function bounded(maxBytes: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      seen += chunk.byteLength;
      if (seen > maxBytes) done(tooLarge(maxBytes));
      else done(null, chunk);
    },
  });
}

const tooLarge = (maxBytes: number): EngineError =>
  new EngineError(
    'BAD_INPUT',
    `the file is larger than the ${Math.floor(maxBytes / 1024 ** 2)} MiB that may be uploaded`,
    { hint: 'Import it by its path on this machine instead.' },
  );

/**
 * Stores the body of `request`; what was written of a broken-off upload is removed.
 * @returns the absolute path, importable. @throws BAD_INPUT without a name or body, or past `maxBytes`; DISK_FULL.
 */
export async function storeUpload(request: Request, folder: string, maxBytes: number): Promise<string> {
  const header = request.headers.get('x-file-name');
  if (!header)
    throw new EngineError('BAD_INPUT', 'an upload names its file in the x-file-name header', { field: 'x-file-name' });
  if (!request.body) throw new EngineError('BAD_INPUT', 'an upload has a body');
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  let decoded: string;
  try {
    decoded = decodeURIComponent(header);
  } catch {
    throw new EngineError('BAD_INPUT', 'the x-file-name header is not URI-encoded', { field: 'x-file-name' });
  }
  const own = path.join(folder, randomBytes(8).toString('hex'));
  const file = path.join(own, safeFileName(decoded));
  await mkdir(own, { recursive: true });
  try {
    await pipeline(
      Readable.fromWeb(request.body as never),
      bounded(maxBytes),
      createWriteStream(`${file}.part`, { flags: 'wx' }),
      { signal: request.signal },
    );
    await rename(`${file}.part`, file);
  } catch (thrown) {
    await rm(own, { recursive: true, force: true });
    throw EngineError.from(thrown);
  }
  return file;
}
