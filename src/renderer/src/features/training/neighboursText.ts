// What came of a distillation, in one sentence.
import type { Job } from '../../../../shared/contract/job.ts';

/** Empty unless the job distilled a model and held out enough clips to compare neighbours. */
export function neighboursText(job: Pick<Job, 'kind' | 'result'> | null): string {
  if (job?.kind !== 'distil' || !job.result) return '';
  const { neighboursKept, neighbours, heldOut } = job.result as {
    neighboursKept: number | null;
    neighbours: number;
    heldOut: number;
  };
  if (neighboursKept === null) return 'Too few clips were held out to compare neighbours.';
  return `On ${heldOut} held-out clips, ${(neighboursKept * neighbours).toFixed(1)} of the ${neighbours} nearest neighbours are the same as the model's it learnt from.`;
}
