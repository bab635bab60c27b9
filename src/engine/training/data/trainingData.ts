// From annotations to training targets, with plain words about what is too little. Pure: the window's preview and the job use it alike.
import type { LabelValue } from '../../../shared/contract/labelValue.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { HoldOut } from '../../../shared/contract/model.ts';
import { splitBySource } from './split.ts';
import { timeBlocks, withoutOverlap, type Stretch } from './timeBlocks.ts';
import { plural } from '../../../shared/plural.ts';

export interface Annotation {
  clipId: number;
  mediaId: number;
  /** Where the clip lies in its file, in seconds; needed for hold-out by blocks of time. */
  startS?: number;
  endS?: number;
  classId: number;
  value: LabelValue;
}
export interface ClassName {
  classId: number;
  name: string;
}

export interface TrainingData {
  clipIds: number[];
  /** Source of each clip, which is never split: its file, or its block of time. */
  sources: number[];
  /** Classes that occur; those without a labelled clip are left out. */
  classes: ClassName[];
  /** [N, C] 1 present, 0 absent, NaN unknown. */
  targets: Float32Array;
  held: boolean[];
  multiLabel: boolean;
  warnings: string[];
}

/** Fewer labelled clips to learn from than this are said plainly. */
const FEW = 5;

/**
 * Single-label: clips with exactly one positive class; "uncertain" and "negative" alone teach nothing. Multi-label: any clip with a
 * positive or negative annotation; its unmentioned classes count as absent, uncertain ones as unknown.
 * `onlyClips`: those that can be used at all (embedded, with the modality). `holdOut` `time` holds out blocks of time in place of whole
 * recordings, and leaves out clips that share time with a held-out one.
 */
export function trainingData(
  annotations: readonly Annotation[],
  classNames: readonly ClassName[],
  {
    multiLabel,
    testShare,
    seed,
    onlyClips,
    holdOut = 'recording',
  }: {
    multiLabel: boolean;
    testShare: number;
    seed: number;
    onlyClips?: ReadonlySet<number>;
    holdOut?: HoldOut | undefined;
  },
): TrainingData {
  const warnings: string[] = [];
  const byClip = new Map<number, Stretch & { values: Map<number, Annotation['value']> }>();
  for (const { clipId, mediaId, startS = 0, endS = 0, classId, value } of annotations) {
    let entry = byClip.get(clipId);
    if (!entry) byClip.set(clipId, (entry = { mediaId, startS, endS, values: new Map() }));
    entry.values.set(classId, value);
  }
  const labelled = [...byClip]
    .toSorted(([x], [y]) => x - y)
    .filter(([clipId, { values }]) => {
      if (onlyClips && !onlyClips.has(clipId)) return false;
      const positives = [...values.values()].filter((v) => v === 'positive').length;
      return multiLabel ? [...values.values()].some((v) => v !== 'uncertain') : positives === 1;
    });
  const unready = onlyClips ? [...byClip.keys()].filter((clipId) => !onlyClips.has(clipId)).length : 0;
  if (unready)
    warnings.push(
      `${plural(unready, 'labelled clip')} cannot be used: not embedded yet, or without the sound or picture this classifier needs.`,
    );
  const { usable, sources, held } = divided(labelled, { testShare, seed, holdOut });
  if (usable.length < labelled.length)
    warnings.push(`${plural(labelled.length - usable.length, 'clip')} overlap held-out ones in time and are left out.`);
  const occurring = new Set(
    usable.flatMap(([, { values }]) =>
      [...values].flatMap(([classId, value]) => (value === 'positive' ? [classId] : [])),
    ),
  );
  const classes = classNames.filter(({ classId }) => occurring.has(classId));
  for (const { classId, name } of classNames)
    if (!occurring.has(classId)) warnings.push(`“${name}” has no labelled clip and is left out.`);
  const column = new Map(classes.map(({ classId }, k) => [classId, k]));
  const targets = new Float32Array(usable.length * classes.length);
  usable.forEach(([, { values }], n) => {
    for (const [classId, value] of values) {
      const k = column.get(classId);
      if (k !== undefined)
        targets[n * classes.length + k] =
          value === 'positive' ? 1 : value === 'uncertain' && multiLabel ? Number.NaN : 0;
    }
  });
  const data: TrainingData = {
    clipIds: usable.map(([clipId]) => clipId),
    sources,
    classes,
    targets,
    held,
    multiLabel,
    warnings,
  };
  for (const { name, train, test, sources } of classCounts(data)) {
    if (train < FEW)
      warnings.push(`“${name}” has only ${plural(train, 'labelled clip')} to learn from: label a few more.`);
    if (sources === 1)
      warnings.push(
        holdOut === 'time'
          ? `All clips of “${name}” lie in one block of time: none of them can be held out.`
          : `All clips of “${name}” come from one file: how well it carries over to others can't be told.`,
      );
    else if (test === 0 && testShare > 0)
      warnings.push(`No clip of “${name}” could be held out, so its scores can't be measured.`);
  }
  if (holdOut === 'time' && held.some(Boolean))
    warnings.push(
      'Held out by blocks of time of the same recordings: the scores do not tell how well it carries over to other recordings.',
    );
  return data;
}

type LabelledEntry = [clipId: number, entry: Stretch & { values: ReadonlyMap<number, Annotation['value']> }];

/** Which labelled clips are used, which of them are held out, and the source that each belongs to. */
function divided(
  labelled: readonly LabelledEntry[],
  { testShare, seed, holdOut }: { testShare: number; seed: number; holdOut: HoldOut },
): { usable: LabelledEntry[]; sources: number[]; held: boolean[] } {
  const stretches = labelled.map(([, entry]) => entry);
  const sources = holdOut === 'time' ? timeBlocks(stretches) : stretches.map(({ mediaId }) => mediaId);
  const items = labelled.map(([, { values }], n) => ({
    source: sources[n]!,
    classes: [...values].flatMap(([classId, value]) => (value === 'positive' ? [classId] : [])),
  }));
  const held = splitBySource(items, testShare, seed);
  const stays = holdOut === 'time' ? withoutOverlap(stretches, held) : held.map(() => true);
  const kept = <T>(all: readonly T[]): T[] => all.filter((_, n) => stays[n]);
  return { usable: kept(labelled), sources: kept(sources), held: kept(held) };
}

export interface ClassCount extends ClassName {
  train: number;
  test: number;
  sources: number;
}

export function classCounts({
  classes,
  targets,
  held,
  sources,
}: Pick<TrainingData, 'classes' | 'targets' | 'held' | 'sources'>): ClassCount[] {
  return classes.map((named, k) => {
    const rows = held.map((_, n) => n).filter((n) => targets[n * classes.length + k]! > 0.5);
    return {
      ...named,
      train: rows.filter((n) => !held[n]).length,
      test: rows.filter((n) => held[n]).length,
      sources: new Set(rows.map((n) => sources[n])).size,
    };
  });
}

/** Throws BAD_INPUT in plain words unless there is something to tell apart. */
export function checkTrainable({
  classes,
  clipIds,
  targets,
  multiLabel,
}: Pick<TrainingData, 'classes' | 'clipIds' | 'targets' | 'multiLabel'>): void {
  if (!clipIds.length)
    throw new EngineError('BAD_INPUT', 'no labelled clip can be used for training', {
      hint: 'Label some clips of at least two classes; they must be embedded.',
    });
  if (!multiLabel && classes.length < 2)
    throw new EngineError('BAD_INPUT', `all labelled clips are “${classes[0]?.name}”: there is nothing to tell apart`, {
      hint: 'Label clips of a second class.',
    });
  if (multiLabel && classes.every((_, k) => clipIds.every((__, n) => !(targets[n * classes.length + k]! < 0.5)))) {
    throw new EngineError('BAD_INPUT', 'every labelled clip has every class: there is nothing to tell apart', {
      hint: 'Mark some clips as not having a class, or label clips of others.',
    });
  }
}
