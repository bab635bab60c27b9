// The command line over a real workspace: names, JSON documents and exit codes of CLI.md.
import { spawnSync } from 'node:child_process';
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram, runCli } from '../../../../src/main/cli/program.ts';
import type { Terminal } from '../../../../src/main/cli/command.ts';
import sharp from 'sharp';
import { denormaliseFrames, normaliseFrames } from '../../../../src/shared/signal/frameInput.ts';
import { fitFrame } from '../../../../src/engine/preprocess/frame.ts';
import { decodeNpy } from '../../../../src/shared/wire/npy.ts';

let folder: string;
let workspace: string;

/** A second of a tone, 16 kHz, 16 bit, mono. */
function wav(frequencyHz: number, seconds = 1): Buffer {
  const count = 16_000 * seconds;
  const bytes = Buffer.alloc(44 + count * 2);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + count * 2, 4);
  bytes.write('WAVEfmt ', 8);
  for (const [at, value] of [
    [16, 16],
    [24, 16_000],
    [28, 32_000],
    [40, count * 2],
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
  for (let k = 0; k < count; k++)
    bytes.writeInt16LE(Math.round(8000 * Math.sin((2 * Math.PI * frequencyHz * k) / 16_000)), 44 + k * 2);
  return bytes;
}

interface Ran {
  code: number;
  out: string;
  err: string;
  json: unknown;
}

async function run(...args: string[]): Promise<Ran> {
  const ran = { code: 0, out: '', err: '' };
  const terminal: Terminal = {
    out: (text) => (ran.out += text),
    err: (text) => (ran.err += text),
    interactive: false,
    exit: (code) => (ran.code = code),
  };
  await runCli([...args], terminal);
  return {
    ...ran,
    get json(): unknown {
      return JSON.parse(ran.out);
    },
  };
}
const inWorkspace = (...args: string[]) => run(...args, '--workspace', workspace, '--json');

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cavmae-cli-'));
  workspace = path.join(folder, 'workspace');
  await mkdir(path.join(folder, 'media', 'birds'), { recursive: true });
  await writeFile(path.join(folder, 'media', 'birds', 'high.wav'), wav(2000));
  await writeFile(path.join(folder, 'media', 'low.wav'), wav(200));
  await writeFile(path.join(folder, 'media', 'broken.wav'), 'RIFF but no more');
  await writeFile(path.join(folder, 'media', 'empty.mp4'), '');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('import', () => {
  it('adds what is whole, names what is not, and says so in its exit code', async () => {
    const { code, json } = await inWorkspace('import', path.join(folder, 'media'));
    expect(code).toBe(1);
    const result = json as {
      added: number;
      known: number;
      changed: number;
      failed: { path: string; code: string; message: string }[];
    };
    expect(result).toMatchObject({ added: 2, known: 0, changed: 0 });
    expect(result.failed.map((item) => path.basename(item.path)).toSorted()).toEqual(['broken.wav', 'empty.mp4']);
    expect(result.failed.every((item) => item.code && item.message.length > 5)).toBe(true);
  });

  it('knows them the second time', async () => {
    const { json } = await inWorkspace(
      'import',
      path.join(folder, 'media', 'low.wav'),
      path.join(folder, 'media', 'birds'),
    );
    expect(json).toMatchObject({ added: 0, known: 2, failed: [] });
  });

  it('keeps the folder as one source, which can be watched and left alone again', async () => {
    const media = path.join(folder, 'media');
    expect((await inWorkspace('sources', 'list')).json).toMatchObject([
      { path: media, mediaCount: 2, watched: false, available: true },
    ]);
    expect((await inWorkspace('sources', 'watch', media)).json).toMatchObject([{ path: media, watched: true }]);
    expect((await inWorkspace('sources', 'list')).json).toMatchObject([{ watched: true }]);
    expect((await inWorkspace('sources', 'unwatch', '1')).json).toMatchObject([{ watched: false }]);
    expect(await inWorkspace('sources', 'watch', path.join(folder, 'elsewhere'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('no source'),
    });
  });

  it('says plainly that a path is not there', async () => {
    const { code, out, err } = await inWorkspace('import', path.join(folder, 'nowhere'));
    expect(code === 1 || code === 2).toBe(true);
    expect(out + err).toContain('nowhere');
    expect(err).not.toMatch(/\n\s+at /);
  });
});

describe('clips and labels', () => {
  it('labels by path, lists by expression, and exports', async () => {
    const high = path.join(folder, 'media', 'birds', 'high.wav');
    expect((await inWorkspace('labels', 'set', high, 'bird')).json).toMatchObject({ annotations: 1, changed: 1 });
    const rows = (await inWorkspace('clips', '--where', 'label=bird and kind=audio')).json as {
      path: string;
      labels: { class: string }[];
    }[];
    expect(rows.map((row) => row.path)).toEqual([high]);
    expect(rows[0]?.labels[0]?.class).toBe('bird');
    expect((await inWorkspace('clips', '--where', 'not labelled')).json).toHaveLength(1);
    const file = path.join(folder, 'labels.csv');
    expect((await inWorkspace('labels', 'export', file)).json).toMatchObject({ annotations: 1, files: [file] });
    expect(await readFile(file, 'utf8')).toContain('bird');
    const back = await run('labels', 'import', file, '--json', '--workspace', workspace, '--dry-run');
    expect(back.json).toMatchObject({ matchedClips: 1, unmatched: [] });
  });

  it.each([
    ['label=unheard', 'no class unheard'],
    ['duration>long', 'not a number'],
    ['colour=red', 'colour is not known'],
    ['badge=nice', 'no badge nice'],
    ['???', 'not understood'],
  ])('explains what is wrong with --where %s', async (where, why) => {
    const { code, err, out } = await inWorkspace('clips', '--where', where);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(why);
  });
});

describe('jobs', () => {
  it('remembers them', async () => {
    const jobs = (await inWorkspace('jobs', 'list')).json as { kind: string; status: string; failures: number }[];
    expect(jobs.filter((job) => job.kind === 'import' && job.status === 'done').length).toBeGreaterThanOrEqual(2);
    expect(jobs.at(-1)).toMatchObject({ failures: 2 });
    expect((await inWorkspace('jobs', 'resume')).json).toEqual([]);
    expect((await inWorkspace('jobs', 'cancel', '99')).code).toBe(2);
  });
});

describe('preprocessing', () => {
  it('writes the fbank of a file', async () => {
    const out = path.join(folder, 'fbank.npy');
    expect((await run('fbank', path.join(folder, 'media', 'low.wav'), '--out', out, '--json')).json).toMatchObject({
      shape: [1024, 128],
      badges: expect.arrayContaining(['padded']),
    });
    const { shape, data } = decodeNpy(await readFile(out));
    expect(shape).toEqual([1024, 128]);
    // Padding is zero before normalisation: 5.081 / 4.4849 after it.
    expect(data.at(-1)).toBeCloseTo(5.081 / 4.4849, 5);
  });

  it('fills all frames of the fbank from a longer file, as the reference does; ten seconds when told', async () => {
    const [file, out] = [path.join(folder, 'long.wav'), path.join(folder, 'long.npy')];
    await writeFile(file, wav(300, 12));
    const padded = async (...args: string[]) => {
      expect((await run('fbank', file, '--raw', '--out', out, '--json', ...args)).json).toMatchObject({
        badges: expect.arrayContaining(['cut']),
      });
      const { shape, data } = decodeNpy(await readFile(out));
      return { shape, rows: data.filter((_, i) => i % 128 === 0).filter((value) => value === 0).length };
    };
    expect(await padded()).toEqual({ shape: [1024, 128], rows: 0 });
    expect(await padded('--seconds', '10')).toEqual({ shape: [1024, 128], rows: 26 });
    expect(await padded('--length', '512')).toEqual({ shape: [512, 128], rows: 0 });
  });

  it('says that sound is shorter than one window', async () => {
    const file = path.join(folder, 'blip.wav');
    await writeFile(file, wav(300, 1).subarray(0, 44 + 600));
    const { code, err } = await run('fbank', file, '--out', path.join(folder, 'x.npy'));
    expect([code, err]).toEqual([2, expect.stringContaining('shorter than one window of 25 ms')]);
  });

  it('names the length of a file that ends before the window begins', async () => {
    const { code, err } = await run(
      'fbank',
      path.join(folder, 'media', 'low.wav'),
      '--out',
      path.join(folder, 'x.npy'),
      '--start',
      '500',
    );
    expect([code, err]).toEqual([2, expect.stringContaining('nothing at 500 s: the file lasts 1 s')]);
  });

  it('prepares a file as an exported classifier of other sizes gets a clip', async () => {
    const [exported, picture, long] = [
      path.join(folder, 'exported'),
      path.join(folder, 'picture.png'),
      path.join(folder, 'twelve.wav'),
    ];
    await mkdir(exported, { recursive: true });
    await writeFile(
      path.join(exported, 'classifier.json'),
      JSON.stringify({
        name: 'c',
        mode: 'multimodal',
        depth: 'head',
        modelId: 'm',
        multiLabel: false,
        activation: 'softmax',
        config: { audioLength: 1040, imgSize: 64 },
        classes: [{ classId: 1, name: 'a', threshold: 0.5 }],
      }),
    );
    await sharp(
      Uint8Array.from({ length: 300 * 260 * 3 }, (_, i) => 127 + 100 * Math.sin(i * 0.01)),
      { raw: { width: 300, height: 260, channels: 3 } },
    )
      .png()
      .toFile(picture);
    await writeFile(long, wav(300, 12));
    const read = async (...args: string[]) => {
      const out = path.join(folder, 'x.npy');
      expect((await run(...args, '--out', out, '--json')).code).toBe(0);
      return decodeNpy(await readFile(out));
    };
    const [whole, frames] = [await read('frames', picture), await read('frames', picture, '--classifier', exported)];
    expect(frames.shape).toEqual([whole.shape[0], 3, 64, 64]);
    const colours = denormaliseFrames((whole.data as Float32Array).slice(0, 3 * 224 * 224), 224);
    const pixels = Uint8Array.from({ length: 224 * 224 * 3 }, (_, i) =>
      Math.round(colours[(i % 3) * 224 * 224 + Math.floor(i / 3)]! * 255),
    );
    const given = normaliseFrames(fitFrame(pixels, 224, 224, 'bicubic', 64), 64);
    expect(
      given.reduce((most, value, i) => Math.max(most, Math.abs(value - (frames.data as Float32Array)[i]!)), 0),
    ).toBeLessThan(1e-5);
    const sound = await read('fbank', long, '--classifier', exported);
    expect(sound.shape).toEqual([1040, 128]);
    // Ten seconds of sound, as a clip has, not the 10.4 that would fill it.
    expect((sound.data as Float32Array)[998 * 128]).toBeCloseTo(5.081 / 4.4849, 5);
  });

  it('refuses frames of a file without a picture', async () => {
    const { code, err } = await run(
      'frames',
      path.join(folder, 'media', 'low.wav'),
      '--out',
      path.join(folder, 'x.npy'),
    );
    expect(code).toBe(2);
    expect(err).toContain('no picture');
  });
});

describe('reconstruct and gallery', () => {
  const tiny = ['--model', 'random:tiny:1'];

  it('writes arrays, pictures, a figure with its data, a second model’s and an animation', async () => {
    const out = path.join(folder, 'reconstruction');
    const { code, json } = await inWorkspace(
      'reconstruct',
      path.join(folder, 'media', 'low.wav'),
      ...tiny,
      '--compare',
      'random:tiny:2',
      '--mask',
      'time',
      '--ratio-audio',
      '0.5',
      '--animate',
      'gif',
      '--steps',
      '3',
      '--out',
      out,
    );
    expect(code).toBe(0);
    const { files, lossAudio, lossVisual, compared } = json as {
      files: string[];
      lossAudio: number;
      lossVisual: null;
      compared: { lossAudio: number };
    };
    expect([lossAudio > 0, lossVisual, compared.lossAudio !== lossAudio]).toEqual([true, null, true]);
    const parts = [
      'original.png',
      'original.npy',
      'masked.png',
      'masked.npy',
      'reconstruction.png',
      'reconstruction.npy',
      'pasted.png',
      'pasted.npy',
      'error.png',
      'error.npy',
      'mask.npy',
    ].map((part) => `audio-${part}`);
    expect(files.map((file) => path.relative(out, file))).toEqual([
      ...parts,
      ...parts.map((part) => path.join('compared', part)),
      'figure.svg',
      'figure.png',
      'mask-sweep.gif',
    ]);
    const [mask, other] = await Promise.all(
      ['', 'compared'].map(async (where) => decodeNpy(await readFile(path.join(out, where, 'audio-mask.npy')))),
    );
    expect([mask!.shape, mask!.data.reduce((a, b) => a + b)]).toEqual([[8, 64], 256]);
    expect(other).toEqual(mask);
    const pasted = decodeNpy(await readFile(path.join(out, 'audio-pasted.npy')));
    const [original, prediction] = await Promise.all(
      ['original', 'reconstruction'].map(async (part) =>
        decodeNpy(await readFile(path.join(out, `audio-${part}.npy`))),
      ),
    );
    pasted.data.forEach((value, i) => {
      if (
        value !==
        (mask!.data[Math.floor((i % 128) / 16) * 64 + Math.floor(i / 128 / 16)] ? prediction : original)!.data[i]
      )
        throw new Error(`value ${i} was not pasted`);
    });
    const svg = await readFile(path.join(out, 'figure.svg'), 'utf8');
    expect([
      svg.match(/<image /g)!.length,
      JSON.parse(/<metadata>(.*)<\/metadata>/.exec(svg)![1]!.replaceAll('&quot;', '"')).models[1].lossAudio,
    ]).toEqual([8, compared.lossAudio]);
    expect((await readFile(path.join(out, 'mask-sweep.gif'))).toString('latin1', 0, 6)).toBe('GIF89a');
  });

  it('takes a file that is not imported, and leaves the figure out where asked', async () => {
    const file = path.join(folder, 'outside.wav');
    await writeFile(file, wav(500));
    const { code, json } = await inWorkspace(
      'reconstruct',
      file,
      ...tiny,
      '--no-figure',
      '--out',
      path.join(folder, 'outside'),
    );
    expect([code, (json as { files: string[] }).files.length]).toEqual([0, 11]);
  });

  it('puts the clips of an expression on one page', async () => {
    const out = path.join(folder, 'gallery.html');
    const { code, json } = await inWorkspace('gallery', '--where', 'kind=audio', ...tiny, '--out', out);
    expect([code, json]).toEqual([0, { clips: 2, files: [out], failed: [] }]);
    expect((await readFile(out, 'utf8')).match(/<article /g)).toHaveLength(2);
  });

  it('scores clips by their error; a sweep of sound alone says what it needs', async () => {
    const { code, json } = await inWorkspace('errors', '--masks', '1', ...tiny);
    expect([code, (json as { error: number }[]).map(({ error }) => error > 0)]).toEqual([0, [true, true]]);
    const { code: bad, err } = await inWorkspace('sweep', ...tiny);
    expect([bad === 2 || bad === 4, err]).toEqual([true, expect.stringContaining('at least two videos with sound')]);
  });
});

describe('bad usage', () => {
  it.each([
    [['frobnicate']],
    [['import']],
    [['embed', '--frames', '11']],
    [['reconstruct', '1']],
    [['finetune', '--mode', 'telepathy']],
    [['retrieve', '1']],
    [['project', '--space', 'outer']],
    [['bench', 'patience']],
  ])('%j is exit code 2 with one clear line', async (args) => {
    const { code, out, err } = await run(...args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^error: /);
  });

  it.each([
    [['similar', '7']],
    [['finetune', '--schema', 'none']],
    [['predict', '--classifier', '9']],
    [['embed', '--model', 'no-such-model']],
    [['labels', 'set', '99', 'x']],
  ])('%j names what is missing', async (args) => {
    const { code, err } = await inWorkspace(...args);
    expect(code).toBe(2);
    expect(err).toMatch(/^error: there (is|are) no|^error: .* is neither/);
  });
});

describe('every command', () => {
  const help = (): [string, ...string[]][] =>
    createProgram({ out: () => {}, err: () => {}, interactive: false, exit: () => {} }).commands.flatMap(
      (command) =>
        [[command.name()], ...command.commands.map((sub) => [command.name(), sub.name()] as [string, string])] as [
          string,
          ...string[],
        ][],
    );

  it('of CLI.md is there', () => {
    const names = new Set(help().map((path) => path.join(' ')));
    for (const name of [
      'doctor',
      'demo',
      'import',
      'sources list',
      'sources watch',
      'sources unwatch',
      'sources relink',
      'embed',
      'project',
      'clips',
      'labels import',
      'labels export',
      'labels set',
      'finetune',
      'predict',
      'evaluate',
      'pretrain',
      'similar',
      'retrieve',
      'retrieval-eval',
      'correspondence',
      'reconstruct',
      'gallery',
      'errors',
      'sweep',
      'fbank',
      'frames',
      'features',
      'losses',
      'logits',
      'checkpoint inspect',
      'checkpoint convert',
      'models list',
      'models download',
      'models add',
      'models remove',
      'export embeddings',
      'export onnx',
      'serve',
      'jobs list',
      'jobs resume',
      'jobs cancel',
      'bench',
    ])
      expect(names).toContain(name);
  });

  it.each(help().map((name) => [name.join(' '), name] as const))('%s answers --help', async (_, name) => {
    const { code, out } = await run(...name, '--help');
    expect(code).toBe(0);
    expect(out).toContain('Usage: cavmae');
  });
});

describe('the executable', () => {
  it('prints the document and nothing else on stdout', () => {
    const bin = path.resolve(import.meta.dirname, '../../../../bin/cavmae.mjs');
    const { stdout, status } = spawnSync(process.execPath, [bin, 'clips', '--workspace', workspace, '--json'], {
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toHaveLength(2);
    expect(stdout.endsWith('\n')).toBe(true);
  });
});
