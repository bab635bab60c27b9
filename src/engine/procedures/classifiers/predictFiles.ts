// A classifier on files outside the collection: window by window, as if they had been imported, with nothing kept. Of the workspace, or of an
// exported folder.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ItemFailure } from '../../../shared/contract/errors.ts';
import type { FilePrediction } from '../../../shared/contract/learning.ts';
import type { Classifier, Space } from '../../../shared/contract/model.ts';
import type { Precision } from '../../../shared/contract/extraction.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { resolveModel, wantsAlignedFrames } from '../../checkpoint/catalogue/catalogue.ts';
import { planWindows } from '../../media/planWindows.ts';
import { argMax } from '../../training/metrics/argMax.ts';
import { readClassifierFolder } from './classifierFolder.ts';
import { setToContinue } from '../maps/openEmbeddingSet.ts';
import { encoderFolder } from '../maps/encoderFolder.ts';
import type { EngineContext } from '../engineContext.ts';

const windowS = 10;
const frames = 10;

/** `embeds`: the checkpoint that embeds, for heads on embeddings; null for a finetuned model, which is `file` itself. */
interface Asked {
  file: string;
  embeds: string | null;
  /** Of the vectors that the head was trained on. */
  precision: Precision;
  mode: Classifier['mode'];
  multiLabel: boolean;
  classes: { name: string; threshold: number }[];
}

export function askStored(
  { workspace }: EngineContext,
  { checkpointFile, depth, modelId, mode, schemaId, classes, metrics }: Classifier & { checkpointFile: string },
): Asked {
  return {
    file: checkpointFile,
    embeds: depth === 'head' ? resolveModel(workspace, modelId) : null,
    precision: setToContinue({ workspace }, { name: modelId, precision: 'auto' })?.precision ?? 'float32',
    mode,
    multiLabel: workspace.annotations.multiLabel(schemaId),
    classes: classes.map(({ name }, k) => ({ name, threshold: metrics.classes[k]?.threshold ?? 0.5 })),
  };
}

export async function askFolder(folder: string): Promise<Asked> {
  const { model, depth, mode, multiLabel, classes } = await readClassifierFolder(folder);
  return { file: model, embeds: depth === 'head' ? model : null, precision: 'float32', mode, multiLabel, classes };
}

/** Files that cannot be read, or lack what the classifier looks at, are told with their reason and stop nothing. */
export async function predictFiles(
  context: EngineContext,
  asked: Asked,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<{ rows: FilePrediction[]; failed: ItemFailure[] }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'cavmae-'));
  const rows: FilePrediction[] = [];
  const failed: ItemFailure[] = [];
  const aligned = await wantsAlignedFrames(asked.embeds ?? asked.file);
  try {
    for (const given of paths) {
      const file = path.resolve(given);
      try {
        const { durationS } = await context.media.calls.probe({ path: file }, signal ? { signal } : {});
        for (const { startS, endS } of planWindows(durationS, windowS, windowS)) {
          const inputPath = path.join(folder, 'input.safetensors');
          await context.media.calls.prepare(
            { path: file, startS, endS, inputPath, thumbnailPath: null, aligned },
            signal ? { signal } : {},
          );
          rows.push({
            path: file,
            startS,
            endS,
            ...verdict(asked, await probabilitiesOf(context, asked, inputPath, signal)),
          });
        }
      } catch (thrown) {
        const error = EngineError.from(thrown);
        if (signal?.aborted || error.code === 'CANCELLED' || error.code === 'DISK_FULL') throw error;
        failed.push({ path: file, code: error.code, message: error.message });
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { rows, failed };
}

async function probabilitiesOf(
  { compute, workspace, readOnly }: EngineContext,
  { file, embeds, precision, mode, multiLabel, classes }: Asked,
  input: string,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const options = signal ? { signal } : {};
  const lacks = new EngineError(
    'BAD_INPUT',
    `it has no ${mode === 'audioonly' ? 'sound' : mode === 'videoonly' ? 'picture' : 'sound and no picture'} that this classifier could look at`,
  );
  if (embeds === null) {
    const { probabilities, failed } = await compute.calls.classify(
      { model: file, inputs: [input], frames, mode, activation: multiLabel ? 'sigmoid' : 'softmax' },
      options,
    );
    if (failed[0]) throw new EngineError(failed[0].code, failed[0].message);
    return probabilities;
  }
  const { joint, audio, visual, dim, failed } = await compute.calls.embed(
    { model: embeds, graphs: readOnly ? undefined : encoderFolder(workspace), inputs: [input], frames, precision },
    options,
  );
  if (failed[0]) throw new EngineError(failed[0].code, failed[0].message);
  const features: Record<Space, { dim: number; rows: Float32Array }> = {
    joint: { dim, rows: joint },
    audio: { dim, rows: audio },
    visual: { dim, rows: visual },
  };
  const { probabilities } = await compute.calls.predictHead({ file, features, count: 1 });
  if (Number.isNaN(probabilities[0]!) || probabilities.length !== classes.length) throw lacks;
  return probabilities;
}

function verdict(
  { classes }: Asked,
  p: Float32Array,
): Pick<FilePrediction, 'predicted' | 'probability' | 'abstained' | 'probabilities'> {
  const top = argMax(p, 0, classes.length);
  return {
    predicted: classes[top]!.name,
    probability: p[top]!,
    abstained: p[top]! < classes[top]!.threshold,
    probabilities: Object.fromEntries(classes.map(({ name }, k) => [name, p[k]!])),
  };
}
