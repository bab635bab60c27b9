// PostgreSQL on loopback in a folder of its own. It refuses to run as root: then it runs as a user that owns nothing else.
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './freePort.ts';
import { end, startService, type Missing, type Service } from './service.ts';

const packaged = '/usr/lib/postgresql';

/** The folder of `initdb` and `postgres`; null where there is none. */
function programs(): string | null {
  if (existsSync(packaged)) {
    const versions = readdirSync(packaged).toSorted((a, b) => Number(b) - Number(a));
    const found = versions
      .map((version) => path.join(packaged, version, 'bin'))
      .find((one) => existsSync(path.join(one, 'initdb')));
    if (found) return found;
  }
  const { stdout, status } = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' });
  return status === 0 && existsSync(path.join(stdout.trim(), 'initdb')) ? stdout.trim() : null;
}

const idOf = (flag: '-u' | '-g'): number | null => {
  const { stdout, status } = spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' });
  return status === 0 ? Number(stdout) : null;
};

export async function startPostgres(): Promise<Service | Missing> {
  const bin = programs();
  if (!bin) return { missing: 'PostgreSQL is not installed (Debian: apt-get install postgresql)' };
  const root = process.getuid?.() === 0;
  const [uid, gid] = root ? [idOf('-u'), idOf('-g')] : [null, null];
  if (root && (uid === null || gid === null))
    return { missing: 'PostgreSQL does not run as root, and there is no user nobody' };
  const who = uid === null || gid === null ? {} : { uid, gid };
  const folder = mkdtempSync(path.join(tmpdir(), 'cavmae-postgres-'));
  chmodSync(folder, 0o700);
  if (uid !== null && gid !== null) chownSync(folder, uid, gid);
  const data = path.join(folder, 'data');
  const init = spawnSync(path.join(bin, 'initdb'), ['-D', data, '-U', 'cavmae', '-A', 'trust', '-N'], {
    ...who,
    cwd: folder,
    encoding: 'utf8',
  });
  if (init.status !== 0) throw new Error(`initdb failed: ${init.stderr}`);
  const port = await freePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    'fsync=off',
    `unix_socket_directories=${folder}`,
    'shared_buffers=16MB',
  ];
  const args = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  const child = await startService(path.join(bin, 'postgres'), args, port, { ...who, cwd: folder });
  const remove = () => rmSync(folder, { recursive: true, force: true });
  return {
    url: `postgres://cavmae@127.0.0.1:${port}/postgres`,
    kill: async () => {
      await end(child, 'SIGKILL');
      remove();
    },
    stop: async () => {
      // Fast shutdown: connections are cut.
      await end(child, 'SIGINT');
      remove();
    },
  };
}
