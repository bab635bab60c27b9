// A tile of a recording that is decoded when it is asked for: at most 16 s of sound.
import { EngineError } from '../../../shared/engineError.ts';
import {
  secondsPerColumn,
  secondsPerTile,
  tileColumns,
  type TileSettings,
} from '../../../shared/wire/recordingTiles.ts';
import type { MediaDecoder } from '../mediaDecoder.ts';
import { spectrumColumns, type SpectrumColumns } from './spectrumColumns.ts';

export interface DetailTileRequest extends TileSettings {
  path: string;
  durationS: number;
  level: number;
  index: number;
}

/** @throws EngineError NOT_FOUND where the recording has no sound or ends before the tile, DECODE_FAILED */
export async function detailTile(
  decoder: MediaDecoder,
  request: DetailTileRequest,
  signal?: AbortSignal,
): Promise<SpectrumColumns> {
  const { path, durationS, level, index, channel, rateHz, windowSize, overlapPercent } = request;
  const startS = index * secondsPerTile(level);
  if (startS >= durationS) throw new EngineError('NOT_FOUND', 'the recording ends before this tile', { path });
  const marginS = windowSize / 2 / rateHz;
  const leadS = Math.min(startS, marginS);
  const endS = Math.min(durationS, startS + secondsPerTile(level) + marginS);
  const sound = await decoder.sound(path, { startS: startS - leadS, endS }, rateHz, signal, channel);
  if (!sound) throw new EngineError('NOT_FOUND', 'this recording has no sound', { path });
  return spectrumColumns(sound.samples, {
    rateHz,
    windowSize,
    overlapPercent,
    columnS: secondsPerColumn(level),
    leadS,
    columns: Math.min(tileColumns, Math.ceil((durationS - startS) / secondsPerColumn(level))),
  });
}
