// The media worker: decoding and everything made from decoded media. A crash or hang here costs one file; the host starts it again.
import { readFile } from 'node:fs/promises';
import { EngineError } from '../../shared/engineError.ts';
import { decodeSafetensors, encodeSafetensors, type Tensor } from '../../shared/wire/safetensors.ts';
import { contentHash } from '../base/contentHash.ts';
import { nodeAvDecoder } from '../media/nodeAv/nodeAvDecoder.ts';
import { pictureJpeg } from '../media/pictureJpeg.ts';
import { probeFile } from '../media/probeFile.ts';
import { fileTags } from '../media/tags/fileTags.ts';
import { detailTile, type DetailTileRequest } from '../media/recording/detailTile.ts';
import { filmFrame } from '../media/recording/filmFrame.ts';
import { readOverviewTile, writeOverview, type OverviewRequest } from '../media/recording/overviewFile.ts';
import type { SpectrumColumns } from '../media/recording/spectrumColumns.ts';
import { spectrogramPng } from '../media/spectrogramImage.ts';
import { makeDemo, type DemoProgress, type MakeDemoInput } from '../demo/makeDemo.ts';
import type { CallContext } from './channel.ts';
import { cutSound, type CutSoundRequest } from './cutSound.ts';
import { writeDetectorInput, type DetectorInputRequest } from './detectorInput.ts';
import { prepareClip, type PrepareInput } from './prepareClip.ts';
import { serveProcess } from './serveProcess.ts';

async function tensorOf(inputPath: string, name: string): Promise<Tensor> {
  const tensor = decodeSafetensors(await readFile(inputPath)).tensors[name];
  if (!tensor)
    throw new EngineError('NOT_FOUND', name === 'frames' ? 'this clip has no picture' : 'this clip has no sound', {
      path: inputPath,
    });
  return tensor;
}

const decoder = nodeAvDecoder;

const tileBytes = ({ columns, bins, power, peaks }: SpectrumColumns) => ({
  bytes: encodeSafetensors({
    power: { shape: [columns, bins], data: power },
    peaks: { shape: [columns, 2], data: peaks },
  }),
});

const handlers = {
  about: async (_: Record<string, never>) => ({ decoder: decoder.name }),
  /** Facts of a file, with duration from timestamps, size in bytes and time of change. */
  probe: ({ path }: { path: string }, { signal }: CallContext) => probeFile(decoder, path, signal),
  /** What a file, and the files beside it, say of the recording. */
  tags: ({ path }: { path: string }) => fileTags(path),
  /** SHA-256 of the whole content. */
  hash: async ({ path }: { path: string }, { signal }: CallContext) => ({
    contentHash: await contentHash(path, signal),
  }),
  /** Decodes a whole recording into what detectors of events look at. */
  detectorInput: (input: DetectorInputRequest, { signal }: CallContext) => writeDetectorInput(decoder, input, signal),
  /** Writes a stretch of a recording's sound as WAV. */
  cutSound: async (input: CutSoundRequest, { signal }: CallContext) => {
    await cutSound(decoder, input, signal);
    return {};
  },
  /** Decodes one clip into its input file and thumbnail. */
  prepare: (input: PrepareInput, { signal }: CallContext) => prepareClip(decoder, input, signal),
  /** PNG of an input file's fbank; NOT_FOUND where it has none. */
  spectrogramPng: async ({ inputPath }: { inputPath: string }) => {
    const { data } = await tensorOf(inputPath, 'fbank');
    return { png: await spectrogramPng(data as Float32Array) };
  },
  /** JPEG of frame k = 0..9 of an input file; NOT_FOUND where it has none. */
  framesJpeg: async ({ inputPath, k }: { inputPath: string; k: number }) => {
    const {
      shape: [count, height, width],
      data,
    } = await tensorOf(inputPath, 'frames');
    if (!Number.isInteger(k) || k < 0 || k >= count!)
      throw new EngineError('BAD_INPUT', `there is no frame ${k}: frames are numbered 0 to ${count! - 1}`, {
        field: 'k',
      });
    const size = height! * width! * 3;
    return {
      jpeg: await pictureJpeg({
        width: width!,
        height: height!,
        data: (data as Uint8Array).subarray(k * size, (k + 1) * size),
      }),
    };
  },
  /** An MP4 of the window for what a browser cannot play. */
  preview: async (
    { path, startS, endS, outputPath }: { path: string; startS: number; endS: number; outputPath: string },
    { signal }: CallContext,
  ) => {
    await decoder.transcode(path, { startS, endS }, outputPath, signal);
    return {};
  },
  /** Writes the overview of a recording; an event per stretch of it that was read. */
  recordingOverview: async (input: OverviewRequest, { signal, emit }: CallContext<{ progress: number }>) => {
    await writeOverview(decoder, input, (progress) => emit({ progress }), signal);
    return {};
  },
  overviewTile: async ({ path, level, index }: { path: string; level: number; index: number }) =>
    tileBytes(await readOverviewTile(path, level, index)),
  recordingTile: async (input: DetailTileRequest, { signal }: CallContext) =>
    tileBytes(await detailTile(decoder, input, signal)),
  filmFrame: async (input: { path: string; timeS: number; durationS: number }, { signal }: CallContext) => ({
    jpeg: await filmFrame(decoder, input, signal),
  }),
  /** Renders the demo collection; an event per finished clip. */
  makeDemo: (input: MakeDemoInput, { signal, emit }: CallContext<DemoProgress>) =>
    makeDemo(input, { signal, onProgress: emit }),
};

export type MediaHandlers = typeof handlers;

serveProcess(handlers);
