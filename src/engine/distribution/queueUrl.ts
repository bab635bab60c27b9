// Addresses of queues: redis://, rediss://, postgres://. The password is taken out of what is shown and stored.
import { EngineError } from '../../shared/engineError.ts';
import { isLocalHost } from './localAddress.ts';

export type QueueAddress =
  | {
      kind: 'redis';
      options: { host: string; port: number; db: number; username?: string; password?: string; tls?: object };
    }
  | { kind: 'postgres'; options: { connectionString: string; password?: string; ssl?: boolean } };

const hint = 'Use redis://host:6379, rediss://host:6379 or postgres://user@host:5432/database.';

function parse(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new EngineError('BAD_INPUT', 'this is no address of a queue', { field: 'queue', hint });
  }
  if (!/^(redis|rediss|valkey|valkeys|postgres|postgresql):$/.test(url.protocol))
    throw new EngineError('BAD_INPUT', `${url.protocol}// is no queue that is known`, { field: 'queue', hint });
  return url;
}

/** The address without its password. @throws EngineError BAD_INPUT */
export function withoutPassword(text: string): string {
  const url = parse(text);
  url.password = '';
  url.searchParams.delete('password');
  return url.toString();
}

/** @throws EngineError BAD_INPUT */
export function passwordOf(text: string): string | null {
  const url = parse(text);
  return decodeURIComponent(url.password) || url.searchParams.get('password');
}

/**
 * How to connect. A host elsewhere is spoken to with TLS, unless the address says `tls=off` (PostgreSQL: or names an `sslmode`). A
 * password that the address lacks comes from CAVMAE_QUEUE_PASSWORD, or for PostgreSQL from where its own tools look.
 * @throws EngineError BAD_INPUT
 */
export function parseQueue(text: string, environment: NodeJS.ProcessEnv = process.env): QueueAddress {
  const url = parse(text);
  const secure = !isLocalHost(url.hostname) && url.searchParams.get('tls') !== 'off';
  const password = passwordOf(text) ?? environment.CAVMAE_QUEUE_PASSWORD;
  if (url.protocol.startsWith('postgres')) {
    const chosen = url.searchParams.has('sslmode');
    url.searchParams.delete('tls');
    return {
      kind: 'postgres',
      options: {
        connectionString: url.toString(),
        ...(password && { password }),
        ...(secure && !chosen && { ssl: true }),
      },
    };
  }
  const tls = secure || url.protocol === 'rediss:' || url.protocol === 'valkeys:';
  return {
    kind: 'redis',
    options: {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port) || 6379,
      db: Number(url.pathname.slice(1)) || 0,
      ...(url.username && { username: decodeURIComponent(url.username) }),
      ...(password && { password }),
      ...(tls && { tls: {} }),
    },
  };
}
