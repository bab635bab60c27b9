// Arrays that a caller preprocessed by hand, checked before any tensor is made of them.
import { EngineError } from '../../shared/engineError.ts';

export interface ArrayInput {
  shape: number[];
  data: Float32Array;
}

const list = (shape: readonly (number | string)[]): string => `[${shape.join(', ')}]`;

function firstBadPlace({ shape, data }: ArrayInput): string | null {
  let at = data.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return null;
  const value = data[at];
  const place = shape.map(() => 0);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    place[axis] = at % shape[axis]!;
    at = Math.floor(at / shape[axis]!);
  }
  return `${value} at ${list(place)}`;
}

/**
 * @param expected sizes after the first axis, N
 * @throws EngineError BAD_INPUT naming the array, its shape and the one needed, or the place of the first NaN or
 * infinity
 */
export function checkedArray(name: string, input: ArrayInput, expected: readonly number[], batch?: number): ArrayInput {
  const { shape, data } = input;
  const fail = (why: string): never => {
    throw new EngineError('BAD_INPUT', why, { field: name });
  };
  const fits =
    shape.length === expected.length + 1 &&
    expected.every((size, axis) => size === shape[axis + 1]) &&
    (batch === undefined || shape[0] === batch);
  if (!fits) fail(`${name} has shape ${list(shape)}, the model needs ${list([batch ?? 'N', ...expected])}`);
  if (shape[0] === 0) fail(`${name} has shape ${list(shape)}: it holds no item`);
  if (data.length !== shape.reduce((n, d) => n * d, 1))
    fail(`${name} has shape ${list(shape)}, but ${data.length} values`);
  const bad = firstBadPlace(input);
  if (bad) fail(`${name} holds values that are not finite numbers: ${bad}`);
  return input;
}
