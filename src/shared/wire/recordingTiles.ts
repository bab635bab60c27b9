// Addresses and grid of recording tiles: what the timeline draws of a whole file, without decoding it in the page. A
// tile holds `tileColumns` columns of 2^level milliseconds each; the page and the engine compute the same grid from
// here.

/** Columns of one tile. */
export const tileColumns = 256;
/** Tiles from this level on are cut from the overview of the file; finer ones are decoded when asked for. */
export const overviewLevel = 7;
/** The coarsest level: one column is 65 s, one tile 4.7 hours. */
export const coarsestLevel = 16;
/** Lengths of the analysis window that may be asked for, in samples. */
export const windowSizes = [128, 256, 512, 1024, 2048, 4096, 8192] as const;
/** Shares of a window, in percent, by which neighbouring windows overlap. */
export const overlaps = [0, 50, 75, 90] as const;
/** Window of the overview, in samples: it has one for all settings. */
export const overviewWindow = 512;
/** Levels are stored as bytes: 0 is -127.5 dB, 255 is 0 dB of a full-scale sine. */
export const decibelsOf = (byte: number): number => byte / 2 - 127.5;

export const secondsPerColumn = (level: number): number => 2 ** level / 1000;
export const secondsPerTile = (level: number): number => tileColumns * secondsPerColumn(level);

/** A recording as its addresses name it. `content`: the first digits of the hash of its bytes. */
export interface AddressedRecording {
  mediaId: number;
  content: string;
}
/** How a tile is computed. `channel` counts from 0; `rateHz` is the recording's own sample rate. */
export interface TileSettings {
  channel: number;
  rateHz: number;
  windowSize: number;
  overlapPercent: number;
}

const recordingUrl = ({ mediaId, content }: AddressedRecording, what: string): string =>
  `/media/recordings/${mediaId}/${what}?v=${content}`;

/**
 * safetensors: `power` U8 [columns, bins] (bin k is k * rateHz / 2 / bins Hz), `peaks` F32 [columns, 2] (least and
 * greatest sample). Fewer columns at the end of the file; none beyond it.
 */
export const tileUrl = (recording: AddressedRecording, settings: TileSettings, level: number, index: number): string =>
  recordingUrl(
    recording,
    `tiles/${settings.channel}-${settings.rateHz}-${settings.windowSize}-${settings.overlapPercent}/${level}/${index}.safetensors`,
  );
/** JSON `OverviewState`. Asking starts the overview where there is none yet. */
export const overviewUrl = (recording: AddressedRecording, { channel, rateHz }: TileSettings): string =>
  recordingUrl(recording, `overview/${channel}-${rateHz}.json`);
/** JPEG, 96 px high, of the picture shown at this time. */
export const filmFrameUrl = (recording: AddressedRecording, timeMs: number): string =>
  recordingUrl(recording, `film/${Math.round(timeMs)}.jpg`);

export interface OverviewState {
  ready: boolean;
  /** Share of the file that has been read, 0 to 1. */
  progress: number;
  /** Why the overview cannot be made; null while all is well. */
  error: string | null;
}
