// What the compute worker does for events: detectors learn and look. Recordings come as files of `detectorInput`.
import { readFile } from 'node:fs/promises';
import { EngineError } from '../../shared/engineError.ts';
import { decodeSafetensors } from '../../shared/wire/safetensors.ts';
import { startBackend } from '../backend/startBackend.ts';
import { breathe } from '../base/breathe.ts';
import { disposeDetector, loadDetector, saveDetector } from '../events/network/detectorFile.ts';
import type { DetectorInput } from '../events/detectorInput.ts';
import { detect, type DetectorModel } from '../events/network/detectorModel.ts';
import { learnDetector } from '../events/network/learnDetector.ts';
import type { Detection, LabelledRecording, Modality } from '../events/timedSpan.ts';
import type { CallContext } from './channel.ts';

export interface LearnEventsRequest {
  /** Recordings to learn from, by modality, with the spans of that modality. */
  modalities: { modality: Modality; recordings: (LabelledRecording & { inputPath: string })[] }[];
  unlabelled: string[];
  classes: number;
  seed: number;
  outputPath: string;
}
export interface LearntEvents {
  modality: Modality;
  folds: number;
  heldOut: { mediaId: number; detections: Detection[] }[];
}

/** Null where the recording has no such modality. */
async function inputOf(path: string, modality: Modality): Promise<DetectorInput | null> {
  const { tensors } = decodeSafetensors(await readFile(path));
  if (modality === 'audio') return tensors.spectrum ? { spectrum: tensors.spectrum.data as Float32Array } : null;
  const { pictures, grid } = tensors;
  return pictures && grid ? { pictures: pictures.data as Uint8Array, grid: grid.data as Uint8Array } : null;
}

async function inputsOf<T extends { inputPath: string }>(recordings: readonly T[], modality: Modality) {
  const found: (T & { input: DetectorInput })[] = [];
  for (const recording of recordings) {
    const input = await inputOf(recording.inputPath, modality);
    if (input) found.push({ ...recording, input });
  }
  return found;
}

export const eventHandlers = {
  learnEvents: async (request: LearnEventsRequest, { signal, emit }: CallContext<{ share: number }>) => {
    await startBackend();
    const models: DetectorModel[] = [];
    const learnt: LearntEvents[] = [];
    try {
      for (const [k, { modality, recordings }] of request.modalities.entries()) {
        const known = await inputsOf(recordings, modality);
        if (known.length === 0)
          throw new EngineError(
            'BAD_INPUT',
            `none of the recordings has a ${modality === 'audio' ? 'sound' : 'picture'}`,
          );
        const others = await inputsOf(
          request.unlabelled.map((inputPath) => ({ inputPath })),
          modality,
        );
        const { model, heldOut, folds } = await learnDetector(
          {
            modality,
            classes: request.classes,
            recordings: known,
            unlabelled: others.map(({ input }) => input),
            seed: request.seed,
          },
          {
            progress: (share) => emit({ share: (k + share) / request.modalities.length }),
            breathe: () => breathe(signal),
          },
        );
        models.push(model);
        learnt.push({
          modality,
          folds,
          heldOut: heldOut.map(({ recording, detections }) => ({ mediaId: recording.mediaId, detections })),
        });
      }
      await saveDetector(request.outputPath, models);
      return learnt;
    } finally {
      disposeDetector(models);
    }
  },
  detectEvents: async ({ file, inputPath }: { file: string; inputPath: string }) => {
    await startBackend();
    const models = await loadDetector(file);
    try {
      const found: { modality: Modality; detections: Detection[] }[] = [];
      for (const model of models) {
        const input = await inputOf(inputPath, model.modality);
        if (input) found.push({ modality: model.modality, detections: detect(model, input) });
      }
      return found;
    } finally {
      disposeDetector(models);
    }
  },
};
