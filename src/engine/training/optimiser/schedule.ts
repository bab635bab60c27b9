// What changes over a run: the learning rate, by PyTorch's MultiStepLR with milestones range(start, 1000, every)
// stepped once per epoch, or by a cosine; and the contrastive temperature.

export interface MultiStep {
  start: number;
  every: number;
  gamma: number;
}

/** Factor of epoch e = 1, 2, …: gamma^(number of milestones ≤ e - 1). */
export function multiStepFactor({ start, every, gamma }: MultiStep, epoch: number): number {
  const stepped = epoch - 1;
  if (stepped < start || start >= 1000) return 1;
  return gamma ** (Math.floor((Math.min(stepped, 999) - start) / every) + 1);
}

/**
 * Linear rise over `warmup` steps, then half a cosine from 1 to `floor` at `steps`; step = 0, 1, …. CAV-MAE Sync's
 * recipe ends at a tenth of the rate after a warm-up of a tenth of the run; the small preset ends at zero.
 */
export function cosineFactor(step: number, steps: number, warmup: number, floor = 0): number {
  if (step < warmup) return (step + 1) / warmup;
  return (
    floor +
    ((1 - floor) * (1 + Math.cos((Math.PI * (Math.min(step, steps) - warmup)) / Math.max(1, steps - warmup)))) / 2
  );
}

/** Linear rise over `warmup` steps on top of any other schedule. */
export const warmupFactor = (step: number, warmup: number): number => (step < warmup ? (step + 1) / warmup : 1);

/** Share of a run after which the temperature is the final one. */
const COOLED = 2 / 3;

/**
 * Contrastive temperature of step = 0, 1, …: falls geometrically from `start` to `end` over two thirds of the run, then
 * stays.
 *
 * A small model that starts from random weights at the paper's .05 first learns to give every clip the same embedding,
 * which is the quickest way to the loss of guessing, ln N, and stays there (measured on demo clips and on AV-digits:
 * after 100 steps all sounds within .99 of each other). A mild start leaves the embeddings apart until there is
 * something to tell them by. The paper starts from weights of vision-MAE, which can.
 */
export function temperatureAt(step: number, steps: number, start: number, end: number): number {
  const share = Math.min(1, step / Math.max(1, COOLED * steps));
  return end * (start / end) ** (1 - share);
}

/**
 * Share of the batch's mean taken off the embeddings at step = 0, 1, …: falls in a straight line from `start` to none
 * over two thirds of the run.
 *
 * From random weights the embeddings of all clips are nearly the same vector, and what tells them apart is too small a
 * part of them for the contrastive loss to pull at. Without their mean it is all that is left.
 */
export const centringAt = (step: number, steps: number, start: number): number =>
  start * Math.max(0, 1 - step / Math.max(1, COOLED * steps));
