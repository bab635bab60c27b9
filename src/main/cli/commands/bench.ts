// cavmae bench: the benchmark scripts of the source checkout, each in a process of its own.
import type { Command } from 'commander';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';
import { plain, type Answer, type Terminal } from '../command.ts';

interface Bench {
  script: string;
  args: string[];
  about: string;
}

const benches: Record<string, Bench> = {
  preprocess: { script: 'preprocessSpeed.ts', args: [], about: 'fbank, frames: times faster than real time' },
  embed: {
    script: 'embedClip.ts',
    args: ['small', '3'],
    about: 'embedding against the straightforward way, small size',
  },
  'embed-base': { script: 'embedClip.ts', args: ['base', '3'], about: "the same at the paper's size; minutes, 3 GB" },
  head: { script: 'headSpeed.ts', args: [], about: 'training a classifier head against its aim' },
  map: { script: 'umapSpeed.ts', args: ['5000', '--umap-js'], about: 'the map of 5,000 clips, beside umap-js' },
};
/** What runs when nothing is named: seconds, not minutes. */
const usual = ['preprocess', 'embed', 'head'];

const folder = path.resolve(import.meta.dirname, '../../../../test/bench');

/** Its last line is its document; the rest goes to stderr. */
async function figuresOf({ script, args }: Bench, terminal: Terminal): Promise<unknown> {
  const child = spawn(process.execPath, [path.join(folder, script), ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = () => child.kill();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err = `${err}${text}`.slice(-4000)));
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) =>
    child.once('close', (...ended) => resolve(ended)).once('error', reject),
  );
  process.off('SIGINT', stop).off('SIGTERM', stop);
  if (signal) throw new EngineError('CANCELLED', `the benchmark ${script} was stopped`);
  if (code !== 0)
    throw new EngineError(
      'INTERNAL',
      `the benchmark ${script} ended with ${code}: ${err.trim().split('\n').at(-1) ?? ''}`,
    );
  if (err.trim() && process.env.CAVMAE_DEBUG) terminal.err(err);
  return JSON.parse(out.trim().split('\n').at(-1) ?? 'null');
}

type Figures = Record<string, Record<string, unknown>>;

function text(found: Record<string, unknown>): string {
  return Object.entries(found)
    .map(([name, document]) => {
      const { title = name, figures, ...rest } = document as { title?: string; figures?: Figures };
      const rows = figures ?? { [name]: rest };
      return [
        title,
        ...Object.entries(rows).map(
          ([what, values]) =>
            `  ${what}: ${Object.entries(values)
              .map(([key, value]) => `${key} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
              .join(', ')}`,
        ),
      ].join('\n');
    })
    .join('\n\n');
}

export function addBenchCommand(program: Command, terminal: Terminal): void {
  const list = Object.entries(benches)
    .map(([name, { about }]) => `  ${name.padEnd(12)} ${about}`)
    .join('\n');
  plain<object, [string[]]>(
    program
      .command('bench')
      .description(`run benchmarks; ratios are what counts on a busy machine. Without a name: ${usual.join(', ')}`)
      .argument('[name...]')
      .addHelpText('after', `\nBenchmarks:\n${list}`),
    terminal,
    async (_, names): Promise<Answer> => {
      const wanted = names.length > 0 ? names : usual;
      const unknown = wanted.find((name) => !Object.hasOwn(benches, name));
      if (unknown !== undefined)
        throw new EngineError('BAD_INPUT', `there is no benchmark ${unknown}`, {
          field: 'name',
          hint: `There are: ${Object.keys(benches).join(', ')}`,
        });
      if (!existsSync(folder))
        throw new EngineError(
          'NOT_FOUND',
          'the benchmarks come with the source checkout, not with the packaged application',
          { path: folder },
        );
      const found: Record<string, unknown> = {};
      for (const name of wanted) {
        terminal.err(`${name}…\n`);
        found[name] = await figuresOf(benches[name]!, terminal);
      }
      return { document: found, text: text(found) };
    },
  );
}
