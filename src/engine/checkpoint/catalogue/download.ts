// Fetching a large file: progress, resume where it broke off, and refusal of what is not what was promised. The part
// already there lies beside the target as `<path>.partial`, with what it is a part of in `<path>.partial.json`.
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../../../shared/engineError.ts';
import { contentHash } from '../../base/contentHash.ts';

export interface DownloadOptions {
  signal?: AbortSignal;
  progress?(bytes: number, total: number | null): void;
  /** Known in advance: another length or hash is refused. */
  expected?: { bytes?: number | undefined; sha256?: string | undefined };
  /** Longest silence of the server before the connection is given up and tried again. */
  stallMs?: number;
  /** Attempts in a row that bring nothing new before giving up. */
  attempts?: number;
  /** Wait before another attempt, times the number of fruitless ones. */
  retryMs?: number;
  maxBytes?: number;
}

interface Part {
  url: string;
  etag: string | null;
  total: number | null;
}

/** Nothing more to be had by trying again. */
const refuse = (message: string, url: string, hint?: string): EngineError =>
  new EngineError('BAD_INPUT', message, { path: url, ...(hint && { hint }) });
const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );
const partFile = (to: string): string => `${to}.partial`;

async function knownPart(to: string, url: string): Promise<{ part: Part; have: number }> {
  const fresh = { part: { url, etag: null, total: null }, have: 0 };
  const text = await readFile(`${partFile(to)}.json`, 'utf8').catch(() => null);
  if (text === null) return fresh;
  try {
    const part = JSON.parse(text) as Part;
    return part.url === url ? { part, have: await sizeOf(partFile(to)) } : fresh;
  } catch {
    return fresh;
  }
}

/** What the answer's headers say of the file; where its bytes begin. */
function readHeaders(
  response: Response,
  url: string,
  have: number,
): { start: number; total: number | null; etag: string | null } {
  const { status, headers } = response;
  if (status >= 400 && status < 500 && status !== 408 && status !== 429)
    throw refuse(
      `the server answers ${status} ${response.statusText}`.trim(),
      url,
      'The authors may have moved the file. Get it from their page and add it.',
    );
  if (status !== 200 && status !== 206)
    throw new EngineError('INTERNAL', `the server answers ${status}`, { path: url });
  if (headers.get('content-type')?.startsWith('text/html'))
    throw refuse(
      'the server sends a web page instead of the file',
      url,
      'Open the link in a browser, save the file and add it.',
    );
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
  const start = status === 206 ? Number(range?.[1] ?? -1) : 0;
  if (start !== 0 && start !== have) throw refuse(`the server sends bytes from ${start} when asked for ${have}`, url);
  const length = headers.get('content-length');
  const total =
    status === 206 ? (range?.[2] === '*' ? null : Number(range?.[2])) : length === null ? null : Number(length);
  return { start, total, etag: headers.get('etag') };
}

/** One connection. Returns the length the file has now; throws when it breaks, with what came so far kept. */
async function fetchOnce(
  url: string,
  to: string,
  options: DownloadOptions,
): Promise<{ have: number; total: number | null }> {
  const { signal, progress, expected, stallMs = 60_000, maxBytes = 8e9 } = options;
  const { part, have } = await knownPart(to, url);
  if (part.total !== null && have === part.total) return { have, total: part.total };
  // One controller for both ends: a composed signal may be collected before it fires.
  const ended = new AbortController();
  const timer = setTimeout(() => ended.abort(new Error(`the server sent nothing for ${stallMs / 1000} s`)), stallMs);
  const stop = (): void => ended.abort(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  const headers = {
    'accept-encoding': 'identity',
    ...(have > 0 && { range: `bytes=${have}-`, ...(part.etag && { 'if-range': part.etag }) }),
  };
  try {
    const response = await fetch(url, { headers, signal: ended.signal });
    if (response.status === 416) {
      await rm(partFile(to), { force: true });
      throw new EngineError('INTERNAL', 'the server has fewer bytes than were already there; starting again', {
        path: url,
      });
    }
    const { start, total, etag } = readHeaders(response, url, have);
    if (expected?.bytes !== undefined && total !== null && total !== expected.bytes)
      throw refuse(`the server offers ${total} bytes, the file has ${expected.bytes}`, url);
    if ((total ?? 0) > maxBytes) throw refuse(`the server offers ${total} bytes, more than a model has`, url);
    await writeFile(`${partFile(to)}.json`, JSON.stringify({ url, etag, total } satisfies Part));
    const file = await open(partFile(to), start > 0 ? 'a' : 'w');
    let at = start;
    try {
      for await (const chunk of response.body ?? []) {
        timer.refresh();
        at += (chunk as Uint8Array).length;
        if (at > (total ?? maxBytes))
          throw refuse(`the server sends more than the ${total ?? maxBytes} bytes it announced`, url);
        await file.writeFile(chunk as Uint8Array);
        progress?.(at, total);
      }
    } finally {
      await file.close();
    }
    return { have: at, total };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

/** Forgets what was fetched so far. */
export async function discardPart(to: string): Promise<void> {
  await Promise.all([rm(partFile(to), { force: true }), rm(`${partFile(to)}.json`, { force: true })]);
}

/**
 * Fetches `url` to the file `to`, which appears only when complete. When it breaks off it goes on from there, now and
 * in a later call.
 * @returns the SHA-256 of what came
 * @throws EngineError CANCELLED (the part is kept), BAD_INPUT (refused or not what was promised; the part is dropped),
 * DISK_FULL, INTERNAL
 *   (the connection keeps breaking; the part is kept)
 */
export async function download(url: string, to: string, options: DownloadOptions = {}): Promise<string> {
  const { signal, expected, attempts = 6, retryMs = 1000 } = options;
  await mkdir(dirname(to), { recursive: true });
  let fruitless = 0;
  for (let before = await sizeOf(partFile(to)); ;) {
    try {
      const { have, total } = await fetchOnce(url, to, options);
      const promised = expected?.bytes ?? total;
      if (promised === null || have === promised) break;
      throw new EngineError('INTERNAL', `the connection ended after ${have} of ${promised} bytes`, { path: url });
    } catch (thrown) {
      if (signal?.aborted) throw new EngineError('CANCELLED', 'the download was stopped', { path: url }, thrown);
      const error = EngineError.from(thrown);
      if (error.code === 'BAD_INPUT') await discardPart(to);
      if (error.code !== 'INTERNAL' && error.code !== 'CANCELLED') throw error;
      const have = await sizeOf(partFile(to));
      fruitless = have > before ? 0 : fruitless + 1;
      before = have;
      if (fruitless >= attempts)
        throw new EngineError(
          'INTERNAL',
          `the download keeps breaking off: ${error.message}`,
          { path: url, hint: 'What was fetched is kept; try again later.' },
          thrown,
        );
      await sleep(retryMs * fruitless, undefined, signal ? { signal } : {}).catch(() => undefined);
    }
  }
  const hash = await contentHash(partFile(to));
  if (expected?.sha256 && hash !== expected.sha256) {
    await discardPart(to);
    throw refuse(
      `the file that came is not the one expected (SHA-256 ${hash} instead of ${expected.sha256})`,
      url,
      'It was dropped. The server may be compromised, or the file was replaced.',
    );
  }
  await rename(partFile(to), to);
  await rm(`${partFile(to)}.json`, { force: true });
  return hash;
}
