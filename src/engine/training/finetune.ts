// Finetuning CAVMAEFT (paper section 3.2): the last layers on cached tokens, or everything with the paper's recipe.
import * as tf from '@tensorflow/tfjs';
import type { ClassifierMode, FinetuneDepth } from '../../shared/contract/modes.ts';
import type { CurvePoint } from '../../shared/contract/model.ts';
import { EngineError } from '../../shared/engineError.ts';
import type { Model } from '../model/model.ts';
import { accumulate, fitting } from './optimiser/accumulate.ts';
import { Adam } from './optimiser/adam.ts';
import { drawInputs, stepOfInputs, stepOfTokens, type InputReader, type LabelledClip } from './finetuneBatch.ts';
import { finetuneLoss, lossTerms } from './finetuneLoss.ts';
import type { FinetuneValues } from './presets/preset.ts';
import { balancedWeights, epochOrder } from './data/sampler.ts';
import { multiStepFactor } from './optimiser/schedule.ts';
import type { TokenCache } from './data/tokenCache.ts';
import { loadTrainingState, randomOf, saveTrainingState, type Position } from './trainingState.ts';

export interface FinetunePlan {
  depth: Exclude<FinetuneDepth, 'head'>;
  mode: ClassifierMode;
  multiLabel: boolean;
  values: FinetuneValues;
  seed: number;
  train: readonly LabelledClip[];
  microBatch: number;
  stateFile: string;
  fingerprint: string;
}

export interface FinetuneHooks {
  breathe: () => Promise<void>;
  onPoint: (point: CurvePoint) => void;
  /** Measures the weights after an epoch; higher is better, null where nothing can be measured. */
  validate: (epoch: number) => Promise<{ score: number | null; point: Partial<CurvePoint> }>;
  /** Called when the weights are the best so far, and after every epoch. */
  keepBest: () => Promise<void>;
  keepEpoch: (epoch: number) => Promise<void>;
  /** True: end after this step, with what there is. */
  stopping: () => boolean;
}

const ORDER = 11;
const STEP = 12;
/** Epochs without a better score before an early stop. */
const PATIENCE = 5;

/** The reference's first group of parameters, at lr × headRatio. */
export const isHead = (name: string): boolean => name.startsWith('mlp_head.');

/** Last layers: E_j with its norms, the final norms and the head. */
export const trainableAt = (model: Model, depth: FinetunePlan['depth']): string[] =>
  model.parameters.names.filter(
    (name) => depth === 'full' || isHead(name) || /^(blocks_u\.|norm(_[av])?\.)/.test(name),
  );

/** Trains in place; returns the epochs done and the best score. Resumes at the last finished epoch, bit for bit. */
export async function finetune(
  model: Model,
  plan: FinetunePlan,
  reader: InputReader,
  tokens: TokenCache | null,
  hooks: FinetuneHooks,
): Promise<{ epochs: number; bestEpoch: number }> {
  const { values, seed, train, mode, multiLabel } = plan;
  const trainable = trainableAt(model, plan.depth);
  const adam = new Adam(model.parameters.entries().filter(([name]) => trainable.includes(name)));
  const batchSize = Math.min(values.batchSize, train.length);
  const perEpoch = Math.max(1, Math.floor(train.length / batchSize));
  const classes = train[0]!.target.length;
  const flat = new Float32Array(train.length * classes);
  train.forEach((clip, n) => flat.set(clip.target, n * classes));
  let { microBatch } = plan;
  const weights = values.balanced ? balancedWeights(flat, classes) : null;
  try {
    const position: Position = (await loadTrainingState(plan.stateFile, model, adam, plan.fingerprint)) ?? {
      step: 0,
      fingerprint: plan.fingerprint,
      memory: { best: -Infinity, bestEpoch: 0 },
    };
    let { best = -Infinity, bestEpoch = 0 } = position.memory;
    // JSON has no infinities: a state saved before any score holds null.
    best ??= -Infinity;
    let epoch = Math.floor(position.step / perEpoch);
    for (; epoch < values.epochs && !(values.earlyStop && bestEpoch > 0 && epoch - bestEpoch >= PATIENCE); epoch++) {
      const order = epochOrder(train.length, randomOf(seed, ORDER, epoch), weights);
      const rate = values.learningRate * multiStepFactor(values.schedule, epoch + 1);
      let loss = 0;
      for (let k = 0; k < perEpoch; k++) {
        await hooks.breathe();
        if (hooks.stopping()) return { epochs: epoch, bestEpoch };
        const step = epoch * perEpoch + k;
        const clips = order.slice(k * batchSize, (k + 1) * batchSize).map((i) => train[i]!);
        const random = randomOf(seed, STEP, step);
        const { tensors, targets, logits } = tokens
          ? stepOfTokens(model, await tokens.get(clips, random), clips, mode, values.labelSmoothing)
          : stepOfInputs(
              model,
              await drawInputs(clips, train, values, mode, random, reader),
              clips.map((clip) => clip.name),
              values,
              mode,
              random,
            );
        const terms = Math.max(1, lossTerms(targets, classes, multiLabel));
        let result: ReturnType<typeof accumulate>;
        try {
          ({ result, micro: microBatch } = fitting(Math.min(microBatch, clips.length), (micro) =>
            accumulate(model.parameters, trainable, clips.length, micro, (from, to) => {
              const own = targets.slice(from * classes, to * classes);
              const loss = finetuneLoss(logits(from, to), own, multiLabel).mul(
                lossTerms(own, classes, multiLabel) / terms,
              ) as tf.Scalar;
              return { loss, parts: [loss] };
            }),
          ));
        } finally {
          tf.dispose(tensors);
        }
        const { gradients, parts } = result;
        const value = parts[0] ?? Number.NaN;
        if (!Number.isFinite(value)) {
          tf.dispose([...gradients.values()]);
          throw new EngineError(
            'INTERNAL',
            `the loss is not a number in epoch ${epoch + 1}; the best weights before it are kept. Clips of this batch: ${clips.map((clip) => clip.name).join(', ')}`,
            { hint: 'Lower the learning rate, or look at these clips.' },
          );
        }
        adam.apply(gradients, (name) => (isHead(name) ? rate * values.headRatio : rate));
        loss += value / perEpoch;
        hooks.onPoint({ step: step + 1, epoch: (step + 1) / perEpoch, loss: value, learningRate: rate });
      }
      const { score, point } = await hooks.validate(epoch + 1);
      hooks.onPoint({ step: (epoch + 1) * perEpoch, epoch: epoch + 1, loss, learningRate: rate, ...point });
      // Without held-out clips the last weights count as the best.
      if (score === null || score > best) {
        [best, bestEpoch] = [score ?? best, epoch + 1];
        await hooks.keepBest();
      }
      await hooks.keepEpoch(epoch + 1);
      position.step = (epoch + 1) * perEpoch;
      position.memory = { best, bestEpoch };
      await saveTrainingState(plan.stateFile, model, adam, position);
    }
    return { epochs: epoch, bestEpoch };
  } finally {
    adam.dispose();
  }
}
