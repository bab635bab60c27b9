// What was chosen for a model on this machine, kept beside its graphs, so that the next job need not try again. A
// provider that ended the process while it was tried is remembered as well: it is noted before the trial and taken out
// after it.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { device, extractionChoice, type Device, type ExtractionChoice } from '../../shared/contract/extraction.ts';
import { writeAtomically } from '../base/writeAtomically.ts';

const kept = 64;
const stored = z.object({
  choices: z.array(z.object({ key: z.string(), choice: extractionChoice })),
  /** Being tried now, or the process ended while they were. */
  trying: z.array(z.object({ machine: z.string(), device })),
});
type Stored = z.infer<typeof stored>;

/** Processor, cores and version of onnxruntime: what speed and rounding depend on. */
export function machineKey(): string {
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  return [process.platform, process.arch, os.cpus()[0]?.model ?? '', os.availableParallelism(), version].join('|');
}

export class RememberedChoices {
  private readonly file: string;
  private readonly machine: string;

  /** @param folder where the graphs are kept */
  constructor(folder: string, machine = machineKey()) {
    this.file = join(folder, 'choices.json');
    this.machine = machine;
  }

  private async read(): Promise<Stored> {
    // Missing, or not ours: choices are made anew.
    const text = await readFile(this.file, 'utf8').catch(() => '');
    try {
      return stored.parse(JSON.parse(text));
    } catch {
      return { choices: [], trying: [] };
    }
  }

  private write(content: Stored): Promise<void> {
    return writeAtomically(this.file, Buffer.from(`${JSON.stringify(content, null, 1)}\n`));
  }

  private keyOf(weights: string, wish: string): string {
    return createHash('sha256').update(`${weights}\n${this.machine}\n${wish}`).digest('hex').slice(0, 24);
  }

  /** @param weights names the weights; another state of the file, another name */
  async find(weights: string, wish: string): Promise<ExtractionChoice | null> {
    const key = this.keyOf(weights, wish);
    return (await this.read()).choices.find((one) => one.key === key)?.choice ?? null;
  }

  async remember(weights: string, wish: string, choice: ExtractionChoice): Promise<void> {
    const key = this.keyOf(weights, wish);
    const content = await this.read();
    const others = content.choices.filter((one) => one.key !== key);
    await this.write({ ...content, choices: [{ key, choice }, ...others].slice(0, kept) });
  }

  /** Devices whose trial ended the process on this machine. */
  async crashed(): Promise<Device[]> {
    return (await this.read()).trying.filter(({ machine }) => machine === this.machine).map((one) => one.device);
  }

  async beginTrial(tried: Device): Promise<void> {
    const content = await this.read();
    await this.write({ ...content, trying: [...content.trying, { machine: this.machine, device: tried }] });
  }

  async endTrial(tried: Device): Promise<void> {
    const content = await this.read();
    const open = content.trying.filter((one) => one.machine !== this.machine || one.device !== tried);
    await this.write({ ...content, trying: open });
  }
}
