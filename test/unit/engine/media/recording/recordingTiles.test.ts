// Tiles and overview of a recording, against sound whose frequency and times are known.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detailTile } from '../../../../../src/engine/media/recording/detailTile.ts';
import { filmFrame } from '../../../../../src/engine/media/recording/filmFrame.ts';
import { readOverviewTile, writeOverview } from '../../../../../src/engine/media/recording/overviewFile.ts';
import { recordingResponse } from '../../../../../src/engine/media/recording/recordingResponse.ts';
import { halveColumns, type SpectrumColumns } from '../../../../../src/engine/media/recording/spectrumColumns.ts';
import { nodeAvDecoder } from '../../../../../src/engine/media/nodeAv/nodeAvDecoder.ts';
import { EngineError } from '../../../../../src/shared/engineError.ts';
import { decibelsOf, overviewUrl, secondsPerColumn, tileUrl } from '../../../../../src/shared/wire/recordingTiles.ts';
import { makeMedia } from '../mediaFactory.ts';

const rateHz = 48_000;
const durationS = 40;
const toneHz = 6000;
let folder: string;
let path: string;

/**
 * Stereo: the left channel holds a full-scale tone from 20 s to 21 s, the right one a tone at half the level from 5 s
 * to 6 s.
 */
function stereoWav(): Buffer {
  const count = durationS * rateHz;
  const data = Buffer.alloc(44 + count * 4);
  data.write('RIFF', 0);
  data.writeUInt32LE(data.length - 8, 4);
  data.write('WAVEfmt ', 8);
  data.writeUInt32LE(16, 16);
  data.writeUInt16LE(1, 20);
  data.writeUInt16LE(2, 22);
  data.writeUInt32LE(rateHz, 24);
  data.writeUInt32LE(rateHz * 4, 28);
  data.writeUInt16LE(4, 32);
  data.writeUInt16LE(16, 34);
  data.write('data', 36);
  data.writeUInt32LE(count * 4, 40);
  for (let i = 0; i < count; i++) {
    const s = i / rateHz;
    const wave = Math.sin((2 * Math.PI * toneHz * i) / rateHz) * 32_767;
    if (s >= 20 && s < 21) data.writeInt16LE(Math.round(wave), 44 + i * 4);
    if (s >= 5 && s < 6) data.writeInt16LE(Math.round(wave / 2), 46 + i * 4);
  }
  return data;
}

/** Bin and level in dB of a column's greatest entry. */
function loudest({ bins, power }: SpectrumColumns, column: number): { hz: number; decibels: number } {
  const row = [...power.subarray(column * bins, (column + 1) * bins)];
  const bin = row.indexOf(Math.max(...row));
  return { hz: ((bin + 0.5) * rateHz) / 2 / bins, decibels: decibelsOf(row[bin]!) };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recording-tiles-'));
  path = join(folder, 'stereo.wav');
  writeFileSync(path, stereoWav());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a decoded tile', () => {
  const ask = (level: number, index: number, channel = 0, windowSize = 1024) =>
    detailTile(nodeAvDecoder, { path, durationS, channel, rateHz, windowSize, overlapPercent: 50, level, index });

  it('holds the tone at its frequency, level and time', async () => {
    // Level 4: 16 ms a column, 4.096 s a tile; tile 4 starts at 16.384 s.
    const tile = await ask(4, 4);
    expect([tile.columns, tile.bins]).toEqual([256, 512]);
    const at = (s: number) => loudest(tile, Math.floor((s - 16.384) / secondsPerColumn(4)));
    expect(at(20.2).hz).toBeCloseTo(toneHz, -2);
    expect(at(20.2).decibels).toBeGreaterThan(-1.5);
    expect(at(20.2).decibels).toBeLessThan(1);
    expect(at(19.9).decibels).toBe(-127.5);
    const column = Math.floor((20.2 - 16.384) / secondsPerColumn(4));
    expect(tile.peaks[2 * column]).toBeCloseTo(-1, 2);
    expect(tile.peaks[2 * column + 1]).toBeCloseTo(1, 2);
  });

  it('is of the channel that was asked for', async () => {
    const [left, right] = await Promise.all([ask(4, 1, 0), ask(4, 1, 1)]);
    const column = Math.floor((5.5 - 4.096) / secondsPerColumn(4));
    expect(loudest(left, column).decibels).toBe(-127.5);
    expect(loudest(right, column).decibels).toBeCloseTo(-6, 0);
  });

  it('ends with the recording, and beyond it there is none', async () => {
    const last = await ask(6, 2);
    expect(last.columns).toBe(Math.ceil((durationS - 2 * 16.384) / 0.064));
    const beyond = await ask(6, 3).catch((thrown: unknown) => thrown);
    expect(beyond).toBeInstanceOf(EngineError);
    expect((beyond as EngineError).code).toBe('NOT_FOUND');
  });

  it('pools the bins of a long window', async () => {
    expect((await ask(6, 1, 0, 8192)).bins).toBe(1024);
  });
});

describe('the overview', () => {
  it('tells the same as decoded tiles, at every level, and reports its progress', async () => {
    const outputPath = join(folder, 'overview.bin');
    const shares: number[] = [];
    await writeOverview(nodeAvDecoder, { path, outputPath, durationS, channel: 0, rateHz }, (s) => shares.push(s));
    expect(shares.at(-1)).toBe(1);
    const fine = await readOverviewTile(outputPath, 7, 0);
    expect(fine.columns).toBe(256);
    const coarse = await readOverviewTile(outputPath, 9, 0);
    for (const [tile, level] of [
      [fine, 7],
      [coarse, 9],
    ] as const) {
      const at = (s: number) => loudest(tile, Math.floor(s / secondsPerColumn(level)));
      expect(at(20.6).hz).toBeCloseTo(toneHz, -2);
      expect(at(20.6).decibels).toBeGreaterThan(-1.5);
      expect(at(23).decibels).toBe(-127.5);
      expect(at(18).decibels).toBe(-127.5);
    }
    expect(coarse.columns).toBe(Math.ceil(durationS / secondsPerColumn(9)));
  });

  it('is pooled by maximum', () => {
    const tile: SpectrumColumns = {
      columns: 3,
      bins: 1,
      power: Uint8Array.of(3, 9, 5),
      peaks: Float32Array.of(-0.1, 0.2, -0.3, 0.1, -0.5, 0.5),
    };
    const { columns, power, peaks } = halveColumns(tile);
    expect([columns, [...power], [...peaks]]).toEqual([2, [9, 5], [...Float32Array.of(-0.3, 0.2, -0.5, 0.5)]]);
  });
});

describe('the filmstrip', () => {
  it('shows a small picture at a time, also of one picture a second', async () => {
    const file = join(folder, 'slow.mp4');
    await makeMedia(file, { format: 'mp4', video: { codec: 'libx264', rate: 1 }, durationS: 4 });
    const jpeg = await filmFrame(nodeAvDecoder, { path: file, timeS: 2.5, durationS: 4 });
    expect([jpeg[0], jpeg[1]]).toEqual([0xff, 0xd8]);
  });
});

describe('addresses of recordings', () => {
  const recording = { id: 7, absolutePath: '/x.wav', contentHash: 'a'.repeat(64), durationS };
  const asked: unknown[] = [];
  const calls = {
    recordingOverview: async () => Promise.reject(new EngineError('DECODE_FAILED', 'the file is damaged')),
    recordingTile: async (input: unknown) => (asked.push(input), { bytes: new Uint8Array(1) }),
    overviewTile: async () => ({ bytes: new Uint8Array(1) }),
    filmFrame: async () => ({ jpeg: new Uint8Array(1) }),
  };
  const get = (url: string) =>
    recordingResponse(new Request(`http://x${url}`), {
      workspace: { path: folder, media: { get: (id) => (id === 7 ? recording : null) } },
      media: { calls },
    });
  const named = { mediaId: 7, content: 'a'.repeat(16) };
  const settings = { channel: 1, rateHz, windowSize: 1024, overlapPercent: 75 };

  it('lead to the recording, and name their content for the cache', async () => {
    const response = (await get(tileUrl(named, settings, 3, 5)))!;
    expect(response.headers.get('cache-control')).toContain('immutable');
    expect(asked.at(-1)).toMatchObject({ path: '/x.wav', channel: 1, windowSize: 1024, level: 3, index: 5 });
    expect(await get(tileUrl({ ...named, mediaId: 8 }, settings, 3, 5))).toBeNull();
    expect(await get('/media/recordings/7/tiles/../../secret')).toBeNull();
  });

  it('refuse settings out of range, and a coarse tile before its overview is there', async () => {
    await expect(get(tileUrl(named, { ...settings, windowSize: 1000 }, 3, 5))).rejects.toThrow('analysis window');
    await expect(get(tileUrl(named, settings, 9, 0))).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('tell why an overview cannot be made', async () => {
    const state = async () => (await get(overviewUrl(named, settings)))!.json();
    expect(await state()).toMatchObject({ ready: false, error: null });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await state()).toMatchObject({ ready: false, error: 'the file is damaged' });
  });
});
