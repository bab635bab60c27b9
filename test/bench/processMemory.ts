// Resident memory (MiB) and processor time (s) of this process and of its workers, as Linux tells them (/proc).
import { readFileSync, readdirSync } from 'node:fs';

const field = (pid: number | 'self', name: 'VmRSS' | 'VmHWM'): number => {
  try {
    return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
};

/** The process ids of this process's children that run a worker's entry. */
function workers(name: string): number[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .map(Number)
    .filter((pid) => {
      try {
        const parent = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[1];
        return (
          Number(parent) === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`workers/${name}.ts`)
        );
      } catch {
        return false;
      }
    });
}

/** Ticks of the kernel's clock in a second. */
const ticksPerS = 100;

/** Seconds used so far by the worker that runs now. */
export function processorSecondsOf(name: string): number {
  return workers(name).reduce((sum, pid) => {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .split(') ')
      .at(-1)!
      .split(' ')
      .slice(11, 13)
      .map(Number) as [number, number];
    return sum + (user + system) / ticksPerS;
  }, 0);
}

/** Now and at most so far; 0 where the worker does not run. */
export function memoryOf(who: 'host' | 'media' | 'compute' | 'projection'): { nowMiB: number; peakMiB: number } {
  const pids = who === 'host' ? (['self'] as const) : workers(who);
  return {
    nowMiB: Math.round(Math.max(0, ...pids.map((pid) => field(pid, 'VmRSS')))),
    peakMiB: Math.round(Math.max(0, ...pids.map((pid) => field(pid, 'VmHWM')))),
  };
}
