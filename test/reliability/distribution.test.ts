// Extraction by several machines with real services: workers, queue and host are killed, objects damaged, work handed out twice. Each run
// has to end with the embeddings of one machine, to the bit.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres } from '../services/postgres.ts';
import { startRedis } from '../services/redis.ts';
import { startS3 } from '../services/s3.ts';
import { isMissing, type Missing, type Service } from '../services/service.ts';
import {
  embedArgs,
  embedHere,
  kill,
  makeCollection,
  run,
  said,
  shardsDone,
  start,
  until,
  vectorsOf,
  worker,
} from './distributedRuns.ts';

const clips = 18;
const base = mkdtempSync(path.join(tmpdir(), 'cavmae-distribution-'));
const [redis, postgres, s3] = [await startRedis(), await startPostgres(), await startS3()];
const services: (Service | Missing)[] = [redis, postgres, s3];
let collection: Awaited<ReturnType<typeof makeCollection>>;
let alone: Map<string, string>;
const url = (service: Service | Missing): string => (service as Service).url;
const why = (...needed: (Service | Missing)[]): string => {
  const missing = needed.filter(isMissing).map((one) => one.missing);
  return missing.length > 0 ? ` (skipped: ${missing.join('; ')})` : '';
};
const folderStore = (name: string): string => pathToFileURL(path.join(base, name)).href;

interface Embedded {
  embedded: number;
  skipped: number;
  failed: unknown[];
  remaining: number;
  run: string;
  shards: number;
}

beforeAll(async () => {
  collection = await makeCollection(base, clips);
  const single = collection.workspace('alone');
  await embedHere(single);
  alone = vectorsOf(single);
  if (alone.size !== 3 * clips) throw new Error(`one machine embedded ${alone.size / 3} of ${clips} clips`);
}, 300_000);
afterAll(async () => {
  for (const service of services) if (!isMissing(service)) await service.stop();
  rmSync(base, { recursive: true, force: true });
});

describe('an array of tasks without any service', () => {
  it('embeds as one machine does, task by task', async () => {
    const [workspace, store] = [collection.workspace('array'), folderStore('array-store')];
    const planned = await run<Embedded>(embedArgs(workspace, store, '--no-wait'));
    expect(planned).toMatchObject({ code: 3, document: { embedded: 0, shards: 6, remaining: 6 } });
    for (const task of ['1/2', '2/2']) {
      const done = await run<Embedded>(['embed', '--shard', task, '--store', store]);
      expect(done, done.errors).toMatchObject({ code: 0, document: { failed: [] } });
    }
    const imported = await run<Embedded>(embedArgs(workspace, store));
    expect(imported, imported.errors).toMatchObject({ code: 0, document: { embedded: clips, remaining: 0 } });
    expect(vectorsOf(workspace)).toEqual(alone);
    const again = await run<Embedded>(embedArgs(workspace, store));
    expect(again.document).toMatchObject({ embedded: 0, skipped: clips });
    // Beside another machine's workspace, a part of it.
    const other = path.join(base, 'other');
    const some = await run<{ added: number; embedded: number }>([
      'import',
      'embeddings',
      store,
      '--where',
      'path~clip-0',
      '--workspace',
      other,
    ]);
    expect(some, some.errors).toMatchObject({ code: 0, document: { added: 10, embedded: 10 } });
    const vectors = vectorsOf(other);
    expect(vectors.size).toBe(30);
    for (const [key, vector] of vectors) expect(vector).toBe(alone.get(key));
  });

  it('refuses a model that is not the one of the run, and tells it', async () => {
    const store = folderStore('wrong-model');
    const workspace = collection.workspace('wrong');
    const published = await run<Embedded>([
      'embed',
      '--model',
      'shipped',
      '--workspace',
      workspace,
      '--store',
      store,
      '--no-wait',
    ]);
    expect(published.code, published.errors).toBe(3);
    const folder = path.join(base, 'wrong-model', 'models');
    const [hash] = readdirSync(folder);
    const [file] = readdirSync(path.join(folder, hash!));
    const bytes = readFileSync(path.join(folder, hash!, file!));
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(path.join(folder, hash!, file!), bytes);
    const refused = await run(['embed', '--shard', '0/1', '--store', store]);
    expect(refused).toMatchObject({ code: 2, errors: /the model .* has the hash .*, this run was made with/ });
    expect(
      readdirSync(path.join(base, 'wrong-model', 'sets')).flatMap((set) =>
        readdirSync(path.join(base, 'wrong-model', 'sets', set)),
      ),
    ).not.toContain('parts');
  });

  it('says what is missing, in one line', async () => {
    expect(await run(['embed', '--shard', '0/1', '--store', folderStore('empty')])).toMatchObject({
      code: 2,
      errors: /no run is open/,
    });
    expect(
      await run(['embed', '--queue', 'redis://127.0.0.1:1', '--workspace', collection.workspace('none')]),
    ).toMatchObject({ code: 2, errors: /--store is missing/ });
    expect(await run(['embed', '--shard', '9/2', '--store', folderStore('empty')])).toMatchObject({
      code: 2,
      errors: /no share of an array/,
    });
    expect(await run(['worker', '--queue', 'redis://127.0.0.1:1'])).toMatchObject({
      code: 2,
      errors: /--store is missing/,
    });
  });
});

const chains: [string, Service | Missing, () => string, (Service | Missing)[]][] = [
  ['Redis and a folder', redis, () => folderStore('redis-store'), [redis]],
  ['PostgreSQL and S3', postgres, () => url(s3), [postgres, s3]],
];
for (const [name, queue, store, needed] of chains)
  describe.skipIf(needed.some(isMissing))(`${name}${why(...needed)}`, () => {
    it('embed as one machine does, though a worker and the host are killed', async () => {
      const workspace = collection.workspace(name.replaceAll(' ', '-'));
      const args = embedArgs(workspace, store(), '--queue', url(queue), '--json');
      let host = start(args);
      const workers = [worker(store(), url(queue)), worker(store(), url(queue))];
      const lost = workers[0]!;
      try {
        await until('a shard is done', () => workers.some((one) => shardsDone(one) > 0));
        kill(lost);
        kill(host);
        await host.ended;
        host = start(args);
        await until('the host ends', () => host.child.exitCode !== null, 120_000);
        expect(await host.ended, host.errors()).toBe(0);
        expect(vectorsOf(workspace)).toEqual(alone);
        workers[1]!.child.kill('SIGTERM');
        expect(await workers[1]!.ended).toBe(0);
        expect(said(workers[1]!).at(-1)).toMatchObject({ event: 'stopped' });
      } finally {
        for (const one of [host, ...workers]) kill(one);
      }
    });
  });

describe.skipIf(isMissing(redis))(`a queue that is lost${why(redis)}`, () => {
  it('costs nothing: the host fills a new one', async () => {
    const queue = await startRedis();
    if (isMissing(queue)) return;
    const [workspace, store] = [collection.workspace('lost-queue'), folderStore('lost-queue-store')];
    const host = start(embedArgs(workspace, store, '--queue', queue.url, '--json'));
    const one = worker(store, queue.url);
    let second: Awaited<ReturnType<typeof startRedis>> | null = null;
    try {
      await until('a shard is done', () => shardsDone(one) > 0);
      await queue.kill();
      second = await startRedis(undefined, queue.port);
      await until('the host ends', () => host.child.exitCode !== null, 120_000);
      expect(await host.ended, host.errors()).toBe(0);
      expect(vectorsOf(workspace)).toEqual(alone);
    } finally {
      for (const command of [host, one]) kill(command);
      if (second && !isMissing(second)) await second.stop();
    }
  });
});
