// A folder of the fixtures that holds a model: its configuration, weights and inputs, ready on the running backend.
import * as tf from '@tensorflow/tfjs';
import { configOfCheckpoint } from '../../src/engine/model/configOfCheckpoint.ts';
import { gridA, tokensA, tokensV, type CavMaeConfig } from '../../src/engine/model/config.ts';
import type { Masks } from '../../src/engine/model/decoder.ts';
import { addStructure, keptTokens, maskFromNoise, type MaskMode } from '../../src/engine/model/masking.ts';
import type { Model } from '../../src/engine/model/model.ts';
import { loadParameters, type TensorSource } from '../../src/engine/model/loadParameters.ts';
import type { ModelKind } from '../../src/engine/model/parameterShapes.ts';
import { has, json, tensor, tensors } from './fixtures.ts';
import { structureOf } from './structure.ts';

export interface MaskOptions {
  ratioA?: number;
  ratioV?: number;
  step?: number;
  structure?: { mode: MaskMode; draws: number[][] };
}

export interface ModelFolder {
  name: string;
  config: CavMaeConfig;
  labelDim: number;
  load(kind: ModelKind): Model;
  audio(): tf.Tensor3D;
  image(): tf.Tensor4D;
  masks(options?: MaskOptions): Masks;
}

export function modelFolder(name: string): ModelFolder {
  const record = json(`${name}/config.json`) as Record<string, unknown>;
  const source = (kind: ModelKind): TensorSource =>
    new Map(
      Object.entries(tensors(`${name}/${kind}.safetensors`)).map(([key, { shape, data }]) => [
        key,
        { shape, data: data as Float32Array },
      ]),
    );
  const config = configOfCheckpoint(source('cavmae'), record);
  const labelDim = record.label_dim as number;
  const input = (file: string) => tensor(`${inputsOf(name)}/${file}.bin`);
  const batchOf = (file: string) => input(file).shape.at(-2)!;
  return {
    name,
    config,
    labelDim,
    load: (kind) => ({
      config,
      parameters: loadParameters(config, kind, source(kind), { labelDim: kind === 'cavmaeft' ? labelDim : 0 }),
    }),
    audio: () => tf.tensor3d(input('in_a').data, input('in_a').shape as [number, number, number]),
    image: () => tf.tensor4d(input('in_v').data, input('in_v').shape as [number, number, number, number]),
    masks: ({ ratioA = 0.75, ratioV = 0.75, step = 0, structure } = {}) => {
      const one = (stream: 'a' | 'v', length: number, ratio: number) => {
        const batch = batchOf(`noise_${stream}`);
        const noise = input(`noise_${stream}`).data.slice(step * batch * length, (step + 1) * batch * length);
        if (structure && stream === 'a')
          addStructure(noise, structureOf(structure.mode, structure.draws, batch), gridA(config));
        return maskFromNoise(noise, batch, length, keptTokens(length, ratio));
      };
      return { a: one('a', tokensA(config), ratioA), v: one('v', tokensV(config), ratioV), joint: null };
    },
  };
}

/** The folders there are, by what they hold: a differently named set of fixtures is checked just so. */
export const presentFolders = (...names: string[]): string[] => names.filter((name) => has(`${name}/config.json`));
/** tiny2u uses the inputs and the noise of tiny. */
export const inputsOf = (name: string): string => (name === 'tiny2u' ? 'tiny' : name);
/** Those whose inputs are there as well: the committed subset holds a model without. */
export const runnableFolders = (...names: string[]): string[] =>
  presentFolders(...names).filter((name) => has(`${inputsOf(name)}/in_a.bin`));

/** Values of a tensor, which is freed. */
export function valuesOf(value: tf.Tensor): Float32Array {
  const data = Float32Array.from(value.dataSync() as Float32Array);
  value.dispose();
  return data;
}
