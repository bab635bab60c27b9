// A detector on disk: weights of all its networks as safetensors, everything else as JSON in the file's metadata.
import { readFile } from 'node:fs/promises';
import { EngineError } from '../../../shared/engineError.ts';
import { decodeSafetensors, encodeSafetensors, type Tensor } from '../../../shared/wire/safetensors.ts';
import { writeAtomically } from '../../base/writeAtomically.ts';
import type { Calibration } from '../calibration.ts';
import type { Decision } from '../decodeEvents.ts';
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
}

export async function saveDetector(file: string, models: readonly DetectorModel[]): Promise<void> {
  const tensors: Record<string, Tensor> = {};
  for (const [m, { frames, segments }] of models.entries())
    for (const [kind, networks] of Object.entries({ frames, segments }))
      for (const [n, network] of networks.entries())
        for (const [name, tensor] of network.weights()) tensors[`${m}.${kind}.${n}.${name}`] = tensor;
  const described = models.map(({ modality, classes, decision, calibration, frames, segments }): Described => ({
    modality,
    classes,
    decision,
    calibration,
    frames: frames.map(({ config }) => config),
    segments: segments.map(({ config }) => config),
  }));
  await writeAtomically(file, encodeSafetensors(tensors, { detector: JSON.stringify(described) }));
}

/** @throws CHECKPOINT_MISMATCH for a file that is no detector, NOT_FOUND */
export async function loadDetector(file: string): Promise<DetectorModel[]> {
  const bytes = await readFile(file).catch((thrown: unknown) => {
    throw EngineError.from(thrown);
  });
  const { tensors, metadata } = decodeSafetensors(bytes);
  if (!metadata.detector) throw new EngineError('CHECKPOINT_MISMATCH', `${file} is not a detector`, { path: file });
  const weightsOf = (prefix: string): Map<string, Float32Array> =>
    new Map(
      Object.entries(tensors).flatMap(([name, { data }]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), data as Float32Array] as const] : [],
      ),
    );
  return (JSON.parse(metadata.detector) as Described[]).map(({ frames, segments, ...rest }, m) => ({
    ...rest,
    frames: frames.map((config, n) => new EventNetwork(config, { weights: weightsOf(`${m}.frames.${n}.`) })),
    segments: segments.map((config, n) => new SegmentNetwork(config, { weights: weightsOf(`${m}.segments.${n}.`) })),
  }));
}

export function disposeDetector(models: readonly DetectorModel[]): void {
  for (const { frames, segments } of models) for (const network of [...frames, ...segments]) network.dispose();
}
