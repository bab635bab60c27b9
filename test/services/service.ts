// Services that tests start on loopback, each in a process of its own that is ended by its id.
import { spawn, type ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Service {
  url: string;
  /** SIGKILL, as a lost machine. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** What a test says where a service cannot be had. */
export interface Missing {
  missing: string;
}

export const isMissing = (service: Service | Missing): service is Missing => 'missing' in service;

const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));

export async function end(child: ChildProcess, signal: NodeJS.Signals, patienceMs = 3000): Promise<void> {
  child.kill(signal);
  await Promise.race([ended(child), sleep(patienceMs)]);
  child.kill('SIGKILL');
  await ended(child);
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/** @throws where the program ends or does not listen within the time, with its last words */
export async function startService(
  program: string,
  args: readonly string[],
  port: number,
  options: { cwd?: string; uid?: number; gid?: number; patienceMs?: number } = {},
): Promise<ChildProcess> {
  const { patienceMs = 20_000, ...how } = options;
  const child = spawn(program, args, { ...how, stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  let failed: Error | null = null;
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-2000)));
  child.once('error', (error) => (failed = error));
  for (const until = Date.now() + patienceMs; Date.now() < until; await sleep(50)) {
    if (failed ?? child.exitCode !== null) throw new Error(`${program} ended: ${failed ?? words}`);
    if (await answers(port)) return child;
  }
  await end(child, 'SIGKILL');
  throw new Error(`${program} does not listen on ${port}: ${words}`);
}
