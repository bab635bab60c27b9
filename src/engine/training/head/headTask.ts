// The compute worker's part of head training: heads on joint, audio and visual embeddings of the same clips and split, the one the
// mode asks for as the classifier, the other two telling what each modality knows by itself.
import { existsSync } from 'node:fs';
import type { FinetuneMode } from '../../../shared/contract/modes.ts';
import type { CurvePoint, Metrics, Space } from '../../../shared/contract/model.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { headTensors, readClassifier, writeClassifier } from '../classifierFile.ts';
import { siblingFile, spaceOfMode } from './classifierSpaces.ts';
import { rowsOf } from './crossValidate.ts';
import { headLogits } from './head.ts';
import { probabilities } from '../metrics/calibration.ts';
import { modalityScores } from '../metrics/modalityScores.ts';
import { trainHead, type TrainedHead } from './trainHead.ts';

const spaces = ['joint', 'audio', 'visual'] as const;

/** Rows whose first value is NaN: the clip has no such modality. */
export interface SpaceFeatures {
  dim: number;
  labelled: Float32Array;
  population: Float32Array;
}

export interface TrainHeadRequest {
  mode: FinetuneMode;
  multiLabel: boolean;
  classes: { classId: number; name: string }[];
  clipIds: number[];
  sources: number[];
  targets: Float32Array;
  held: boolean[];
  seed: number;
  maxIterations: number;
  features: Record<Space, SpaceFeatures>;
  modelId: string;
  /** `X.safetensors`; the single-modality heads are written beside it as `X.audio.safetensors`, `X.visual.safetensors`. */
  file: string;
}
export interface TrainHeadResult {
  metrics: Metrics;
  iterations: number;
}

const present = (rows: Float32Array, dim: number): number[] =>
  Array.from({ length: rows.length / dim }, (_, n) => n).filter((n) => !Number.isNaN(rows[n * dim]!));

export async function runTrainHead(
  request: TrainHeadRequest,
  options: { onPoint: (point: CurvePoint) => void; signal: AbortSignal },
): Promise<TrainHeadResult> {
  const { classes, targets, held, clipIds, sources, multiLabel, mode } = request;
  const main = spaceOfMode[mode];
  const trained: Partial<Record<Space, TrainedHead>> = {};
  const warnings: string[] = [];
  for (const space of [main, ...spaces.filter((s) => s !== main)]) {
    const { dim, labelled, population } = request.features[space];
    const rows = present(labelled, dim);
    const learn = rows.filter((row) => !held[row]);
    const known = classes.filter((_, k) => learn.some((row) => targets[row * classes.length + k]! > 0.5)).length;
    if (known < (multiLabel ? 1 : 2)) {
      if (space === main)
        throw new EngineError(
          'BAD_INPUT',
          `too few labelled clips have ${space === 'audio' ? 'sound' : space === 'visual' ? 'a picture' : 'an embedding'} to train on`,
        );
      continue;
    }
    const present_ = present(population, dim);
    trained[space] = await trainHead(
      {
        features: rowsOf(labelled, dim, rows),
        dim,
        targets: rowsOf(targets, classes.length, rows),
        classes: classes.length,
        multiLabel,
        sources: rows.map((row) => sources[row]!),
        clipIds: rows.map((row) => clipIds[row]!),
        held: rows.map((row) => held[row]!),
        classList: classes,
        seed: request.seed,
        maxIterations: request.maxIterations,
        population: present_.length > classes.length * 2 ? rowsOf(population, dim, present_) : undefined,
      },
      space === main ? options : { signal: options.signal },
    );
  }
  const best = trained[main]!;
  if (best.crossValidated)
    warnings.push(
      best.metrics.testCount
        ? 'No clips were held out: the scores are cross-validated on the training clips.'
        : 'There are too few labelled clips to measure any score.',
    );
  for (const space of spaces) {
    const one = trained[space];
    if (!one) continue;
    const { head, temperature, thresholds } = one;
    const file = space === main ? request.file : siblingFile(request.file, space);
    if (space !== main && file === request.file) continue;
    writeClassifier(file, headTensors(head), {
      classes,
      multiLabel,
      temperature,
      thresholds,
      modelId: request.modelId,
      mode: space === main ? mode : space === 'audio' ? 'audioonly' : 'videoonly',
      depth: 'head',
    });
  }
  const { attribution, alone } = modalityScores(
    {
      audio: trained.audio?.metrics ?? null,
      visual: trained.visual?.metrics ?? null,
      both: trained.joint?.metrics ?? null,
    },
    multiLabel,
  );
  const perClass = best.metrics.classes.map((one, k) => ({ ...one, alone: alone(k) }));
  const metrics: Metrics = {
    ...best.metrics,
    classes: perClass,
    trainCount: held.filter((h) => !h).length,
    temperature: best.temperature,
    ...(best.crossValidated && { crossValidated: true }),
    attribution,
    warnings,
  };
  return { metrics, iterations: best.iterations };
}

export interface PredictHeadRequest {
  file: string;
  features: Partial<Record<Space, { dim: number; rows: Float32Array }>>;
  count: number;
}
/** [count, C] calibrated; a row of NaN where the clip has nothing to look at. `bySpace`: what each modality's own head says. */
export interface PredictHeadResult {
  probabilities: Float32Array;
  bySpace: Partial<Record<Space, Float32Array>>;
}

/** A multimodal classifier leaves clips of one modality to the head that was trained on that one alone. */
export async function runPredictHead({ file, features, count }: PredictHeadRequest): Promise<PredictHeadResult> {
  const { card } = readClassifier(file);
  const classes = card.classes.length;
  const main = spaceOfMode[card.mode as FinetuneMode];
  const bySpace: Partial<Record<Space, Float32Array>> = {};
  for (const space of spaces) {
    const given = features[space];
    const classifier = given && classifierOf(file, space, main);
    if (!given || !classifier) continue;
    const { head, card: own } = classifier;
    if (head.dim !== given.dim)
      throw new EngineError(
        'CHECKPOINT_MISMATCH',
        `the classifier takes embeddings of ${head.dim} values, these have ${given.dim}`,
        { path: file, hint: 'It belongs to another model: embed with that model, or train again.' },
      );
    const rows = present(given.rows, given.dim);
    const p = probabilities(
      headLogits(head, rowsOf(given.rows, given.dim, rows)),
      classes,
      own.multiLabel,
      own.temperature,
    );
    const all = (bySpace[space] = new Float32Array(count * classes).fill(Number.NaN));
    rows.forEach((row, i) => all.set(p.subarray(i * classes, (i + 1) * classes), row * classes));
  }
  const out = Float32Array.from({ length: count * classes }, (_, i) => {
    for (const space of main === 'joint' ? spaces : [main]) {
      const p = bySpace[space]?.[i];
      if (p !== undefined && !Number.isNaN(p)) return p;
    }
    return Number.NaN;
  });
  return { probabilities: out, bySpace };
}

/** Null where too few labelled clips had this modality for a head of its own. */
function classifierOf(file: string, space: Space, main: Space): ReturnType<typeof readClassifier> | null {
  if (space === main) return readClassifier(file);
  const sibling = siblingFile(file, space);
  if (sibling === file || !existsSync(sibling)) return null;
  return readClassifier(sibling);
}
