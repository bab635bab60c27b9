// Starts a worker entry as a Node child process.
import { fork } from 'node:child_process';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Transport } from './channel.ts';

export type WorkerName = 'compute' | 'media' | 'projection';
/** As of `nice`: behind the host, before what really runs in the background. */
const niceness = 5;

export type SpawnWorker = (name: WorkerName, environment?: Record<string, string>) => Transport;

/** The entry's file: beside this one in a checkout (Node runs TypeScript), `out/main/<name>.js` once built. */
export function workerEntry(name: WorkerName): string {
  const here = import.meta.url;
  if (here.endsWith('.ts')) return fileURLToPath(new URL(`./${name}.ts`, here));
  return fileURLToPath(new URL(`${here.slice(0, here.lastIndexOf('/out/main/'))}/out/main/${name}.js`));
}

/** Workers give way to the host and the window: a busy machine must not make them stall. */
function giveWay(pid: number | undefined): void {
  try {
    if (pid !== undefined) os.setPriority(pid, niceness);
  } catch {
    // a system that does not let us, or a child that is gone already
  }
}

export const spawnNodeWorker: SpawnWorker = (name, environment = {}) => {
  const child = fork(workerEntry(name), [], {
    serialization: 'advanced',
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
  });
  giveWay(child.pid);
  let lastError = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastError = (lastError + text).slice(-2000);
    if (process.env.CAVMAE_WORKER_LOG) process.stderr.write(`[${name}] ${text}`);
  });
  return {
    post: (message) => {
      if (child.connected) child.send(message as object);
    },
    listen: (listener) => void child.on('message', listener),
    onClose: (listener) => {
      child.once('exit', (code, signal) =>
        listener(
          signal ? `killed by ${signal}` : `exit code ${code}. ${lastError.trim().split('\n').slice(-3).join(' ')}`,
        ),
      );
      child.once('error', (error) => listener(error.message));
    },
    kill: () => void child.kill('SIGKILL'),
  };
};
