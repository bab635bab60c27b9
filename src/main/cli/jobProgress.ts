// A job's progress on stderr: a bar on a terminal, a line now and then elsewhere.
import type { Job } from '../../shared/contract/job.ts';
import type { Terminal } from './command.ts';

const width = 28;
const quietMs = 5000;

const clock = (seconds: number): string =>
  seconds < 90
    ? `${Math.round(seconds)} s`
    : seconds < 5400
      ? `${Math.round(seconds / 60)} min`
      : `${(seconds / 3600).toFixed(1)} h`;

export function progressText(job: Job, withBar: boolean): string {
  const parts = [job.title];
  if (job.total) {
    const share = Math.min(1, job.done / job.total);
    if (withBar) parts.push(`[${'#'.repeat(Math.round(share * width)).padEnd(width, '.')}]`);
    parts.push(`${job.done}/${job.total}`);
  } else if (job.done > 0) parts.push(String(job.done));
  if (job.ratePerS)
    parts.push(job.ratePerS >= 1 ? `${job.ratePerS.toFixed(1)}/s` : `${(job.ratePerS * 60).toFixed(1)}/min`);
  if (job.etaS !== null && job.status === 'running') parts.push(`${clock(job.etaS)} left`);
  if (job.failures > 0) parts.push(`${job.failures} failed`);
  if (job.note) parts.push(`(${job.note})`);
  return parts.join(' ');
}

export interface ProgressView {
  show(job: Job): void;
  end(): void;
}

export function createProgressView(terminal: Terminal, now: () => number = Date.now): ProgressView {
  let shownAt = -Infinity;
  let drawn = false;
  return {
    show(job) {
      if (job.status !== 'running') return;
      const wait = terminal.interactive ? 100 : quietMs;
      if (now() - shownAt < wait) return;
      shownAt = now();
      if (terminal.interactive) terminal.err(`\r\u001b[2K${progressText(job, true).slice(0, 150)}`);
      else terminal.err(`${progressText(job, false)}\n`);
      drawn = terminal.interactive;
    },
    end() {
      if (drawn) terminal.err('\r\u001b[2K');
      drawn = false;
    },
  };
}
