// The product's version, from package.json: two folders up once built (out/main), three in a checkout.
import { readFileSync } from 'node:fs';

function read(): string {
  for (const up of ['../../../package.json', '../../package.json']) {
    try {
      const pkg = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as { name?: string; version?: string };
      if (pkg.name === 'cav-mae-studio' && pkg.version) return pkg.version;
    } catch {
      // not there: the other place holds it
    }
  }
  return 'unknown';
}

export const appVersion = read();
