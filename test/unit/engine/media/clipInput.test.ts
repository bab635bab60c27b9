import { afterAll, describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureClipInput, type ClipInputMaker } from '../../../../src/engine/media/clipInput.ts';
import { EngineError } from '../../../../src/shared/engineError.ts';

const path = mkdtempSync(join(tmpdir(), 'cavmae-clip-input-'));
afterAll(() => rmSync(path, { recursive: true, force: true }));
const clip = (contentHash: string) => ({
  absolutePath: '/films/a.mp4',
  kind: 'video' as const,
  startS: 0,
  endS: 10,
  contentHash: contentHash.padEnd(64, '0'),
});

/** A worker whose preparations end when the test says so, or are cancelled. */
function worker() {
  const ends: ((error?: Error) => void)[] = [];
  const prepare: ClipInputMaker['media']['calls']['prepare'] = (_, { signal } = {}) =>
    new Promise<void>((resolve, reject) => {
      ends.push((error) => (error ? reject(error) : resolve()));
      signal?.addEventListener('abort', () => reject(new EngineError('CANCELLED', 'cancelled')));
    });
  return { ends, maker: { workspace: { path }, media: { calls: { prepare } } } };
}
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('ensureClipInput', () => {
  it('prepares a clip once for all who ask', async () => {
    const { ends, maker } = worker();
    const all = [ensureClipInput(maker, clip('a')), ensureClipInput(maker, clip('a'))];
    await settled();
    expect(ends).toHaveLength(1);
    ends[0]!();
    expect(new Set(await Promise.all(all)).size).toBe(1);
  });

  it('goes on for the others when the first who asked gives up', async () => {
    const { ends, maker } = worker();
    const first = new AbortController();
    const all = Promise.allSettled([
      ensureClipInput(maker, clip('b'), { signal: first.signal }),
      ensureClipInput(maker, clip('b')),
      ensureClipInput(maker, clip('b')),
    ]);
    await settled();
    first.abort();
    await settled();
    expect(ends).toHaveLength(2);
    ends[1]!();
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  });

  it('tells everyone who asked why a clip cannot be prepared', async () => {
    const { ends, maker } = worker();
    const all = Promise.allSettled([ensureClipInput(maker, clip('c')), ensureClipInput(maker, clip('c'))]);
    await settled();
    ends[0]!(new EngineError('DECODE_FAILED', 'a.mp4 cannot be decoded'));
    expect(
      (await all).map((one) => (one.status === 'rejected' ? (one.reason as EngineError).code : one.status)),
    ).toEqual(['DECODE_FAILED', 'DECODE_FAILED']);
    expect(ends).toHaveLength(1);
  });
});
