// The decoder on node-av 6.1 (FFmpeg 8.1 bindings).
import { stat } from 'node:fs/promises';
import { getFFmpegInfo } from 'node-av/lib';
import { EngineError } from '../../../shared/engineError.ts';
import type { MediaDecoder } from '../mediaDecoder.ts';
import { decodePictures } from './decodePictures.ts';
import { decodeSound } from './decodeSound.ts';
import { openMedia } from './openMedia.ts';
import { probeMedia } from './probeMedia.ts';
import { transcodeWindow } from './transcodeWindow.ts';

/** Runs `work`; a plain error of the bindings becomes DECODE_FAILED with the path. */
async function named<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const error = EngineError.from(thrown);
    throw error.code === 'INTERNAL' ? new EngineError('DECODE_FAILED', error.message, { path }, thrown) : error;
  }
}

// `return await`: without it `await using` would close the file under a decoder still at work.
export const nodeAvDecoder: MediaDecoder = {
  get name() {
    return `node-av, FFmpeg ${getFFmpegInfo().version}`;
  },
  probe: (path, signal) =>
    named(path, async () => {
      const { size } = await stat(path);
      if (size === 0) throw new EngineError('DECODE_FAILED', 'the file is empty (0 bytes)', { path });
      await using media = await openMedia(path);
      return await probeMedia(media, () => openMedia(path), size, signal);
    }),
  sound: (path, window, sampleRateHz, signal, channel) =>
    named(path, async () => {
      await using media = await openMedia(path);
      return await decodeSound(media, window, { rateHz: sampleRateHz, channel }, signal);
    }),
  pictures: (path, window, count, signal) =>
    named(path, async () => {
      await using media = await openMedia(path);
      return await decodePictures(media, window, count, signal);
    }),
  transcode: (path, window, outputPath, signal) => named(path, () => transcodeWindow(path, window, outputPath, signal)),
};
