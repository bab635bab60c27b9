import { expect, test } from 'vitest';
import { SharedAnswers } from '../../../../src/engine/base/sharedAnswers.ts';

test('the same question is answered once for all who ask at the same time, and anew afterwards', async () => {
  const shared = new SharedAnswers<number>();
  let computed = 0;
  const compute = async () => {
    await new Promise(setImmediate);
    return ++computed;
  };
  const asks = () => Promise.all(['a', 'a', 'b', 'a'].map((key) => shared.ask(key, undefined, compute)));
  expect(await asks()).toEqual([1, 1, 2, 1]);
  expect(await shared.ask('a', undefined, compute)).toBe(3);
});

test('who gives up leaves the others their answer; when all have, the computation is stopped', async () => {
  const shared = new SharedAnswers<string>();
  let stopped = false;
  let finish: (answer: string) => void = () => undefined;
  const compute = (signal: AbortSignal) =>
    new Promise<string>((resolve, reject) => {
      finish = resolve;
      signal.addEventListener('abort', () => {
        stopped = true;
        reject(new Error('stopped'));
      });
    });
  const [first, second] = [new AbortController(), new AbortController()];
  const left = shared.ask('a', first.signal, compute);
  const kept = shared.ask('a', second.signal, compute);
  first.abort();
  await expect(left).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(stopped).toBe(false);
  finish('there');
  expect(await kept).toBe('there');

  const alone = new AbortController();
  const nobody = shared.ask('b', alone.signal, compute);
  alone.abort();
  await expect(nobody).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(stopped).toBe(true);
});

test('a failure reaches all, and the next one asks again', async () => {
  const shared = new SharedAnswers<string>();
  const failing = () => Promise.reject<string>(new Error('no'));
  const outcomes = await Promise.allSettled([shared.ask('a', undefined, failing), shared.ask('a', undefined, failing)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await shared.ask('a', undefined, () => Promise.resolve('yes'))).toBe('yes');
});
