// The overview of a recording: spectrum and waveform of the whole file at the levels that are too coarse to decode on
// demand. File: 8-byte header length, JSON header { bins, levels: [{ level, columns, offset }] }, then per level
// `power` U8 and `peaks` F32.
import { open, type FileHandle } from 'node:fs/promises';
import { EngineError } from '../../../shared/engineError.ts';
import {
  coarsestLevel,
  overviewLevel,
  overviewWindow,
  secondsPerColumn,
  tileColumns,
} from '../../../shared/wire/recordingTiles.ts';
import { writeAtomically } from '../../base/writeAtomically.ts';
import type { MediaDecoder } from '../mediaDecoder.ts';
import { halveColumns, spectrumColumns, type SpectrumColumns } from './spectrumColumns.ts';

interface Level {
  level: number;
  columns: number;
  /** Where `power` starts, after the header; `peaks` follow it, aligned to four bytes. */
  offset: number;
}
interface Header {
  bins: number;
  levels: Level[];
}

/** Sound is read in stretches of this many columns, so that memory does not grow with the file. */
const stretchColumns = 512;
const aligned = (bytes: number): number => Math.ceil(bytes / 4) * 4;

export interface OverviewRequest {
  path: string;
  outputPath: string;
  durationS: number;
  channel: number;
  rateHz: number;
}

/** All columns of the finest level of the overview. */
async function readWhole(
  decoder: MediaDecoder,
  request: OverviewRequest,
  onProgress: (share: number) => void,
  signal?: AbortSignal,
): Promise<SpectrumColumns> {
  const { path, durationS, channel, rateHz } = request;
  const columnS = secondsPerColumn(overviewLevel);
  const columns = Math.ceil(durationS / columnS);
  const bins = overviewWindow / 2;
  const whole = { columns, bins, power: new Uint8Array(columns * bins), peaks: new Float32Array(columns * 2) };
  const leadS = overviewWindow / rateHz;
  for (let first = 0; first < columns; first += stretchColumns) {
    const startS = first * columnS;
    const lead = Math.min(startS, leadS);
    const endS = Math.min(durationS, (first + stretchColumns) * columnS + leadS);
    const sound = await decoder.sound(path, { startS: startS - lead, endS }, rateHz, signal, channel);
    if (!sound) throw new EngineError('NOT_FOUND', 'this recording has no sound', { path });
    const part = spectrumColumns(sound.samples, {
      rateHz,
      windowSize: overviewWindow,
      overlapPercent: 50,
      columnS,
      leadS: lead,
      columns: Math.min(stretchColumns, columns - first),
    });
    whole.power.set(part.power, first * bins);
    whole.peaks.set(part.peaks, first * 2);
    onProgress(Math.min(1, (first + stretchColumns) / columns));
  }
  return whole;
}

/**
 * Writes the overview of a file; `onProgress` gets the share of it that was read.
 * @throws EngineError NOT_FOUND where there is no sound, DECODE_FAILED, CANCELLED
 */
export async function writeOverview(
  decoder: MediaDecoder,
  request: OverviewRequest,
  onProgress: (share: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  const parts: SpectrumColumns[] = [await readWhole(decoder, request, onProgress, signal)];
  while (parts.at(-1)!.columns > tileColumns && overviewLevel + parts.length <= coarsestLevel)
    parts.push(halveColumns(parts.at(-1)!));
  let offset = 0;
  const levels = parts.map(({ columns, bins }, i): Level => {
    const at = offset;
    offset += aligned(columns * bins) + columns * 8;
    return { level: overviewLevel + i, columns, offset: at };
  });
  const json = Buffer.from(JSON.stringify({ bins: parts[0]!.bins, levels } satisfies Header));
  const start = 8 + aligned(json.length);
  const bytes = new Uint8Array(start + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  parts.forEach(({ power, peaks, columns, bins }, i) => {
    const at = start + levels[i]!.offset;
    bytes.set(power, at);
    bytes.set(new Uint8Array(peaks.buffer), at + aligned(columns * bins));
  });
  await writeAtomically(request.outputPath, bytes);
}

async function readHeader(handle: FileHandle): Promise<{ header: Header; start: number }> {
  const length = Buffer.alloc(8);
  await handle.read(length, 0, 8, 0);
  const size = Number(length.readBigUInt64LE());
  if (size > 65_536) throw new EngineError('DECODE_FAILED', 'the overview file is damaged');
  const json = Buffer.alloc(size);
  await handle.read(json, 0, size, 8);
  return { header: JSON.parse(json.toString()) as Header, start: 8 + aligned(size) };
}

/**
 * Columns [first, first + tileColumns) of a level. A level coarser than the overview's coarsest is pooled from that.
 */
export async function readOverviewTile(path: string, level: number, index: number): Promise<SpectrumColumns> {
  await using handle = await open(path, 'r');
  const { header, start } = await readHeader(handle);
  const stored = Math.min(level, header.levels.at(-1)!.level);
  const found = header.levels.find((one) => one.level === stored);
  if (!found) throw new EngineError('BAD_INPUT', `the overview has no level ${level}`);
  const pooling = level - stored;
  const first = Math.min(found.columns, (index * tileColumns) << pooling);
  const columns = Math.min(found.columns - first, tileColumns << pooling);
  const { bins } = header;
  const power = new Uint8Array(columns * bins);
  const peaks = new Float32Array(columns * 2);
  await handle.read(power, 0, power.length, start + found.offset + first * bins);
  const peaksAt = start + found.offset + aligned(found.columns * bins) + first * 8;
  await handle.read(new Uint8Array(peaks.buffer), 0, peaks.byteLength, peaksAt);
  let tile: SpectrumColumns = { columns, bins, power, peaks };
  for (let i = 0; i < pooling; i++) tile = halveColumns(tile);
  return tile;
}
