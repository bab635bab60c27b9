// A detector on disk: weights of all its networks as safetensors, everything else as JSON in the file's metadata.
import { readFile } from 'node:fs/promises';
import { EngineError } from '../../../shared/engineError.ts';
import { decodeSafetensors, encodeSafetensors, type Tensor } from '../../../shared/wire/safetensors.ts';
import { writeAtomically } from '../../base/writeAtomically.ts';
import type { Calibration } from '../calibration.ts';
import type { Decision } from '../decodeEvents.ts';
import type { Exemplars } from '../forms/exemplars.ts';
import type { DetectorModel } from './detectorModel.ts';
import { EventNetwork, type NetworkConfig } from './eventNetwork.ts';
import { SegmentNetwork, type SegmentConfig } from './segmentNetwork.ts';

interface Described {
  modality: DetectorModel['modality'];
  classes: number;
  decision: Decision;
  calibration: Calibration;
  frames: NetworkConfig[];
  segments: SegmentConfig[];
  exemplars: { marked: number } | null;
}
/** Raised when detectors learned before no longer read. */
const version = '2';

export async function saveDetector(file: string, models: readonly DetectorModel[]): Promise<void> {
  const tensors: Record<string, Tensor> = {};
  for (const [m, { frames, segments }] of models.entries())
    for (const [kind, networks] of Object.entries({ frames, segments }))
      for (const [n, network] of networks.entries())
        for (const [name, tensor] of network.weights()) tensors[`${m}.${kind}.${n}.${name}`] = tensor;
  for (const [m, { exemplars }] of models.entries())
    if (exemplars) Object.assign(tensors, exemplarTensors(exemplars, `${m}.exemplars.`));
  const described = models.map(
    ({ modality, classes, decision, calibration, frames, segments, exemplars }): Described => ({
      modality,
      classes,
      decision,
      calibration,
      frames: frames.map(({ config }) => config),
      segments: segments.map(({ config }) => config),
      exemplars: exemplars && { marked: exemplars.marked },
    }),
  );
  await writeAtomically(file, encodeSafetensors(tensors, { detector: JSON.stringify(described), version }));
}

/** @throws CHECKPOINT_MISMATCH for a file that is no detector, NOT_FOUND */
export async function loadDetector(file: string): Promise<DetectorModel[]> {
  const bytes = await readFile(file).catch((thrown: unknown) => {
    throw EngineError.from(thrown);
  });
  const { tensors, metadata } = decodeSafetensors(bytes);
  if (!metadata.detector) throw new EngineError('CHECKPOINT_MISMATCH', `${file} is not a detector`, { path: file });
  if (metadata.version !== version)
    throw new EngineError('CHECKPOINT_MISMATCH', 'this detector was learned by another version of the program', {
      path: file,
      hint: 'Press “Find the rest” again: the events it learned from are still there.',
    });
  const weightsOf = (prefix: string): Map<string, Float32Array> =>
    new Map(
      Object.entries(tensors).flatMap(([name, { data }]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), data as Float32Array] as const] : [],
      ),
    );
  return (JSON.parse(metadata.detector) as Described[]).map(({ frames, segments, exemplars, ...rest }, m) => ({
    ...rest,
    frames: frames.map((config, n) => new EventNetwork(config, { weights: weightsOf(`${m}.frames.${n}.`) })),
    segments: segments.map((config, n) => new SegmentNetwork(config, { weights: weightsOf(`${m}.segments.${n}.`) })),
    exemplars: exemplars && exemplarsFrom(tensors, `${m}.exemplars.`, exemplars.marked),
  }));
}

/** Forms have their own lengths: one after the other, with their ends. */
function exemplarTensors({ forms, votes, scales }: Exemplars, prefix: string): Record<string, Tensor> {
  const ends: number[] = [];
  for (const form of forms) ends.push((ends.at(-1) ?? 0) + form.length);
  const joined = new Float32Array(ends.at(-1) ?? 0);
  for (const [i, form] of forms.entries()) joined.set(form, ends[i]! - form.length);
  const tensor = (data: Tensor['data']): Tensor => ({ shape: [data.length], data });
  return {
    [`${prefix}forms`]: tensor(joined),
    [`${prefix}ends`]: tensor(Int32Array.from(ends)),
    [`${prefix}votes`]: tensor(votes),
    [`${prefix}scales`]: tensor(scales),
  };
}

function exemplarsFrom(tensors: Record<string, Tensor>, prefix: string, marked: number): Exemplars {
  const part = <T extends Tensor['data']>(name: string): T => {
    const tensor = tensors[`${prefix}${name}`];
    if (!tensor) throw new EngineError('CHECKPOINT_MISMATCH', `the detector lacks ${name}`, { field: name });
    return tensor.data as T;
  };
  const joined = part<Float32Array>('forms');
  const ends = [...part<Int32Array>('ends')];
  return {
    forms: ends.map((end, i) => joined.subarray(ends[i - 1] ?? 0, end)),
    votes: part<Float32Array>('votes'),
    scales: part<Float32Array>('scales'),
    marked,
  };
}

export function disposeDetector(models: readonly DetectorModel[]): void {
  for (const { frames, segments } of models) for (const network of [...frames, ...segments]) network.dispose();
}
