// Addresses of stores: file:///folder, or s3://bucket/prefix?endpoint=…&region=….
import { fileURLToPath } from 'node:url';
import { EngineError } from '../../shared/engineError.ts';
import { isLocalHost } from './localAddress.ts';

const bad = (why: string): EngineError =>
  new EngineError('BAD_INPUT', `this is no address of a store: ${why}`, {
    field: 'store',
    hint: 'Use file:///shared/folder, or s3://bucket/prefix (?endpoint=https://host for another service than AWS).',
  });

export interface S3Address {
  bucket: string;
  /** Empty, or ends with a slash. */
  prefix: string;
  endpoint: string | null;
  region: string | null;
}

function parse(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw bad(`${text.slice(0, 200)} is no URL`);
  }
  if (url.username || url.password)
    throw new EngineError('BAD_INPUT', 'an address of a store holds no credentials', {
      field: 'store',
      hint: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, instead.',
    });
  return url;
}

/** @throws EngineError BAD_INPUT for what is no address, and for an endpoint elsewhere without TLS */
export function parseS3(text: string): S3Address {
  const url = parse(text);
  const bucket = url.hostname;
  if (!bucket) throw bad('the bucket is missing');
  const known = new Set(['endpoint', 'region', 'tls']);
  const unknown = [...url.searchParams.keys()].find((name) => !known.has(name));
  if (unknown) throw bad(`${unknown} is not known; there are endpoint, region and tls`);
  const given = url.searchParams.get('endpoint');
  const endpoint = given === null ? null : /^https?:\/\//.test(given) ? given : `https://${given}`;
  if (endpoint !== null) {
    const { protocol, hostname } = URL.canParse(endpoint) ? new URL(endpoint) : ({} as URL);
    if (!hostname) throw bad(`the endpoint ${given} is no URL`);
    if (protocol === 'http:' && !isLocalHost(hostname) && url.searchParams.get('tls') !== 'off')
      throw new EngineError('BAD_INPUT', `the endpoint ${hostname} is asked for without TLS`, {
        field: 'store',
        hint: 'Use https://, or add &tls=off where the network between is trusted.',
      });
  }
  const prefix = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, '');
  return { bucket, prefix: prefix && `${prefix}/`, endpoint, region: url.searchParams.get('region') };
}

/** The folder of a file store. @throws EngineError BAD_INPUT */
export function parseFolder(text: string): string {
  const url = parse(text);
  if (url.host) throw bad('file:// takes three slashes: file:///shared/folder');
  try {
    return fileURLToPath(url);
  } catch (thrown) {
    throw bad((thrown as Error).message);
  }
}

/** @throws EngineError BAD_INPUT */
export function checkStoreUrl(text: string): void {
  if (text.startsWith('s3:')) parseS3(text);
  else if (text.startsWith('file:')) parseFolder(text);
  else throw bad(`${text.slice(0, 200)} begins neither with file:/// nor with s3://`);
}
