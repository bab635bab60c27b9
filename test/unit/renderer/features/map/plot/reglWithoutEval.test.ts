import { describe, expect, it } from 'vitest';
import {
  allowReglWithoutEval,
  interpreted,
} from '../../../../../../src/renderer/src/features/map/plot/reglWithoutEval.ts';

describe('interpreted', () => {
  it('runs what regl generates: linked values, closures, calls on objects, loops', () => {
    const calls: unknown[][] = [];
    const gl = { draw: (...args: unknown[]) => calls.push(args), COUNT: 3 };
    const make = interpreted(
      ['g0', 'g1'],
      '"use strict";var v0,v1=g1.length;v0=g0.COUNT;return {"draw":function(a0){var i;for(i=0;i<v1;++i){g0.draw(a0,g1[i]|v0);}if(!(v0===3)){g0.draw(-1);}},};',
    );
    (make(gl, [4, 8]) as { draw: (a: number) => void }).draw(7);
    expect(calls).toEqual([
      [7, 7],
      [7, 11],
    ]);
  });
  it('keeps apart what was made of the same source', () => {
    const count = () => interpreted(['step'], 'var n=0;return function(){n+=step;return n;};');
    const [one, other] = [count()(1) as () => number, count()(10) as () => number];
    expect([one(), one(), other(), one(), other()]).toEqual([1, 2, 10, 3, 20]);
  });
  it('leaves nothing behind in the page', () => {
    interpreted([], 'leftBehind = 1;')();
    expect('leftBehind' in globalThis).toBe(false);
  });
  it('lets errors of what it calls through', () =>
    expect(() =>
      interpreted(
        ['f'],
        'f()',
      )(() => {
        throw new Error('lost context');
      }),
    ).toThrow('lost context'));
});

describe('allowReglWithoutEval', () => {
  it('answers Function.apply and leaves apply of other functions alone', () => {
    allowReglWithoutEval();
    const add = Function.apply(null, ['a', 'b', 'return a+b'] as never) as unknown as (a: number, b: number) => number;
    expect(add(2, 3)).toBe(5);
    expect(Math.max.apply(null, [1, 9, 4])).toBe(9);
  });
});
