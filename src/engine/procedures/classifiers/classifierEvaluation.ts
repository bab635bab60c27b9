// Scores of a classifier on labels it was not fitted on: a label file, or what has been labelled in the collection.
import { dirname, resolve } from 'node:path';
import type { Classifier, Metrics } from '../../../shared/contract/model.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { ClipMatcher } from '../../collection/labels/clipMatcher.ts';
import { labelFormats } from '../../collection/labels/labelFormats.ts';
import { labelMedia } from '../../collection/labels/labelMedia.ts';
import { evaluate } from '../../training/metrics/evaluate.ts';
import { trainingData } from '../../training/data/trainingData.ts';
import type { EngineContext } from '../engineContext.ts';
import { trainedClipsKey } from './trainedClips.ts';
import { inspectLabels } from '../../collection/labels/inspectLabels.ts';
import { predictClips } from './predictJob.ts';

interface Truth {
  clipIds: number[];
  targets: Float32Array;
  warnings: string[];
}

/**
 * Clips labelled by a file of any label format, in the classifier's class order. Throws NOT_FOUND, and BAD_INPUT where
 * none matches.
 */
async function truthOfFile({ workspace }: EngineContext, { classes }: Classifier, path: string): Promise<Truth> {
  const format = labelFormats[(await inspectLabels(path)).format];
  if (!format.read) throw new EngineError('BAD_INPUT', 'labels cannot be read from this kind of file', { path });
  const { records, bad, naming } = await format.read(path, { columns: {} });
  const matcher = new ClipMatcher(labelMedia(workspace));
  const column = new Map(classes.map(({ name }, k) => [name, k]));
  const labels = new Map<number, Map<number, number>>();
  const unknownClasses = new Set<string>();
  let unmatched = bad.length;
  for (const record of records) {
    const k = column.get(record.label);
    const found = matcher.match(record, naming, dirname(resolve(path)));
    if (k === undefined) unknownClasses.add(record.label);
    if (typeof found === 'string') unmatched++;
    if (k === undefined || typeof found === 'string') continue;
    const value = record.value === 'positive' ? 1 : record.value === 'negative' ? 0 : Number.NaN;
    for (const clipId of found) labels.set(clipId, (labels.get(clipId) ?? new Map<number, number>()).set(k, value));
  }
  if (!labels.size)
    throw new EngineError(
      'BAD_INPUT',
      'no line of the label file fits a clip of the collection and a class of the classifier',
      { path },
    );
  const clipIds = [...labels.keys()].toSorted((a, b) => a - b);
  const targets = new Float32Array(clipIds.length * classes.length);
  clipIds.forEach((clipId, n) => labels.get(clipId)!.forEach((value, k) => (targets[n * classes.length + k] = value)));
  const warnings = [
    ...(unmatched ? [`${unmatched} lines name files that are not in the collection, or cannot be read.`] : []),
    ...(unknownClasses.size ? [`Not classes of this classifier: ${[...unknownClasses].slice(0, 10).join(', ')}.`] : []),
  ];
  return { clipIds, targets, warnings };
}

/** Labelled clips of the schema that the classifier was not fitted on. */
function truthOfCollection({ workspace }: EngineContext, { id, schemaId, classes }: Classifier): Truth {
  const data = trainingData(workspace.annotations.labelled(schemaId), workspace.annotations.classes(schemaId), {
    multiLabel: workspace.annotations.multiLabel(schemaId),
    testShare: 0,
    seed: 0,
  });
  const fitted = new Set(workspace.settings.get<number[]>(trainedClipsKey(id)) ?? data.clipIds);
  const column = new Map(data.classes.map(({ classId }, k) => [classId, k]));
  const rows = data.clipIds.flatMap((clipId, n) => (fitted.has(clipId) ? [] : [n]));
  const targets = new Float32Array(rows.length * classes.length);
  rows.forEach((row, n) =>
    classes.forEach(({ classId }, k) => {
      const from = column.get(classId);
      if (from !== undefined) targets[n * classes.length + k] = data.targets[row * data.classes.length + from]!;
    }),
  );
  return { clipIds: rows.map((row) => data.clipIds[row]!), targets, warnings: [] };
}

/**
 * Metrics on `labels` (a label file of any format), else on labelled clips outside its training; its stored ones where
 * there are none.
 */
export async function evaluateClassifier(
  context: EngineContext,
  classifier: Classifier & { checkpointFile: string },
  labels: string | undefined,
  signal: AbortSignal,
): Promise<Metrics> {
  const { classes, metrics } = classifier;
  const truth =
    labels === undefined ? truthOfCollection(context, classifier) : await truthOfFile(context, classifier, labels);
  if (!truth.clipIds.length)
    return {
      ...metrics,
      warnings: [...metrics.warnings, 'Every labelled clip was used for training: these are the scores of that time.'],
    };
  const failures: string[] = [];
  const width = classes.length;
  const { probabilities } = await predictClips(context, classifier, truth.clipIds, {
    signal,
    itemFailed: (failure) => void failures.push(failure.path),
  });
  const rows = truth.clipIds.flatMap((_, n) => (Number.isNaN(probabilities[n * width]!) ? [] : [n]));
  const pick = (values: Float32Array) => {
    const out = new Float32Array(rows.length * width);
    rows.forEach((row, i) => out.set(values.subarray(row * width, (row + 1) * width), i * width));
    return out;
  };
  const missing = truth.clipIds.length - rows.length;
  const fitted = new Set(context.workspace.settings.get<number[]>(trainedClipsKey(classifier.id)) ?? []);
  const seen = truth.clipIds.filter((clipId) => fitted.has(clipId)).length;
  const measured = evaluate({
    probabilities: pick(probabilities),
    targets: pick(truth.targets),
    clipIds: rows.map((n) => truth.clipIds[n]!),
    classes,
    thresholds: metrics.classes.map((metric) => metric.threshold),
    multiLabel: context.workspace.annotations.multiLabel(classifier.schemaId),
  });
  return {
    ...measured,
    trainCount: metrics.trainCount,
    temperature: metrics.temperature,
    attribution: metrics.attribution,
    warnings: [
      ...truth.warnings,
      ...(seen ? [`${seen} of these clips were used for training: the scores flatter the classifier.`] : []),
      ...(missing
        ? [
            `${missing} labelled clips could not be predicted: not embedded with ${classifier.modelId}, or not decodable.`,
          ]
        : []),
    ],
  };
}
