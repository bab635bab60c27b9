import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../../../src/shared/contract/errors.ts';
import { failureFrom, fieldOf, nextSteps } from '../../../../src/renderer/src/engine/failure.ts';
import { latest } from '../../../../src/shared/async/latest.ts';

describe('failureFrom', () => {
  it('keeps the engine’s words and its hint', () => {
    expect(
      failureFrom(
        Object.assign(new Error('no such class'), { code: 'NOT_FOUND', data: { hint: 'Reload.', path: 'a.mp4' } }),
      ),
    ).toEqual({ code: 'NOT_FOUND', message: 'no such class', hint: 'Reload.', path: 'a.mp4' });
  });
  it('has a next step where the engine gave none', () =>
    expect(failureFrom({ code: 'DISK_FULL', message: 'full' }).hint).toMatch(/Free some space/));
  it('tells an engine out of reach from its errors', () =>
    expect(failureFrom(new TypeError('Failed to fetch'))).toMatchObject({ code: 'UNREACHABLE' }));
  it('calls an abort a cancellation', () =>
    expect(failureFrom(new DOMException('x', 'AbortError')).code).toBe('CANCELLED'));
});

describe('latest', () => {
  it('drops answers and errors that were overtaken', async () => {
    const settle: ((ok: boolean) => void)[] = [];
    const ask = latest(
      (name: string) =>
        new Promise<string>((resolve, reject) => {
          settle.push((ok) => (ok ? resolve(name) : reject(new Error(name))));
        }),
    );
    const [a, b, c] = [ask('a'), ask('b'), ask('c')];
    settle[2]!(true);
    settle[0]!(true);
    settle[1]!(false);
    expect(await Promise.all([a, b, c])).toEqual([undefined, undefined, 'c']);
  });
  it('lets the newest error through', async () => {
    await expect(
      latest(async () => {
        throw new Error('no');
      })(),
    ).rejects.toThrow('no');
  });
});

describe('next steps', () => {
  it('exist for every code of the contract, as whole sentences', () => {
    for (const code of [...errorCodes, 'UNREACHABLE'] as const)
      expect(nextSteps[code], code).toMatch(/^[A-Z].{20,}\.$/);
  });
  it('are given for codes this page does not know yet', () =>
    expect(failureFrom({ code: 'NEW_IN_NEXT_VERSION', message: 'x' }).hint).toMatch(/Try once more/));
});

it('names the refused part of a question, and none where the engine names none', () => {
  expect(fieldOf({ code: 'NOT_FOUND', message: 'there is no column moon', data: { field: 'column' } })).toBe('column');
  for (const thrown of [{ code: 'NOT_FOUND', message: 'x' }, new Error('no column'), null, undefined])
    expect(fieldOf(thrown)).toBeNull();
});
