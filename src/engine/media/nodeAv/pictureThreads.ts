// How many threads one picture decoder uses: files are decoded beside each other, so a few are enough.
import { availableParallelism } from 'node:os';

export const pictureThreads = (): number => Math.max(1, Math.min(4, availableParallelism()));
