// Learning of what the forms of events are called: exemplars whose labels spread to unmarked events, and for sound networks over segments
// that learn from both. Once for each fold of recordings without it, and once of all.
import { distanceOf, formOf } from '../forms/form.ts';
import { spreadLabels, type Exemplars } from '../forms/exemplars.ts';
import type { DetectorInput } from '../detectorInput.ts';
import type { Random } from '../../training/random.ts';
import type { LabelledRecording, Modality } from '../timedSpan.ts';
import type { SegmentNetwork } from './segmentNetwork.ts';
import type { TrainingHooks } from './trainNetwork.ts';
import { trainSegments, type TargetSegment } from './trainSegments.ts';

export interface FormInput {
  modality: Modality;
  classes: number;
  recordings: readonly (LabelledRecording & { input: DetectorInput })[];
  /** Fold of each recording; with one fold nothing is held out. */
  foldOf: readonly number[];
  folds: number;
  /** Events that networks found and nobody marked. */
  unmarked: readonly UnmarkedEvent[];
  /** Steps of each network over segments. */
  steps: number;
}
export interface UnmarkedEvent {
  input: DetectorInput;
  onsetS: number;
  offsetS: number;
}
export interface FormClassifier {
  exemplars: Exemplars;
  segments: SegmentNetwork[];
}
interface Item extends UnmarkedEvent {
  /** The class, `classes` for a rejected event, -1 for what nobody marked. */
  label: number;
  fold: number;
}
/** Distances grow with the square: beyond these a random part is compared. */
const most = { marked: 900, all: 1200 };
/** Labels that spread to an unmarked event teach the networks above this share. */
const confident = 0.5;

/** @returns a classifier for each fold, which has not seen it, and the one to keep: all exemplars and the networks of all folds */
export async function learnForms(
  input: FormInput,
  random: Random,
  hooks: TrainingHooks,
): Promise<{ byFold: FormClassifier[]; kept: FormClassifier }> {
  const items = itemsOf(input, random.fork());
  const forms = items.map((item) => formOf(item.input, item));
  const distances = await distanceMatrix(forms, distanceOf[input.modality], hooks);
  const exemplarsOf = (chosen: readonly number[]): Exemplars =>
    spreadLabels(
      chosen.map((i) => forms[i]!),
      chosen.map((i) => items[i]!.label),
      input.classes + 1,
      (i, j) => distances[chosen[i]! * items.length + chosen[j]!]!,
    );
  const byFold: FormClassifier[] = [];
  for (let fold = 0; fold < input.folds; fold++) {
    const chosen = [...items.keys()].filter((i) => input.folds === 1 || items[i]!.fold !== fold);
    const exemplars = exemplarsOf(chosen);
    const segments: SegmentNetwork[] = [];
    if (input.modality === 'audio') {
      const targets = targetsOf(
        chosen.map((i) => items[i]!),
        exemplars,
        input.classes,
      );
      if (targets.length > 0)
        segments.push(await trainSegments(targets, input.classes, input.steps, random.fork(), hooks));
    }
    byFold.push({ exemplars, segments });
  }
  const kept = { exemplars: exemplarsOf([...items.keys()]), segments: byFold.flatMap(({ segments }) => segments) };
  return { byFold, kept };
}

function itemsOf({ recordings, foldOf, classes, unmarked }: FormInput, random: Random): Item[] {
  const marked = recordings.flatMap(({ input, spans }, r) =>
    spans
      .filter(({ value }) => value !== 'uncertain')
      .map(({ classIndex, onsetS, offsetS, value }): Item => ({
        input,
        onsetS,
        offsetS,
        label: value === 'positive' ? classIndex : classes,
        fold: foldOf[r]!,
      })),
  );
  const some = random.shuffled(marked).slice(0, most.marked);
  const others = random
    .shuffled(unmarked)
    .slice(0, most.all - some.length)
    .map((one): Item => ({ ...one, label: -1, fold: -1 }));
  return [...some, ...others];
}

async function distanceMatrix(
  forms: readonly Float32Array[],
  distance: (a: Float32Array, b: Float32Array) => number,
  hooks: TrainingHooks,
): Promise<Float32Array> {
  const count = forms.length;
  const out = new Float32Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) out[i * count + j] = out[j * count + i] = distance(forms[i]!, forms[j]!);
    await hooks.breathe?.();
  }
  return out;
}

function targetsOf(items: readonly Item[], { votes }: Exemplars, classes: number): TargetSegment[] {
  const width = classes + 1;
  return items.flatMap(({ input, onsetS, offsetS, label }, i) => {
    const target = votes.slice(i * width, i * width + classes);
    if (label === classes || !('spectrum' in input) || Math.max(...target) < confident) return [];
    return [{ input: input.spectrum, onsetS, offsetS, target, weight: label >= 0 ? 2 : 1 }];
  });
}
