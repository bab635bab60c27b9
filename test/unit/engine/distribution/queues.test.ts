// One suite over every queue: Redis (or Valkey) and PostgreSQL, where they can be had.
import { afterAll, describe, expect, it } from 'vitest';
import { BullShardQueue } from '../../../../src/engine/distribution/bullShardQueue.ts';
import { parseQueue, passwordOf, withoutPassword } from '../../../../src/engine/distribution/queueUrl.ts';
import { startPostgres } from '../../../services/postgres.ts';
import { startRedis } from '../../../services/redis.ts';
import { isMissing } from '../../../services/service.ts';

const services = { Redis: await startRedis(), PostgreSQL: await startPostgres() };
afterAll(async () => {
  for (const service of Object.values(services)) if (!isMissing(service)) await service.stop();
});

const timing = { lockMs: 1500, takeS: 0.5 };

for (const [name, service] of Object.entries(services))
  describe.skipIf(isMissing(service))(
    `the queue in ${name}${isMissing(service) ? ` (skipped: ${service.missing})` : ''}`,
    () => {
      const url = isMissing(service) ? '' : service.url;
      const open = (run: string) => new BullShardQueue(url, `${run}-${process.pid}`, timing);

      it('hands out each shard once, and again what is given back', async () => {
        const [host, worker] = [open('once'), open('once')];
        await host.add(['a', 'b', 'c']);
        await host.add(['b', 'c']);
        expect(await host.counts()).toEqual({ waiting: 3, active: 0 });
        const first = (await worker.take())!;
        expect(await host.counts()).toEqual({ waiting: 2, active: 1 });
        await first.giveBack();
        const taken: string[] = [];
        for (let shard = await worker.take(); shard; shard = await worker.take()) {
          taken.push(shard.shard);
          await shard.finish();
        }
        expect(taken.toSorted()).toEqual(['a', 'b', 'c']);
        expect(await host.counts()).toEqual({ waiting: 0, active: 0 });
        await host.add(['a']);
        expect((await host.counts()).waiting).toBe(1);
        await Promise.all([host.close(), worker.close()]);
      });

      it('hands out nothing while paused, and forgets a run that is over', async () => {
        const [host, worker] = [open('pause'), open('pause')];
        await host.add(['a', 'b']);
        await host.setPaused(true);
        expect(await worker.take()).toBeNull();
        await host.setPaused(false);
        expect(await worker.take()).not.toBeNull();
        await host.clear();
        expect(await host.counts()).toEqual({ waiting: 0, active: 0 });
        await Promise.all([host.close(), worker.close()]);
      });

      it('keeps a lock for as long as its worker lives, and hands the shard on once it is gone', async () => {
        const [host, living, other] = [open('lock'), open('lock'), open('lock')];
        await host.add(['a']);
        const held = (await living.take())!;
        // Longer than a lock lasts without renewal.
        for (const until = Date.now() + 3 * timing.lockMs; Date.now() < until;) expect(await other.take()).toBeNull();
        await living.close();
        let again = null;
        for (const until = Date.now() + 20_000; !again && Date.now() < until;) again = await other.take();
        expect(again?.shard).toBe('a');
        // The first result of two is as good as the second: finishing late is no error.
        await held.finish();
        await again!.finish();
        await Promise.all([host.close(), other.close()]);
      });
    },
  );

describe('a queue that cannot be had', () => {
  it('is told within seconds, not waited for without end', async () => {
    for (const url of ['redis://127.0.0.1:1', 'postgres://nobody@127.0.0.1:1/none']) {
      const queue = new BullShardQueue(url, 'none', { requestMs: 1000 });
      await expect(queue.counts()).rejects.toMatchObject({
        code: 'BACKEND_UNAVAILABLE',
        message: /the queue does not answer/,
      });
      await queue.close();
    }
  });

  it.skipIf(isMissing(services.Redis))('says that a password is wrong', async () => {
    const locked = await startRedis('secret');
    if (isMissing(locked)) return;
    try {
      const url = locked.url.replace('redis://', 'redis://:wrong@');
      const queue = new BullShardQueue(url, 'locked', { requestMs: 2000 });
      const refused = queue.counts();
      await expect(refused).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
      await expect(refused).rejects.not.toThrow(/secret/);
      await queue.close();
      const right = new BullShardQueue(locked.url.replace('redis://', 'redis://:secret@'), 'locked');
      expect(await right.counts()).toEqual({ waiting: 0, active: 0 });
      await right.close();
    } finally {
      await locked.stop();
    }
  });
});

describe('an address of a queue', () => {
  it('is shown without its password', () => {
    expect(withoutPassword('redis://me:secret@host:1/2')).toBe('redis://me@host:1/2');
    expect(withoutPassword('postgres://host/db?password=secret')).not.toContain('secret');
    expect(passwordOf('redis://:a%40b@host')).toBe('a@b');
  });
  it('asks for TLS elsewhere', () => {
    expect(parseQueue('redis://host', {})).toMatchObject({ options: { host: 'host', port: 6379, tls: {} } });
    expect(parseQueue('redis://localhost:7', {}).options).not.toHaveProperty('tls');
    expect(parseQueue('redis://host?tls=off', {}).options).not.toHaveProperty('tls');
    expect(parseQueue('postgres://me@host/db', {}).options).toHaveProperty('ssl', true);
    expect(parseQueue('postgres://me@host/db?sslmode=require', {}).options).not.toHaveProperty('ssl');
    expect(parseQueue('postgres://me@127.0.0.1/db', {}).options).not.toHaveProperty('ssl');
  });
  it('takes the password from the environment', () => {
    expect(parseQueue('redis://host', { CAVMAE_QUEUE_PASSWORD: 'x' })).toMatchObject({ options: { password: 'x' } });
  });
  it('refuses others', () => {
    for (const url of ['', 'amqp://host', 'host:6379']) expect(() => parseQueue(url)).toThrow(/queue/);
  });
});
