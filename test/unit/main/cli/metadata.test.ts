// cavmae metadata over a real workspace: names, JSON documents and exit codes of CLI.md.
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../../../src/main/cli/program.ts';

let folder: string;

/** Half a second of silence, 16 kHz, 16 bit, mono. */
function wav(): Buffer {
  const bytes = Buffer.alloc(44 + 16_000);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + 16_000, 4);
  bytes.write('WAVEfmt ', 8);
  for (const [at, value] of [
    [16, 16],
    [24, 16_000],
    [28, 32_000],
    [40, 16_000],
  ] as const)
    bytes.writeUInt32LE(value, at);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    bytes.writeUInt16LE(value, at);
  bytes.write('data', 36);
  return bytes;
}

async function run(...args: string[]): Promise<{ code: number; err: string; json: Record<string, unknown> }> {
  const ran = { code: 0, out: '', err: '' };
  await runCli([...args, '--workspace', path.join(folder, 'workspace'), '--json'], {
    out: (text) => (ran.out += text),
    err: (text) => (ran.err += text),
    interactive: false,
    exit: (code) => (ran.code = code),
  });
  return { ...ran, json: ran.out === '' ? {} : (JSON.parse(ran.out) as Record<string, unknown>) };
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cavmae-cli-metadata-'));
  await mkdir(path.join(folder, 'media'));
  await writeFile(path.join(folder, 'media', 'NORTH_20231005_063000.wav'), wav());
  await writeFile(path.join(folder, 'media', 'tape.wav'), wav());
  await writeFile(path.join(folder, 'media', 'tape.json'), JSON.stringify({ tape: 'T12', lat: '52.5', lon: '13.4' }));
  await run('import', path.join(folder, 'media'));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('cavmae metadata', () => {
  it('lists what names and sidecars say by themselves', async () => {
    const { code, json } = await run('metadata', 'list');
    expect(code).toBe(0);
    expect(json).toMatchObject({
      matched: 2,
      unmatched: [],
      rows: [
        {
          path: path.join(folder, 'media', 'NORTH_20231005_063000.wav'),
          values: { recorded_at: '2023-10-05T06:30:00', site: 'NORTH' },
          sources: { recorded_at: 'name', site: 'name' },
        },
        { values: { tape: 'T12', latitude: 52.5, longitude: 13.4 }, sources: { tape: 'sidecar' } },
      ],
    });
  }, 60_000);

  it('sets values, makes columns, and refuses what is none', async () => {
    const file = path.join(folder, 'media', 'tape.wav');
    expect(await run('metadata', 'set', file, 'date', '2023-07-05 06:30', '--zone', 'Europe/Berlin')).toMatchObject({
      code: 0,
      json: { columns: ['recorded_at'], matched: 1, unmatched: [], value: '2023-07-05T06:30:00+02:00[Europe/Berlin]' },
    });
    expect((await run('metadata', 'set', 'tape.wav', 'depth', '3.5')).json).toMatchObject({ value: '3.5', changed: 1 });
    const impossible = await run('metadata', 'set', 'tape.wav', 'date', '2023-02-30');
    expect(impossible).toMatchObject({ code: 2, err: expect.stringContaining('2023-02-30 is no day') as string });
    expect(await run('metadata', 'set', 'nothing.wav', 'site', 'x')).toMatchObject({ code: 2 });
    expect((await run('metadata', 'list')).json).toMatchObject({
      rows: [{}, { values: { depth: 3.5, recorded_at: '2023-07-05T06:30:00+02:00[Europe/Berlin]' } }],
    });
  }, 60_000);

  it('imports a table, first as a dry run, and exports it', async () => {
    const table = path.join(folder, 'table.csv');
    await writeFile(table, 'file,weather\nNORTH_20231005_063000.wav,rain\nother.wav,sun\n');
    const dry = await run('metadata', 'import', table, '--dry-run');
    expect(dry).toMatchObject({
      code: 1,
      json: { columns: ['weather'], matched: 1, unmatched: [{ line: 3, key: 'other.wav' }], step: null },
    });
    expect((await run('metadata', 'import', table, '--key', 'file')).json).toMatchObject({ matched: 1, changed: 1 });
    expect(await run('metadata', 'import', table, '--key', 'nothing')).toMatchObject({ code: 2 });
    await run('metadata', 'pattern', '{site}_{date}_{*}');
    const out = path.join(folder, 'out.csv');
    expect((await run('metadata', 'export', out)).json).toMatchObject({ recordings: 2 });
    const [header, first] = (await readFile(out, 'utf8')).split('\n');
    expect(header).toBe('path,recorded_at,site,latitude,longitude,tape,depth,weather');
    expect(first).toBe('NORTH_20231005_063000.wav,2023-10-05,NORTH,,,,,rain');
  }, 60_000);
});
