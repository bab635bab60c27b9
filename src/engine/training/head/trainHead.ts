// A classifier head from labelled embeddings in about a second: regularisation, temperature and thresholds by
// cross-validation, scores on held-out files, and the same head on sound alone and picture alone for comparison.
import type { CurvePoint } from '../../../shared/contract/model.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { crossValidate, rowsOf, type HeadData } from './crossValidate.ts';
import { fitHead, headLogits, standardisingNorm, type Head } from './head.ts';
import { fitTemperature, negativeLogLikelihood, probabilities } from '../metrics/calibration.ts';
import { accuracyOf, evaluate, type EvaluatedMetrics } from '../metrics/evaluate.ts';
import { bestThreshold } from '../metrics/thresholds.ts';

export interface HeadTask extends Omit<HeadData, 'sources'> {
  sources: readonly number[];
  clipIds: readonly number[];
  classList: readonly { classId: number; name: string }[];
  /** [N] true: held out, never fitted on. */
  held: readonly boolean[];
  seed: number;
  maxIterations: number;
}

export interface TrainedHead {
  head: Head;
  temperature: number;
  thresholds: number[];
  /** Held-out scores; cross-validated on the training clips where nothing was held out. */
  metrics: EvaluatedMetrics;
  crossValidated: boolean;
  iterations: number;
}

export interface TrainHeadOptions {
  onPoint?: (point: CurvePoint) => void;
  signal?: AbortSignal;
}

const macrotask = () => new Promise<void>((resolve) => setImmediate(resolve));

export async function trainHead(task: HeadTask, { onPoint, signal }: TrainHeadOptions = {}): Promise<TrainedHead> {
  const { features, dim, targets, classes, multiLabel, held, seed, maxIterations, classList } = task;
  const train = held.flatMap((isHeld, row) => (isHeld ? [] : [row]));
  const test = held.flatMap((isHeld, row) => (isHeld ? [row] : []));
  if (!train.length)
    throw new EngineError('BAD_INPUT', 'there are no labelled clips to train on', {
      hint: 'Label a few clips of each class first.',
    });
  const breathe = async () => {
    await macrotask();
    if (signal?.aborted) throw new EngineError('CANCELLED', 'training was stopped');
  };
  const [x, y] = [rowsOf(features, dim, train), rowsOf(targets, classes, train)];
  const [testX, testY] = [rowsOf(features, dim, test), rowsOf(targets, classes, test)];
  const validated = await crossValidate(
    { ...task, features: x, targets: y, sources: train.map((row) => task.sources[row]!) },
    { seed, maxIterations, breathe },
  );

  let iterations = 0;
  const head = await fitHead(x, dim, y, standardisingNorm(task.population ?? x, dim), {
    multiLabel,
    strength: validated.strength,
    maxIterations,
    onIteration: async (iteration, loss, present) => {
      iterations = iteration;
      await breathe();
      if (!onPoint) return;
      const point: CurvePoint = { step: iteration, epoch: iteration, loss };
      if (test.length) {
        const logits = headLogits(present(), testX);
        point.valLoss = negativeLogLikelihood(logits, testY, classes, multiLabel);
        point.accuracy =
          accuracyOf({ probabilities: logits, targets: testY, clipIds: test, classes: classList }) ?? undefined;
      }
      onPoint(point);
    },
  });

  const validatedTargets = rowsOf(y, classes, validated.rows);
  const temperature = fitTemperature(validated.logits, validatedTargets, classes, multiLabel);
  const validatedP = probabilities(validated.logits, classes, multiLabel, temperature);
  const thresholds = classList.map((_, k) => {
    const known = validated.rows.map((__, i) => i * classes + k).filter((i) => !Number.isNaN(validatedTargets[i]!));
    return bestThreshold(
      known.map((i) => validatedP[i]!),
      known.map((i) => validatedTargets[i]! > 0.5),
    );
  });
  const crossValidated = test.length === 0;
  const scored = crossValidated
    ? {
        probabilities: validatedP,
        targets: validatedTargets,
        clipIds: validated.rows.map((row) => task.clipIds[train[row]!]!),
      }
    : {
        probabilities: probabilities(headLogits(head, testX), classes, multiLabel, temperature),
        targets: testY,
        clipIds: test.map((row) => task.clipIds[row]!),
      };
  return {
    head,
    temperature,
    thresholds,
    iterations,
    crossValidated,
    metrics: evaluate({ ...scored, classes: classList, thresholds, multiLabel }),
  };
}
