import { describe, expect, it } from 'vitest';
import { inOrder } from '../../../../src/shared/async/inOrder.ts';

function questions() {
  const answers: PromiseWithResolvers<string>[] = [];
  const taken: string[] = [];
  const ask = inOrder(
    (question: string) => {
      const answer = Promise.withResolvers<string>();
      answers.push(answer);
      return answer.promise.then((text) => `${question}: ${text}`);
    },
    (answer) => taken.push(answer),
  );
  return { answers, taken, ask };
}

describe('answers in order', () => {
  it('takes each as it comes, where they come as they were asked for', async () => {
    const { answers, taken, ask } = questions();
    const both = [ask('first'), ask('second')];
    answers[0]!.resolve('yes');
    await both[0];
    expect(taken).toEqual(['first: yes']);
    answers[1]!.resolve('no');
    await both[1];
    expect(taken).toEqual(['first: yes', 'second: no']);
  });
  it('leaves out one that was overtaken', async () => {
    const { answers, taken, ask } = questions();
    const both = [ask('first'), ask('second')];
    answers[1]!.resolve('no');
    await both[1];
    answers[0]!.resolve('yes');
    await both[0];
    expect(taken).toEqual(['second: no']);
  });
  it('tells of an error only to who asked last', async () => {
    const { answers, taken, ask } = questions();
    const both = [ask('first'), ask('second')];
    answers[0]!.reject(new Error('too busy'));
    await expect(both[0]).resolves.toBeUndefined();
    answers[1]!.reject(new Error('gone'));
    await expect(both[1]).rejects.toThrow('gone');
    expect(taken).toEqual([]);
  });
});
