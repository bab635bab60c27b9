// Learning rate by milestones: PyTorch's MultiStepLR with milestones range(start, 1000, every), stepped once per epoch.

export interface MultiStep { start: number; every: number; gamma: number }

/** Factor of epoch e = 1, 2, …: gamma^(number of milestones ≤ e - 1). */
export function multiStepFactor({ start, every, gamma }: MultiStep, epoch: number): number {
  const stepped = epoch - 1;
  if (stepped < start || start >= 1000) return 1;
  return gamma ** (Math.floor((Math.min(stepped, 999) - start) / every) + 1);
}

/** Linear rise over `warmup` steps, then half a cosine to zero at `steps`; step = 0, 1, …. For the small pretraining preset, not the paper's. */
export function cosineFactor(step: number, steps: number, warmup: number): number {
  if (step < warmup) return (step + 1) / warmup;
  return 0.5 * (1 + Math.cos((Math.PI * (step - warmup)) / Math.max(1, steps - warmup)));
}
