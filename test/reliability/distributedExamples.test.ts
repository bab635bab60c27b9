// The examples of docs/examples/distributed work: their commands are run, with addresses of this machine.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { pythonEnvironment } from '../services/pythonEnvironment.ts';
import { startRedis } from '../services/redis.ts';
import { isMissing } from '../services/service.ts';
import { embedArgs, embedHere, kill, makeCollection, run, start, vectorsOf } from './distributedRuns.ts';

const examples = path.resolve('docs/examples/distributed');
const base = mkdtempSync(path.join(tmpdir(), 'cavmae-examples-'));
const store = pathToFileURL(path.join(base, 'store')).href;
const cavmae = `${process.execPath} ${path.resolve('bin/cavmae.mjs')}`;
const redis = await startRedis();
let collection: Awaited<ReturnType<typeof makeCollection>>;

beforeAll(async () => {
  collection = await makeCollection(base, 6);
}, 120_000);
afterAll(async () => {
  if (!isMissing(redis)) await redis.stop();
  rmSync(base, { recursive: true, force: true });
});

describe('the Slurm example', () => {
  it('embeds a collection in the steps that it names', async () => {
    const script = path.join(examples, 'slurm.sh');
    const text = readFileSync(script, 'utf8');
    expect(spawnSync('bash', ['-n', script]).status).toBe(0);
    const workspace = collection.workspace('slurm');
    for (const step of [
      'embed --workspace WORKSPACE --store "$STORE" --no-wait',
      'embed --workspace WORKSPACE --store "$STORE"\n',
    ])
      expect(text).toContain(step);
    expect((await run(embedArgs(workspace, store, '--no-wait'))).code).toBe(3);
    for (const task of ['0', '1']) {
      const slurm = {
        SLURM_ARRAY_TASK_ID: task,
        SLURM_ARRAY_TASK_COUNT: '2',
        SLURM_TMPDIR: base,
        STORE: store,
        CAVMAE: cavmae,
      };
      const { status, stderr } = spawnSync('bash', [script], { env: { ...process.env, ...slurm }, encoding: 'utf8' });
      expect(status, stderr).toBe(0);
    }
    const imported = await run<{ embedded: number; remaining: number }>(embedArgs(workspace, store));
    expect(imported.document).toMatchObject({ embedded: 6, remaining: 0 });
    const alone = collection.workspace('alone');
    await embedHere(alone);
    expect(vectorsOf(workspace)).toEqual(vectorsOf(alone));
  });

  it('says what it lacks', () => {
    const { status, stderr } = spawnSync('bash', [path.join(examples, 'slurm.sh')], {
      env: { PATH: process.env.PATH },
      encoding: 'utf8',
    });
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/set STORE to the address of the store/);
  });
});

describe.skipIf(isMissing(redis))(`the container${isMissing(redis) ? ` (skipped: ${redis.missing})` : ''}`, () => {
  const lines = readFileSync(path.join(examples, 'Dockerfile'), 'utf8').split('\n');
  const instruction = (name: string) =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));

  it('holds all that its command needs', async () => {
    const image = path.join(base, 'image');
    mkdirSync(image);
    for (const copy of instruction('COPY')) {
      const words = copy.split(' ');
      const target = words.pop()!;
      for (const word of words)
        cpSync(word, target.endsWith('/') ? path.join(image, target, path.basename(word)) : path.join(image, target), {
          recursive: true,
        });
    }
    // As `npm ci` would make it.
    symlinkSync(path.resolve('node_modules'), path.join(image, 'node_modules'));
    const [entry, command] = ['ENTRYPOINT', 'CMD'].map((name) => JSON.parse(instruction(name)[0]!) as string[]);
    const environment = {
      ...process.env,
      CAVMAE_QUEUE: isMissing(redis) ? '' : redis.url,
      CAVMAE_STORE: store,
      CAVMAE_WAIT_S: '1',
    };
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [...entry!.slice(1), ...command!, '--once', '--json'],
      {
        cwd: image,
        env: environment,
        encoding: 'utf8',
      },
    );
    expect(status, stderr).toBe(0);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { event: string }).event),
    ).toContain('stopped');
  });

  it('runs as a user that is not root, on the Node that sources need', () => {
    expect(instruction('USER')).toEqual(['node']);
    expect(instruction('FROM')[0]).toMatch(/^node:24/);
  });
});

describe.skipIf(isMissing(redis))('the Kubernetes example', () => {
  it('starts a worker with the arguments and variables of its container', async () => {
    const documents = parseAllDocuments(readFileSync(path.join(examples, 'kubernetes.yaml'), 'utf8')).map(
      (one) => one.toJS() as any,
    );
    const deployment = documents.find(({ kind }) => kind === 'Deployment');
    const secret = documents.find(({ kind }) => kind === 'Secret');
    const { args, env, envFrom, volumeMounts } = deployment.spec.template.spec.containers[0];
    expect(envFrom[0].secretRef.name).toBe(secret.metadata.name);
    expect(Object.keys(secret.stringData)).toEqual(
      expect.arrayContaining(['AWS_ACCESS_KEY_ID', 'CAVMAE_QUEUE_PASSWORD']),
    );
    const [, to] = (args[args.indexOf('--media') + 1] as string).split('=');
    expect(volumeMounts.map((mount: { mountPath: string }) => mount.mountPath)).toContain(to);
    const names = (env as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(['CAVMAE_QUEUE', 'CAVMAE_STORE']);
    if (isMissing(redis)) return;
    const here = (args as string[]).map((arg) => arg.replace('/archive=/media', `/archive=${collection.media}`));
    const worker = start([...here, '--json'], {
      CAVMAE_QUEUE: redis.url,
      CAVMAE_STORE: pathToFileURL(path.join(base, 'k8s')).href,
    });
    const workspace = collection.workspace('k8s');
    try {
      const embedded = await run<{ embedded: number }>(
        embedArgs(workspace, pathToFileURL(path.join(base, 'k8s')).href, '--queue', redis.url),
      );
      expect(embedded.document, embedded.errors).toMatchObject({ embedded: 6 });
      worker.child.kill('SIGTERM');
      expect(await worker.ended).toBe(0);
    } finally {
      kill(worker);
    }
  });
});

const python = pythonEnvironment('parquet', ['duckdb==1.4.3', 'polars==1.36.1']);
describe.skipIf('missing' in python)(
  `other programs${'missing' in python ? ` (skipped: ${python.missing})` : ''}`,
  () => {
    it('open the parts as one data set', () => {
      const parts = path.join(base, 'store', 'sets', '*', 'parts', '*.parquet');
      const program = `
import duckdb, polars, json, sys
rows = duckdb.sql(f"SELECT count(*), count(DISTINCT path), min(len(joint)), count(audio) FROM read_parquet('{sys.argv[1]}') WHERE failure IS NULL").fetchone()
table = polars.read_parquet(sys.argv[1])
print(json.dumps({"duckdb": rows, "polars": [table.height, table["path"].n_unique(), int(table["joint"].list.len().min()), table["audio"].drop_nulls().len()], "type": str(table["joint"].dtype)}))
`;
      const { stdout, stderr, status } = spawnSync('missing' in python ? '' : python.python, ['-c', program, parts], {
        encoding: 'utf8',
      });
      expect(status, stderr).toBe(0);
      const { duckdb, polars, type } = JSON.parse(stdout) as { duckdb: number[]; polars: number[]; type: string };
      // Two of the six clips have no sound.
      expect(duckdb).toEqual([6, 6, expect.any(Number), 4]);
      expect(polars).toEqual(duckdb);
      expect(type).toBe('List(Float32)');
    });
  },
);
