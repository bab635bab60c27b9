// The compute worker's part of deeper finetuning: model and data in, a calibrated classifier with its scores out.
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { ClassifierMode, FinetuneDepth, FinetuneMode } from '../../shared/contract/modes.ts';
import type { CurvePoint, Metrics } from '../../shared/contract/model.ts';
import { loadModel } from '../checkpoint/loadModel.ts';
import { openCheckpoint } from '../checkpoint/openCheckpoint.ts';
import { saveCheckpoint } from '../checkpoint/saveCheckpoint.ts';
import { readTensor, type NamedTensor } from '../checkpoint/tensorEntry.ts';
import { classifyClip } from '../inference/classify.ts';
import type { ClipInput } from '../inference/clipInput.ts';
import { finetuneForward } from '../model/cavMaeFt.ts';
import { configOfCheckpoint } from '../model/configOfCheckpoint.ts';
import type { Model } from '../model/model.ts';
import { loadParameters, noExceptions, pretrainedToFinetune } from '../model/loadParameters.ts';
import { fnv1a } from '../base/randomStream.ts';
import { rowsOf } from './head/crossValidate.ts';
import { finetune } from './finetune.ts';
import type { LabelledClip } from './finetuneBatch.ts';
import { stepOfTokens } from './finetuneBatch.ts';
import { InputCache, type TrainingClip } from './data/inputCache.ts';
import { makeBatch, plainBatch } from './data/makeBatch.ts';
import { fitTemperature, negativeLogLikelihood, probabilities } from './metrics/calibration.ts';
import { evaluate, type EvaluatedMetrics } from './metrics/evaluate.ts';
import { modalityScores } from './metrics/modalityScores.ts';
import { bestThreshold } from './metrics/thresholds.ts';
import type { FinetuneValues } from './presets/preset.ts';
import { Random } from './random.ts';
import { splitBySource } from './data/split.ts';
import { TokenCache } from './data/tokenCache.ts';
import { WeightAverage } from './weightAverage.ts';

export interface FinetuneRequest {
  runId: number;
  /** A checkpoint's path, or `random:<size>:<seed>`. */
  model: string;
  modelId: string;
  depth: Exclude<FinetuneDepth, 'head'>;
  mode: FinetuneMode;
  multiLabel: boolean;
  classes: { classId: number; name: string }[];
  clips: TrainingClip[];
  targets: Float32Array;
  held: boolean[];
  seed: number;
  values: FinetuneValues;
  /** Folder of the run, for what it continues from. */
  folder: string;
  file: string;
  cacheBytes: number;
  microBatch: number;
}
export interface FinetuneTaskResult {
  metrics: Metrics;
  epochs: number;
}

/** Share of the training clips that choose the best epoch and the temperature; none where there are few. */
const validationShare = (clips: number): number => (clips >= 20 ? 0.15 : 0);
/** Frames whose probabilities are averaged in the final scores, as the reference does. */
const FRAMES = 10;

async function openForFinetuning({ model, classes, seed }: FinetuneRequest): Promise<Model> {
  const { tensors, config, kind } = await loadModel(model);
  const sizes = configOfCheckpoint(tensors, config);
  // A finetuned checkpoint has another task's head: it starts fresh, like the head over a pretrained one.
  if (kind === 'cavmaeft') for (const name of tensors.keys()) if (name.startsWith('mlp_head.')) tensors.delete(name);
  return {
    config: sizes,
    parameters: loadParameters(sizes, 'cavmaeft', tensors, {
      labelDim: classes.length,
      seed,
      exceptions: kind === 'cavmaeft' ? { ...noExceptions, fresh: pretrainedToFinetune.fresh } : pretrainedToFinetune,
    }),
  };
}

async function readTensors(
  path: string,
): Promise<{ tensors: Map<string, NamedTensor>; metadata: Record<string, string> }> {
  const file = await openCheckpoint(path);
  try {
    const tensors = new Map<string, NamedTensor>();
    for (const entry of file.entries) tensors.set(entry.name, await readTensor(file.source, entry));
    return { tensors, metadata: file.metadata };
  } finally {
    await file.source.close();
  }
}

const save = (
  path: string,
  model: Model,
  tensors: Iterable<[string, NamedTensor]>,
  metadata: Record<string, string> = {},
) => saveCheckpoint(path, { kind: 'cavmaeft', config: model.config, tensors, metadata });
const use = (model: Model, tensors: ReadonlyMap<string, { data: Float32Array }>): void => {
  for (const [name, { data }] of tensors) model.parameters.set(name, data);
};

export interface FinetuneTools {
  readInput: (path: string) => Promise<ClipInput>;
  readWaveform: (path: string) => Promise<Float32Array | null>;
  onPoint: (point: CurvePoint) => void;
  breathe: () => Promise<void>;
  stopping: () => boolean;
}

export async function runFinetune(
  request: FinetuneRequest,
  { readInput, readWaveform, onPoint, breathe, stopping }: FinetuneTools,
): Promise<FinetuneTaskResult> {
  const { classes, clips, targets, held, values, seed, mode, multiLabel, depth, folder } = request;
  const model = await openForFinetuning(request);
  const width = classes.length;
  const labelled: LabelledClip[] = clips.map((clip, n) => ({
    ...clip,
    target: targets.slice(n * width, (n + 1) * width),
  }));
  const learn = labelled.filter((_, n) => !held[n]);
  const isValidation = splitBySource(
    learn.map((clip) => ({
      source: clip.source,
      classes: [...clip.target.keys()].filter((k) => clip.target[k]! > 0.5),
    })),
    validationShare(learn.length),
    seed + 1,
  );
  const [train, validation, test] = [
    learn.filter((_, n) => !isValidation[n]),
    learn.filter((_, n) => isValidation[n]),
    labelled.filter((_, n) => held[n]),
  ];
  const cache = new InputCache(readInput, request.cacheBytes / 2);
  const tokens = depth === 'last' ? new TokenCache(model, mode, cache, request.cacheBytes / 2) : null;
  const targetsOf = (some: readonly LabelledClip[]) =>
    rowsOf(
      targets,
      width,
      some.map((clip) => labelled.indexOf(clip)),
    );

  /** Logits of clips on their middle frame [N, C]. */
  const logitsOf = async (some: readonly LabelledClip[]): Promise<Float32Array> => {
    const out = new Float32Array(some.length * width);
    for (let from = 0; from < some.length; from += 8) {
      await breathe();
      const part = some.slice(from, from + 8);
      if (tokens) {
        const { tensors, logits } = stepOfTokens(model, await tokens.middle(part), part, mode, 0);
        out.set(
          tf.tidy(() => logits(0, part.length).dataSync<'float32'>().slice()),
          from * width,
        );
        tf.dispose(tensors);
        continue;
      }
      const inputs = await Promise.all(part.map((clip) => cache.get(clip)));
      out.set(
        tf.tidy(() => {
          const names = part.map((clip) => clip.name);
          return finetuneForward(
            model,
            makeBatch(inputs, names, model.config, plainBatch, new Random(0), {
              audio: mode !== 'videoonly',
              image: mode !== 'audioonly',
            }),
            mode,
          )
            .dataSync<'float32'>()
            .slice();
        }),
        from * width,
      );
    }
    return out;
  };

  const bestFile = join(folder, 'best.safetensors');
  const averageFile = join(folder, 'average.safetensors');
  const average = new WeightAverage();
  let epochs = 0;
  try {
    const fingerprint = String(
      fnv1a(
        JSON.stringify([
          request.model,
          depth,
          mode,
          values,
          seed,
          clips.map((clip) => clip.clipId),
          [...targets].map(String),
          held,
        ]),
      ),
    );
    const outcome = await finetune(
      model,
      {
        depth,
        mode,
        multiLabel,
        values,
        seed,
        train,
        microBatch: request.microBatch,
        stateFile: join(folder, 'state.safetensors'),
        fingerprint,
      },
      { cache, waveform: readWaveform },
      tokens,
      {
        breathe,
        onPoint,
        stopping,
        validate: async () => {
          if (!validation.length) return { score: null, point: {} };
          const [logits, truth] = [await logitsOf(validation), targetsOf(validation)];
          const scored = {
            probabilities: probabilities(logits, width, multiLabel),
            targets: truth,
            clipIds: validation.map((clip) => clip.clipId),
            classes,
          };
          const { mAP, accuracy } = evaluate({ ...scored, thresholds: [], multiLabel });
          const valLoss = negativeLogLikelihood(logits, truth, width, multiLabel);
          // Few validation clips give the same accuracy again and again; among equals the more likely weights are better.
          const score = (multiLabel ? mAP : accuracy) ?? 0;
          return {
            score: score - 1e-3 * Math.min(valLoss, 100),
            point: { valLoss, ...(mAP !== null && { mAP }), ...(accuracy !== null && { accuracy }) },
          };
        },
        keepBest: () => save(bestFile, model, model.parameters.toTensors()),
        keepEpoch: async (epoch) => {
          if (!values.weightAverage || epoch < values.averageFrom) return;
          if (average.count === 0 && epoch > values.averageFrom) {
            const kept = await readTensors(averageFile);
            const epochs = Number(kept.metadata.epochs ?? epoch - values.averageFrom);
            average.restore(epochs, kept.tensors);
            // Killed after the average was written and before the training state was: this epoch is in it already.
            if (epochs > epoch - values.averageFrom) return;
          }
          const weights = model.parameters.toTensors();
          average.add(weights);
          await save(
            averageFile,
            model,
            [...average.mean].map(
              ([name, data]) => [name, { shape: weights.get(name)!.shape, data }] as [string, NamedTensor],
            ),
            { epochs: String(average.count) },
          );
        },
      },
    );
    epochs = outcome.epochs;
    if (values.weightAverage && epochs >= values.averageFrom)
      use(
        model,
        average.count
          ? new Map([...average.mean].map(([name, data]) => [name, { data }]))
          : (await readTensors(averageFile)).tensors,
      );
    else if (outcome.bestEpoch > 0) use(model, (await readTensors(bestFile)).tensors);

    const validationTargets = targetsOf(validation);
    const temperature = fitTemperature(await logitsOf(validation), validationTargets, width, multiLabel);
    // Folded into the head, so that every user of the file, ONNX and the reference included, gets calibrated probabilities.
    for (const name of ['mlp_head.1.weight', 'mlp_head.1.bias'])
      tf.tidy(() => model.parameters.get(name).assign(model.parameters.get(name).div(temperature)));
    const validationP = probabilities(await logitsOf(validation), width, multiLabel);
    const thresholds = classes.map((_, k) => {
      const rows = validation.map((__, n) => n * width + k).filter((i) => !Number.isNaN(validationTargets[i]!));
      return bestThreshold(
        rows.map((i) => validationP[i]!),
        rows.map((i) => validationTargets[i]! > 0.5),
      );
    });
    await save(request.file, model, model.parameters.toTensors(), {
      classes: JSON.stringify(classes.map(({ name }) => name)),
      parent: request.modelId,
      classifier: JSON.stringify({
        classes,
        multiLabel,
        temperature: 1,
        thresholds,
        modelId: request.modelId,
        mode,
        depth,
      }),
    });

    const score = async (ftMode: ClassifierMode, some: readonly LabelledClip[]): Promise<Float32Array> => {
      const p = new Float32Array(some.length * width);
      for (const [n, clip] of some.entries()) {
        await breathe();
        p.set(
          classifyClip(model, await cache.get(clip), {
            mode: ftMode,
            activation: multiLabel ? 'sigmoid' : 'softmax',
            frames: FRAMES,
          }),
          n * width,
        );
      }
      return p;
    };
    const truth = targetsOf(test);
    const clipIds = test.map((clip) => clip.clipId);
    const measured = evaluate({
      probabilities: await score(mode, test),
      targets: truth,
      clipIds,
      classes,
      thresholds,
      multiLabel,
    });
    const alone = async (ftMode: ClassifierMode): Promise<EvaluatedMetrics | null> =>
      mode === 'multimodal' && test.length
        ? evaluate({
            probabilities: await score(ftMode, test),
            targets: truth,
            clipIds,
            classes,
            thresholds,
            multiLabel,
          })
        : null;
    const [both, heard, seen] =
      mode === 'multimodal'
        ? [measured, await alone('missingaudioonly'), await alone('missingvideoonly')]
        : [null, mode === 'audioonly' ? measured : null, mode === 'videoonly' ? measured : null];
    const { attribution, alone: ofClass } = modalityScores({ both, audio: heard, visual: seen }, multiLabel);
    const perClass = measured.classes.map((one, k) => ({ ...one, alone: ofClass(k) }));
    const warnings = [
      ...(test.length ? [] : ['No clips were held out: there are no scores.']),
      ...(validation.length ? [] : ['Too few clips to set any aside for calibration: probabilities are as trained.']),
    ];
    return {
      epochs,
      metrics: { ...measured, classes: perClass, trainCount: learn.length, temperature, attribution, warnings },
    };
  } finally {
    model.parameters.dispose();
  }
}
