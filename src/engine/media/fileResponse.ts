// A file as an HTTP response: one byte range (RFC 9110 §14), validators, HEAD. The body is streamed.
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';

export interface FileResponseOptions {
  contentType: string;
  cacheControl: string;
  /** Refuses a file that is not the one expected (its size and time of change in ms). */
  accept?: (file: { sizeBytes: number; modifiedMs: number }) => boolean;
}

type Range = { first: number; last: number } | 'whole' | 'unsatisfiable';

/**
 * What a Range header asks of a file of `size` bytes. Several ranges, other units and nonsense get the whole file, as
 * the RFC allows.
 */
export function parseRange(header: string | null, size: number): Range {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return 'whole';
  if (match[1] === '') {
    const count = Number(match[2]);
    return count === 0 || size === 0 ? 'unsatisfiable' : { first: Math.max(0, size - count), last: size - 1 };
  }
  const first = Number(match[1]);
  if (match[2] !== '' && Number(match[2]) < first) return 'whole';
  if (first >= size) return 'unsatisfiable';
  return { first, last: match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1) };
}

/** Null where the file is gone, is no file, or is refused. */
export async function fileResponse(
  request: Request,
  path: string,
  { contentType, cacheControl, accept }: FileResponseOptions,
): Promise<Response | null> {
  const handle = await open(path, 'r').catch(() => null);
  if (!handle) return null;
  // The open handle is what is checked and served: a link swapped meanwhile changes nothing.
  const file = await handle.stat();
  const facts = { sizeBytes: file.size, modifiedMs: Math.round(file.mtimeMs) };
  if (!file.isFile() || (accept && !accept(facts))) {
    await handle.close();
    return null;
  }
  const etag = `"${file.size.toString(36)}-${Math.round(file.mtimeMs).toString(36)}"`;
  const headers = new Headers({
    'content-type': contentType,
    'cache-control': cacheControl,
    etag,
    'accept-ranges': 'bytes',
    'last-modified': file.mtime.toUTCString(),
  });
  const answer = async (status: number) => {
    await handle.close();
    return new Response(null, { status, headers });
  };
  if (
    request.headers
      .get('if-none-match')
      ?.split(',')
      .some((tag) => tag.trim() === etag || tag.trim() === '*')
  )
    return answer(304);
  const ifRange = request.headers.get('if-range');
  const range = ifRange && ifRange !== etag ? 'whole' : parseRange(request.headers.get('range'), file.size);
  if (range === 'unsatisfiable') {
    headers.set('content-range', `bytes */${file.size}`);
    return answer(416);
  }
  const { first, last } = range === 'whole' ? { first: 0, last: file.size - 1 } : range;
  headers.set('content-length', String(last - first + 1));
  if (range !== 'whole') headers.set('content-range', `bytes ${first}-${last}/${file.size}`);
  const status = range === 'whole' ? 200 : 206;
  if (request.method === 'HEAD' || last < first) return answer(status);
  const stream = handle.createReadStream({ start: first, end: last, highWaterMark: 256 * 1024 });
  return new Response(Readable.toWeb(stream) as ReadableStream<Uint8Array>, { status, headers });
}
