// Processes clip input files and reads ahead while it computes. A failing file is reported and does not stop the
// rest.
import { EngineError } from '../../shared/engineError.ts';
import type { ErrorCode } from '../../shared/contract/errors.ts';
import type { ClipInput } from '../inference/clipInput.ts';
import { breathe } from '../base/breathe.ts';
import { readClipInput } from './readClipInput.ts';

export interface InputFailure {
  index: number;
  code: ErrorCode;
  message: string;
}

/** Throws what is no fault of the input: a stop, and a disk that is full. */
const failure = (index: number, thrown: unknown): InputFailure => {
  const error = EngineError.from(thrown);
  if (error.code === 'CANCELLED' || error.code === 'DISK_FULL') throw error;
  return { index, code: error.code, message: error.message };
};

type Read = { index: number; clip: ClipInput } | { index: number; thrown: unknown };

/** Computes what belongs together, one by one when that fails: one clip must not take its neighbours with it. */
async function computeKind(
  group: readonly { index: number; clip: ClipInput }[],
  signal: AbortSignal,
  each: (clips: ClipInput[], indices: number[]) => Promise<void>,
): Promise<InputFailure[]> {
  await breathe(signal);
  try {
    await each(
      group.map(({ clip }) => clip),
      group.map(({ index }) => index),
    );
    return [];
  } catch (thrown) {
    const [first] = group.map(({ index }) => failure(index, thrown));
    if (group.length === 1) return [first!];
    const failed: InputFailure[] = [];
    for (const one of group) failed.push(...(await computeKind([one], signal, each)));
    return failed;
  }
}

/**
 * Calls `each` with up to `size` clips of one kind; clips whose kind is null go alone.
 * @throws EngineError CANCELLED once the signal is aborted, DISK_FULL
 */
export async function forInputGroups(
  inputs: readonly string[],
  size: number,
  kindOf: (clip: ClipInput) => string | null,
  signal: AbortSignal,
  each: (clips: ClipInput[], indices: number[]) => Promise<void>,
): Promise<InputFailure[]> {
  const failed: InputFailure[] = [];
  const read = (from: number): Promise<Read[]> =>
    Promise.all(
      inputs.slice(from, from + size).map((path, i) =>
        readClipInput(path).then(
          (clip) => ({ index: from + i, clip }),
          (thrown: unknown) => ({ index: from + i, thrown }),
        ),
      ),
    );
  let next = read(0);
  for (let from = 0; from < inputs.length; from += size) {
    await breathe(signal);
    const current = await next;
    next = read(from + size);
    const kinds = new Map<string, { index: number; clip: ClipInput }[]>();
    for (const one of current) {
      if ('thrown' in one) failed.push(failure(one.index, one.thrown));
      else {
        const kind = kindOf(one.clip) ?? `alone ${one.index}`;
        kinds.set(kind, [...(kinds.get(kind) ?? []), one]);
      }
    }
    for (const group of kinds.values()) failed.push(...(await computeKind(group, signal, each)));
  }
  return failed.toSorted((a, b) => a.index - b.index);
}

/** The same, one clip at a time. */
export const forInputs = (
  inputs: readonly string[],
  signal: AbortSignal,
  each: (clip: ClipInput, index: number) => void,
): Promise<InputFailure[]> =>
  forInputGroups(
    inputs,
    1,
    () => null,
    signal,
    async ([clip], [index]) => each(clip!, index!),
  );
