// TEST CODE. The real application as a process of its own: started on a workspace, killed or stopped, started again.
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Contract } from '../../src/shared/contract/index.ts';

export type EngineClient = ContractRouterClient<Contract>;

export interface StudioHost {
  /** With its one-time token. */
  readonly url: string;
  readonly origin: string;
  readonly port: number;
  /** The engine asked directly, past the page. */
  readonly api: EngineClient;
  readonly bearer: string;
  /** What the host wrote for its owner. */
  log(): string;
  /** Ends the host; resolves when it and its workers are gone. Throws where a worker stays behind. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

const program = fileURLToPath(new URL('../../src/main/cli/index.ts', import.meta.url));

const parentOf = (pid: string): number | null => {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[1]);
  } catch {
    return null;
  }
};
const childrenOf = (pid: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === pid)
    .map(Number);
/** Still there, and not merely waiting to be collected by its parent. */
const alive = (pid: number): boolean => {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};

/** `port` 0 takes a free one; the same port again keeps the page's origin, and with it what its browser remembers. */
export async function startStudioHost(workspaceDir: string, port = 0): Promise<StudioHost> {
  const child = spawn(
    process.execPath,
    [program, 'serve', '--json', '--no-open', '--port', String(port), '--workspace', workspaceDir],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, CAVMAE_DATA: `${workspaceDir}-data`, CAVMAE_MEASURE_STALL: '1', NODE_ENV: 'production' },
    },
  );
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  const first = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    void ended.then(() => reject(new Error(`the host ended before it served:\n${log}`)));
  });
  const { url, token, port: bound } = JSON.parse(first) as { url: string; token: string; port: number };
  const { origin } = new URL(url);
  const api: EngineClient = createORPCClient(
    new RPCLink({ url: `${origin}/rpc`, headers: { authorization: `Bearer ${token}` } }),
  );
  return {
    url,
    origin,
    port: bound,
    api,
    bearer: token,
    log: () => log,
    async end(signal) {
      const workers = childrenOf(child.pid!);
      child.kill(signal);
      await ended;
      const until = Date.now() + 30_000;
      while (workers.some(alive) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
      const left = workers.filter(alive);
      for (const pid of left) process.kill(pid, 'SIGKILL');
      if (left.length > 0) throw new Error(`${left.length} worker processes outlived the host by 30 s`);
    },
  };
}
