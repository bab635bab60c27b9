import { expect, test } from 'vitest';
import { createRequestsAtOnce } from '../../../../src/main/web/requestsAtOnce.ts';

test('each client has so many requests under way, and room again when they end, also badly', async () => {
  const requests = createRequestsAtOnce(2);
  const ends: ((outcome: 'good' | 'bad') => void)[] = [];
  const ask = (client: string) =>
    requests.run(
      client,
      () =>
        new Promise<string>((resolve, reject) =>
          ends.push((outcome) => (outcome === 'good' ? resolve('answered') : reject(new Error('failed')))),
        ),
      () => 'busy',
    );
  const [first, second] = [ask('a'), ask('a')];
  expect(await ask('a')).toBe('busy');
  const other = ask('b');
  ends[0]!('good');
  ends[1]!('bad');
  ends[2]!('good');
  expect(await first).toBe('answered');
  await expect(second).rejects.toThrow('failed');
  expect(await other).toBe('answered');
  const again = ask('a');
  ends[3]!('good');
  expect(await again).toBe('answered');
});
