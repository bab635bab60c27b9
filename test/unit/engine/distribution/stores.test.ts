// One suite over every kind of store: a folder, and an S3 server where one can be had.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downloadObject } from '../../../../src/engine/distribution/modelFile.ts';
import type { ObjectStore } from '../../../../src/engine/distribution/objectStore.ts';
import { PatientStore } from '../../../../src/engine/distribution/patientStore.ts';
import { openStore } from '../../../../src/engine/distribution/openStore.ts';
import { checkStoreUrl, parseS3 } from '../../../../src/engine/distribution/storeUrl.ts';
import { EngineError } from '../../../../src/shared/engineError.ts';
import { startS3 } from '../../../services/s3.ts';
import { isMissing, type Service } from '../../../services/service.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cavmae-stores-'));
const s3 = await startS3();
afterAll(async () => {
  if (!isMissing(s3)) await (s3 as Service).stop();
  rmSync(folder, { recursive: true });
});

const kinds: [string, string | null, string][] = [
  ['a folder', pathToFileURL(path.join(folder, 'a store')).href, ''],
  ['S3', isMissing(s3) ? null : s3.url, isMissing(s3) ? ` (skipped: ${s3.missing})` : ''],
];
const text = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes).toString();
const all = async (store: ObjectStore, prefix: string) => {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys.toSorted();
};

for (const [name, url, why] of kinds)
  describe.skipIf(url === null)(`the store in ${name}${why}`, () => {
    let store: ObjectStore;
    beforeAll(async () => {
      store = await openStore(url!, { forMs: 10_000 });
    });
    afterAll(() => store.close());

    it('keeps, replaces, lists and forgets objects', async () => {
      expect(await store.get('none')).toBeNull();
      expect(await store.head('none')).toBeNull();
      await store.put('a/b/one.json', Buffer.from('first'));
      await store.put('a/b/one.json', Buffer.from('second'));
      await store.put('a/two', Buffer.from(''));
      await store.put('other/three', Buffer.from('x'));
      expect(text(await store.get('a/b/one.json'))).toBe('second');
      expect(text(await store.range('a/b/one.json', 2, 5))).toBe('con');
      expect(await store.head('a/b/one.json')).toMatchObject({ key: 'a/b/one.json', bytes: 6 });
      expect(await all(store, 'a/')).toEqual(['a/b/one.json', 'a/two']);
      expect(await all(store, 'a/b/o')).toEqual(['a/b/one.json']);
      expect(await all(store, 'nothing/')).toEqual([]);
      await store.remove('a/two');
      await store.remove('a/two');
      expect(await all(store, 'a/')).toEqual(['a/b/one.json']);
    });

    it('writes conditionally: of many writers one succeeds, and its content stays', async () => {
      const written = await Promise.all(
        Array.from({ length: 12 }, (_, i) => store.putIfAbsent('race/object', Buffer.from(`writer ${i}`))),
      );
      expect(written.filter(Boolean)).toHaveLength(1);
      expect(text(await store.get('race/object'))).toBe(`writer ${written.indexOf(true)}`);
      expect(await store.putIfAbsent('race/object', Buffer.from('late'))).toBe(false);
    });

    it('takes files larger than a part of an upload, and gives them back by ranges', async () => {
      const source = path.join(folder, 'large.bin');
      const bytes = Buffer.alloc(18 * 1024 ** 2, 'cavmae ');
      writeFileSync(source, bytes);
      await store.upload('models/large.bin', source);
      const target = path.join(folder, `${name.replace(/\W/g, '')}.bin`);
      await downloadObject(store, 'models/large.bin', target);
      expect(readFileSync(target).equals(bytes)).toBe(true);
      await expect(downloadObject(store, 'models/none', target)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(readdirSync(folder).filter((file) => file.includes('.part-'))).toEqual([]);
    });

    it('lists more than a page', { timeout: 120_000 }, async () => {
      for (let from = 0; from < 1100; from += 50)
        await Promise.all(Array.from({ length: 50 }, (_, i) => store.put(`many/${from + i}`, Buffer.from('1'))));
      expect(await all(store, 'many/')).toHaveLength(1100);
    });
  });

describe.skipIf(isMissing(s3))('S3', () => {
  it('says that credentials are refused', async () => {
    const key = process.env.AWS_SECRET_ACCESS_KEY;
    process.env.AWS_SECRET_ACCESS_KEY = 'wrong';
    try {
      const wrong = await openStore((s3 as Service).url, { forMs: 0 });
      await expect(wrong.get('a')).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    } finally {
      process.env.AWS_SECRET_ACCESS_KEY = key;
    }
  });
});

describe('an address of a store', () => {
  it('asks for TLS elsewhere, and holds no credentials', () => {
    expect(parseS3('s3://bucket/a/b/?endpoint=https://host:9000')).toEqual({
      bucket: 'bucket',
      prefix: 'a/b/',
      endpoint: 'https://host:9000',
      region: null,
    });
    expect(parseS3('s3://bucket?endpoint=host')).toMatchObject({ prefix: '', endpoint: 'https://host' });
    expect(() => parseS3('s3://bucket/a?endpoint=http://host')).toThrow(/without TLS/);
    expect(parseS3('s3://bucket/a?endpoint=http://host&tls=off').endpoint).toBe('http://host');
    expect(parseS3('s3://bucket/a?endpoint=http://127.0.0.1:1').endpoint).toBe('http://127.0.0.1:1');
    expect(() => checkStoreUrl('s3://key:secret@bucket/a')).toThrow(/no credentials/);
    for (const url of ['', 'bucket', 'http://a/b', 'file://host/a', 's3:///a', 's3://b/a?colour=red'])
      expect(() => checkStoreUrl(url), url).toThrow(EngineError);
  });
});

describe('a store that fails', () => {
  const failing = (code: 'BACKEND_UNAVAILABLE' | 'UNAUTHORIZED', times: number) => {
    let left = times;
    const told: string[] = [];
    const inner = {
      get: () => (left-- > 0 ? Promise.reject(new EngineError(code, 'away')) : Promise.resolve(Buffer.from('here'))),
    } as unknown as ObjectStore;
    return { store: new PatientStore(inner, { forMs: 5000, onWait: (why) => told.push(why) }), told };
  };
  it('is asked again where that may help, and told once', async () => {
    const { store, told } = failing('BACKEND_UNAVAILABLE', 3);
    expect(text(await store.get('a'))).toBe('here');
    expect(told).toEqual(['away']);
  });
  it('is not asked again where it refuses', async () => {
    const { store, told } = failing('UNAUTHORIZED', 1);
    await expect(store.get('a')).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect(told).toEqual([]);
  });
});
