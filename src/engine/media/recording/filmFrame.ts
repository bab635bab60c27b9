// One small picture of a recording, for the filmstrip of the timeline.
import sharp from 'sharp';
import { EngineError } from '../../../shared/engineError.ts';
import type { MediaDecoder } from '../mediaDecoder.ts';

const heightPx = 96;
/** The window that is searched for a picture: recordings of one picture a second have one in it. */
const searchS = 1.01;

/** @throws EngineError NOT_FOUND where there is no picture at this time, DECODE_FAILED */
export async function filmFrame(
  decoder: MediaDecoder,
  { path, timeS, durationS }: { path: string; timeS: number; durationS: number },
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const startS = Math.max(0, Math.min(timeS, durationS - 0.05));
  for (const lengthS of [0.12, searchS]) {
    const found = await decoder.pictures(path, { startS, endS: startS + lengthS }, 1, signal);
    const picture = found?.pictures[0];
    if (!picture) continue;
    const { data, width, height } = picture;
    return sharp(data, { raw: { width, height, channels: 3 } })
      .resize({ height: heightPx })
      .jpeg({ quality: 75 })
      .toBuffer();
  }
  throw new EngineError('NOT_FOUND', 'there is no picture at this time', { path });
}
