// Where the web host may listen, and which names it answers to there.
import net from 'node:net';
import os from 'node:os';
import { EngineError } from '../../shared/engineError.ts';

const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]', '::1']);

export const isLoopback = (host: string): boolean =>
  loopbackNames.has(host.toLowerCase()) || /^127(\.\d{1,3}){3}$/.test(host);

/**
 * @returns whether the Host header's name (brackets kept around IPv6) is one of ours: a name of this machine or, where
 * the host
 *   listens beyond it, any address of its interfaces. A foreign name is how DNS rebinding shows.
 */
export function hostNames(host: string): (name: string) => boolean {
  const names = new Set([
    ...loopbackNames,
    host.toLowerCase(),
    net.isIPv6(host) ? `[${host.toLowerCase()}]` : host.toLowerCase(),
  ]);
  if (!isLoopback(host)) {
    names.add(os.hostname().toLowerCase());
    for (const address of Object.values(os.networkInterfaces()).flat()) {
      if (address) names.add(address.family === 'IPv6' ? `[${address.address.toLowerCase()}]` : address.address);
    }
  }
  return (name) => names.has(name);
}

/** @throws BAD_INPUT when others could reach the window and no password (8 characters or more) keeps them out. */
export function assertMayListen(host: string, password: string | null): void {
  if (isLoopback(host)) return;
  if (!password) {
    throw new EngineError('BAD_INPUT', `listening on ${host} would let other machines in, so it needs a password`, {
      field: 'password',
      hint: 'Set CAVMAE_PASSWORD (8 characters or more), or leave --host out to listen on this machine only.',
    });
  }
  if (password.length < 8)
    throw new EngineError('BAD_INPUT', 'the password is shorter than 8 characters', { field: 'password' });
}
