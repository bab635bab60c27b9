// What a pretraining learnt of sound and picture belonging together, in one sentence.
import type { Job, JobDetail } from '../../../../shared/contract/job.ts';
import { plural } from '../../../../shared/plural.ts';

interface Retrieval {
  clips: number;
  a2v: { r1: number; r10: number };
  v2a: { r1: number; r10: number };
}

/** Empty unless the job pretrained a model and could measure retrieval on held-out clips. */
export function retrievalText(job: Pick<Job | JobDetail, 'kind' | 'result'> | null): string {
  if (job?.kind !== 'pretrain') return '';
  const { retrieval } = (job.result ?? {}) as { retrieval?: Retrieval | null };
  if (!retrieval) return '';
  const share = (value: number): string => `${Math.round(value * 100)} %`;
  const { clips, a2v, v2a } = retrieval;
  return `Among ${plural(clips, 'held-out clip')}, a sound finds its own picture first in ${share(a2v.r1)} and among ten in ${share(a2v.r10)}; a picture its sound in ${share(v2a.r1)} and ${share(v2a.r10)}.`;
}
