// How far a job is, in words.
import { isActive } from '../../stores/jobs.ts';
import type { Job } from '../../../../shared/contract/job.ts';

const number = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 });

/** E.g. `240 of 1,200 · 3.4/s · decoding`, `waiting`, `done`. */
export function progressText(job: Job): string {
  const amount =
    job.total !== null && job.total > 0
      ? `${number(Math.floor(job.done))} of ${number(job.total)}`
      : job.done > 0
        ? number(Math.floor(job.done))
        : null;
  if (!isActive(job))
    return [job.status, job.status === 'done' ? (amount ? number(Math.floor(job.done)) : null) : amount]
      .filter(Boolean)
      .join(' · ');
  const state = job.status === 'queued' ? 'waiting' : job.status === 'paused' ? 'paused' : null;
  const rate =
    job.status === 'running' && job.ratePerS !== null
      ? job.ratePerS >= 1
        ? `${number(job.ratePerS)}/s`
        : `${number(job.ratePerS * 60)}/min`
      : null;
  return [state, amount, rate, job.note].filter(Boolean).join(' · ');
}
