// A reconstruction's arrays as one NumPy archive (.npz): what `numpy.load` opens, names and shapes as `cavmae
// reconstruct` writes them.
import { zipSync } from 'fflate';
import { encodeNpy } from '../../../../../shared/wire/npy.ts';
import type { Plane } from '../../../../../shared/figures/pictures.ts';
import type { Pictured, Side } from '../../../../../shared/figures/reconstructionSide.ts';

/** Back from painting order: sound [T, 128] (lowest band first), picture [3, S, S]. */
export function valuesOf({ width, height, channels, values }: Plane): { data: Float32Array; shape: number[] } {
  const data = new Float32Array(values.length);
  if (channels === 1) {
    for (let t = 0; t < width; t++)
      for (let m = 0; m < height; m++) data[t * height + m] = values[(height - 1 - m) * width + t]!;
    return { data, shape: [width, height] };
  }
  const size = width * height;
  for (let i = 0; i < size; i++) for (let c = 0; c < 3; c++) data[c * size + i] = values[i * 3 + c]!;
  return { data, shape: [3, height, width] };
}

function arraysOf(name: string, side: Side): Record<string, Uint8Array> {
  const npy = ({ data, shape }: { data: Float32Array; shape: number[] }): Uint8Array => encodeNpy(data, shape);
  const grid = [side.original.height / 16, side.original.width / 16];
  return {
    [`${name}-original.npy`]: npy(valuesOf(side.original)),
    [`${name}-reconstruction.npy`]: npy(valuesOf(side.predicted)),
    [`${name}-mask.npy`]: npy({ data: Float32Array.from(side.mask), shape: grid }),
    [`${name}-error.npy`]: npy({ data: side.error, shape: grid }),
  };
}

export function arrayArchive({ A, V }: Pictured): Uint8Array<ArrayBuffer> {
  return zipSync(
    { ...(A ? arraysOf('audio', A) : {}), ...(V ? arraysOf('frame', V) : {}) },
    { level: 0 },
  ) as Uint8Array<ArrayBuffer>;
}
