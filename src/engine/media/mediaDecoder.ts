// The small interface between this application and a decoder. node-av (FFmpeg bindings) stands behind it in `nodeAv/`;
// a system FFmpeg can take its place by implementing the same five functions.
import type { MediaKind } from './mediaKind.ts';
import type { Stretch } from './mediaStretches.ts';

/** A window [startS, endS) in seconds from the beginning of the medium. */
export interface TimeWindow {
  startS: number;
  endS: number;
}

/** RGB, 8 bits, rows from the top: [height, width, 3]. Upright, with square pixels. */
export interface Picture {
  width: number;
  height: number;
  data: Uint8Array;
}

/** What a file holds. `width` and `height` are as shown: after rotation and pixel aspect. */
export interface MediaFacts {
  kind: MediaKind;
  durationS: number;
  /** The parts of it that hold data; none for a still. */
  stretches: Stretch[];
  container: string | null;
  width: number | null;
  height: number | null;
  frameRateHz: number | null;
  videoCodec: string | null;
  audioCodec: string | null;
  sampleRateHz: number | null;
  channels: number | null;
  /**
   * How many sound tracks there are, and which of them, counted from 1, is heard: the one marked as default, else the
   * one FFmpeg ranks first.
   */
  audioTracks: number;
  audioTrack: number | null;
  /** Clockwise turn, in degrees, that makes the stored picture upright. */
  rotation: 0 | 90 | 180 | 270;
  /** The file is damaged, shorter than its header says, or was read with errors. */
  salvaged: boolean;
}

/** `samples`: F32 mono at the rate asked for, first channel, starting at the window's start; may end before the window does. */
export interface DecodedSound {
  samples: Float32Array;
  salvaged: boolean;
}
export interface DecodedPictures {
  pictures: Picture[];
  salvaged: boolean;
}

export interface MediaDecoder {
  readonly name: string;
  /** Throws DECODE_FAILED with the path when nothing in the file can be decoded. */
  probe(path: string, signal?: AbortSignal): Promise<MediaFacts>;
  /** Null where the medium has no sound. `channel` counts from 0; the model hears the first. */
  sound(
    path: string,
    window: TimeWindow,
    sampleRateHz: number,
    signal?: AbortSignal,
    channel?: number,
  ): Promise<DecodedSound | null>;
  /** Picture k = 0..count-1 is number int(k * N / count) of the window's N pictures. Null where the medium has none. */
  pictures(path: string, window: TimeWindow, count: number, signal?: AbortSignal): Promise<DecodedPictures | null>;
  /** Writes an MP4 (H.264, AAC) of the window that every browser plays. */
  transcode(path: string, window: TimeWindow, outputPath: string, signal?: AbortSignal): Promise<void>;
}
