// What a benchmark found: a table for people, one JSON document with `--json`, as `cavmae bench --json` asks for.
import os from 'node:os';

/** Arguments without the flag. */
export const benchArguments = process.argv.slice(2).filter((argument) => argument !== '--json');
const json = process.argv.includes('--json');

export const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits));

/** @param rows figures by what was measured, with ratios where there is something to compare with */
export function report(title: string, rows: Record<string, Record<string, number | string | null>>): void {
  const machine = {
    cores: os.availableParallelism(),
    processor: os.cpus()[0]?.model ?? 'unknown',
    load: rounded(os.loadavg()[0] ?? 0),
  };
  if (json) process.stdout.write(`${JSON.stringify({ title, ...machine, figures: rows })}\n`);
  else {
    console.log(`${title}; ${machine.cores} cores of ${machine.processor}, load ${machine.load}`);
    console.table(rows);
  }
}
