// Commands of distributed extraction as processes of their own, over a small collection: started, watched, killed.
import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Workspace } from '../../src/engine/collection/workspace.ts';
import type { WorkerLine } from '../../src/engine/procedures/distribution/shardWorker.ts';
import { makeMedia } from '../unit/engine/media/mediaFactory.ts';

const cli = path.resolve('bin/cavmae.mjs');
const model = 'random:tiny:1';

export interface Command {
  child: ChildProcess;
  /** Lines of stdout so far. */
  lines: string[];
  /** All of stderr so far. */
  errors(): string;
  ended: Promise<number | null>;
}

/** Locks and beats are short, so that a lost worker is noticed within seconds. */
const impatient = { CAVMAE_LOCK_S: '3', CAVMAE_GONE_S: '4' };

export function start(args: readonly string[], environment: Record<string, string> = {}): Command {
  const child = spawn(process.execPath, [cli, ...args], {
    env: { ...process.env, ...impatient, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const lines: string[] = [];
  let [rest, errors] = ['', ''];
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop()!;
    lines.push(...parts);
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return { child, lines, errors: () => errors, ended };
}

export async function run<T>(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<{ code: number | null; document: T; errors: string }> {
  const command = start([...args, '--json'], environment);
  const code = await command.ended;
  const text = command.lines.join('\n');
  return { code, document: (text ? JSON.parse(text) : null) as T, errors: command.errors() };
}

/** The process and those it started, at once: a machine that lost its power. */
export function kill({ child }: Command): void {
  try {
    process.kill(-child.pid!, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

export async function until(what: string, holds: () => boolean, patienceMs = 90_000): Promise<void> {
  for (const giveUpAt = Date.now() + patienceMs; !holds(); await sleep(100))
    if (Date.now() > giveUpAt) throw new Error(`not within ${patienceMs / 1000} s: ${what}`);
}

export const said = ({ lines }: Command): WorkerLine[] => lines.map((line) => JSON.parse(line) as WorkerLine);
export const shardsDone = (command: Command): number => said(command).filter(({ event }) => event === 'shard').length;

export const worker = (store: string, queue: string, ...more: string[]): Command =>
  start(['worker', '--store', store, '--queue', queue, '--json', ...more]);

/** `count` short videos, one of them broken, imported into a workspace that further ones are copied from. */
export async function makeCollection(
  base: string,
  count: number,
): Promise<{ media: string; workspace(name: string): string }> {
  const media = path.join(base, 'media');
  mkdirSync(media, { recursive: true });
  await Promise.all(
    Array.from({ length: count }, (_, i) =>
      makeMedia(path.join(media, `clip-${String(i).padStart(2, '0')}.mkv`), {
        format: 'matroska',
        video: { codec: 'libx264', level: (x) => (i * 37 + x) % 200 },
        ...(i % 4 !== 0 && { audio: { codec: 'flac' } }),
        durationS: 0.6 + (i % 3) * 0.2,
      }),
    ),
  );
  const template = path.join(base, 'template');
  const { code, errors } = await run(['import', media, '--workspace', template]);
  if (code !== 0) throw new Error(`the import ended with ${code}: ${errors}`);
  return {
    media,
    workspace(name) {
      const folder = path.join(base, name);
      if (!existsSync(folder))
        cpSync(template, folder, { recursive: true, filter: (file) => !file.endsWith('writer.lock') });
      return folder;
    },
  };
}

export const embedHere = (workspace: string) =>
  run<{ embedded: number }>([
    'embed',
    '--model',
    model,
    '--precision',
    'float32',
    '--device',
    'cpu',
    '--workspace',
    workspace,
  ]);

export const embedArgs = (workspace: string, store: string, ...more: string[]): string[] => [
  'embed',
  '--model',
  model,
  '--workspace',
  workspace,
  '--store',
  store,
  '--shard-clips',
  '3',
  ...more,
];

/** The vectors of a workspace, in hexadecimal, by space, file and window. */
export function vectorsOf(folder: string): Map<string, string> {
  const workspace = Workspace.open(folder, { readOnly: true });
  try {
    const [set] = workspace.vectors.list().filter(({ count }) => count > 0);
    const vectors = new Map<string, string>();
    for (const space of ['joint', 'audio', 'visual'] as const) {
      const { path: file, dim, clipIds } = workspace.vectors.matrix(set!.id, space);
      const bytes = readFileSync(file);
      const clips = new Map(workspace.clips.many([...clipIds].filter((id) => id > 0)).map((clip) => [clip.id, clip]));
      clipIds.forEach((id, row) => {
        const clip = clips.get(id);
        const key = `${space} ${clip && path.basename(clip.absolutePath)} ${clip?.startS}`;
        if (clip && vectors.has(key)) throw new Error(`${key} has two rows`);
        if (clip) vectors.set(key, bytes.subarray(row * dim * 4, (row + 1) * dim * 4).toString('hex'));
      });
    }
    return vectors;
  } finally {
    workspace.close();
  }
}
