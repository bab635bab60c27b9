// Redis or Valkey on loopback, without anything on the disk.
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { freePort } from './freePort.ts';
import { end, startService, type Missing, type Service } from './service.ts';

const program = ['redis-server', 'valkey-server'].find((name) => spawnSync(name, ['--version']).status === 0);

/** @param password asked for where given */
export async function startRedis(password?: string, port?: number): Promise<(Service & { port: number }) | Missing> {
  if (!program) return { missing: 'redis-server is not installed (Debian: apt-get install redis-server)' };
  const at = port ?? (await freePort());
  const args = ['--port', String(at), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', tmpdir()];
  const child = await startService(program, [...args, ...(password ? ['--requirepass', password] : [])], at);
  return {
    url: `redis://127.0.0.1:${at}`,
    port: at,
    kill: () => end(child, 'SIGKILL'),
    stop: () => end(child, 'SIGTERM'),
  };
}
