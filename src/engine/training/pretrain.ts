// Self-supervised pretraining (paper section 2.4 and appendix C): masked reconstruction and contrast, any variant, any
// start.
import * as tf from '@tensorflow/tfjs';
import type { CurvePoint } from '../../shared/contract/model.ts';
import { EngineError } from '../../shared/engineError.ts';
import { drawMasks } from '../model/cavMae.ts';
import { TEMPERATURE } from '../model/losses.ts';
import type { Model } from '../model/model.ts';
import { Adam } from './optimiser/adam.ts';
import { fitting } from './optimiser/accumulate.ts';
import { InputCache, type TrainingClip } from './data/inputCache.ts';
import { makeBatch, type BatchOptions } from './data/makeBatch.ts';
import { lossOptions } from './lossOptions.ts';
import type { PretrainValues } from './presets/preset.ts';
import { pretrainGradients, type BatchGradients } from './pretrainGradients.ts';
import { epochOrder } from './data/sampler.ts';
import { centringAt, cosineFactor, multiStepFactor, temperatureAt, warmupFactor } from './optimiser/schedule.ts';
import { loadTrainingState, randomOf, saveTrainingState, type Position } from './trainingState.ts';

export interface PretrainPlan {
  values: PretrainValues;
  seed: number;
  /** Optimiser steps in all; the epochs' worth when left out. */
  steps?: number | undefined;
  clips: readonly TrainingClip[];
  /** Clips whose gradients are computed together; a larger batch is added up, its contrast still over all of it. */
  microBatch: number;
  /** The file that a killed run continues from. */
  stateFile: string;
  fingerprint: string;
}

export interface PretrainHooks {
  onPoint?: (point: CurvePoint & { step: number; steps: number }) => void;
  /** After each epoch and at the end, with the weights as they are. */
  onEpoch?: (step: number) => Promise<Partial<CurvePoint> | void> | Partial<CurvePoint> | void;
  /** Awaited before every step: breathes, and throws to stop. */
  breathe: () => Promise<void>;
}

export interface PretrainOutcome {
  steps: number;
  losses: { total: number; lossA: number; lossV: number; lossC: number; cAcc: number } | null;
}

/** Positional tables are fixed in pretraining (reference: tr_pos False). */
export const pretrainable = (model: Model): string[] =>
  model.parameters.names.filter((name) => !name.includes('pos_embed'));

const ORDER = 1;
const STEP = 2;

/** Position within the run of optimiser step s = 0, 1, …: steps per epoch drop the last, incomplete batch. */
export function planSteps({ clips, values, steps }: Pick<PretrainPlan, 'clips' | 'values' | 'steps'>): {
  batchSize: number;
  perEpoch: number;
  total: number;
} {
  const batchSize = Math.min(values.batchSize, clips.length);
  if (batchSize < 1)
    throw new EngineError('BAD_INPUT', 'there are no clips to pretrain on', {
      hint: 'Import clips that have both sound and picture.',
    });
  const perEpoch = Math.floor(clips.length / batchSize);
  return { batchSize, perEpoch, total: steps ?? perEpoch * values.epochs };
}

/**
 * Trains `model` in place from the state file's position, or from the start. Killed at any step and called again with
 * the same plan and start, it ends with the same weights.
 * @throws EngineError INTERNAL naming the clips of a batch whose loss is not a number, after saving the weights before
 * it.
 */
export async function pretrain(
  model: Model,
  plan: PretrainPlan,
  read: InputCache,
  { onPoint, onEpoch, breathe }: PretrainHooks,
): Promise<PretrainOutcome> {
  const { values, seed, clips, stateFile, fingerprint } = plan;
  const { batchSize, perEpoch, total } = planSteps(plan);
  const trainable = pretrainable(model);
  const adam = new Adam(
    model.parameters.entries().filter(([name]) => trainable.includes(name)),
    { weightDecay: values.weightDecay },
  );
  const options: BatchOptions = {
    noise: values.noise,
    jitter: values.jitter,
    mirror: values.mirror,
    colourJitter: values.colourJitter,
    freqMask: 0,
    timeMask: 0,
    randomFrame: true,
  };
  const forward = lossOptions(values);
  const warmup = values.warmupSteps < 1 ? values.warmupSteps * total : values.warmupSteps;
  const orders = new Map<number, number[]>();
  const batchOf = (step: number): TrainingClip[] => {
    const epoch = Math.floor(step / perEpoch);
    let order = orders.get(epoch);
    if (!order) {
      orders.clear();
      orders.set(epoch, (order = epochOrder(clips.length, randomOf(seed, ORDER, epoch))));
    }
    const at = (step % perEpoch) * batchSize;
    return order.slice(at, at + batchSize).map((i) => clips[i]!);
  };
  let microBatch = Math.min(plan.microBatch, batchSize);
  let losses: PretrainOutcome['losses'] = null;
  try {
    const position: Position = (await loadTrainingState(stateFile, model, adam, fingerprint)) ?? {
      step: 0,
      fingerprint,
      memory: {},
    };
    if (position.step > 0) losses = position.memory as NonNullable<PretrainOutcome['losses']>;
    while (position.step < total) {
      await breathe();
      const { step } = position;
      const batch = batchOf(step);
      const inputs = await Promise.all(batch.map((clip) => read.get(clip)));
      if (step + 1 < total) read.prefetch(batchOf(step + 1));
      const epoch = Math.floor(step / perEpoch) + 1;
      const rate =
        values.learningRate *
        (values.schedule === 'cosine'
          ? cosineFactor(step, total, warmup, values.finalRate)
          : multiStepFactor(values.schedule, epoch) * warmupFactor(step, warmup));
      const random = randomOf(seed, STEP, step * 4096);
      const masks = drawMasks(
        model.config,
        { mode: values.maskMode, ratioA: values.maskRatioA, ratioV: values.maskRatioV },
        batchSize,
        random.uint32(),
      );
      const tensors = makeBatch(
        inputs,
        batch.map((clip) => clip.name),
        model.config,
        options,
        random,
      );
      const weighed = {
        ...forward,
        temperature: temperatureAt(step, total, values.startTemperature, TEMPERATURE),
        centring: centringAt(step, total, values.startCentring),
      };
      let result: BatchGradients;
      try {
        ({ result, micro: microBatch } = fitting(microBatch, (micro) =>
          pretrainGradients(model, trainable, tensors, masks, weighed, micro),
        ));
      } finally {
        tf.dispose([tensors.audio, tensors.image].filter((t) => t !== null));
      }
      const { gradients, loss, lossA, lossV, lossC, cAcc } = result;
      if (!Number.isFinite(loss)) {
        tf.dispose([...gradients.values()]);
        await saveTrainingState(stateFile, model, adam, position);
        throw new EngineError(
          'INTERNAL',
          `the loss is not a number at step ${step + 1}; the weights before it are kept. Clips of this batch: ${batch.map((clip) => clip.name).join(', ')}`,
          { hint: 'Lower the learning rate, or look at these clips.' },
        );
      }
      adam.apply(gradients, rate);
      position.step++;
      losses = { total: loss, lossA, lossV, lossC, cAcc };
      position.memory = losses;
      const epochEnds = position.step % perEpoch === 0 || position.step === total;
      const measured = epochEnds ? await onEpoch?.(position.step) : undefined;
      onPoint?.({
        step: position.step,
        steps: total,
        epoch: position.step / perEpoch,
        loss,
        lossA,
        lossV,
        lossC,
        cAcc,
        learningRate: rate,
        ...measured,
      });
      if (position.step % values.checkpointEvery === 0 || position.step === total)
        await saveTrainingState(stateFile, model, adam, position);
    }
    return { steps: position.step, losses };
  } catch (thrown) {
    throw EngineError.from(thrown);
  } finally {
    adam.dispose();
  }
}
