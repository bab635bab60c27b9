// Which GPU providers this build of onnxruntime could use here, in the order they are tried. Whether one works shows
// when a model is opened with it.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Device } from '../../shared/contract/extraction.ts';
import { onnxRuntime } from './extractionRuntime.ts';

export type GpuDevice = Exclude<Device, 'cpu'>;

const order: Partial<Record<NodeJS.Platform, readonly GpuDevice[]>> = {
  darwin: ['coreml', 'webgpu'],
  win32: ['cuda', 'dml', 'webgpu'],
  linux: ['cuda', 'webgpu'],
};

/**
 * The npm package is complete but for CUDA, whose provider is a library that an install script puts beside the binding.
 */
function cudaInstalled(): boolean {
  const root = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  const name = process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
  return existsSync(join(root, 'bin', 'napi-v6', process.platform, process.arch, name));
}

/** `CAVMAE_GPU=off` leaves GPUs alone. */
export function gpuDevices(platform: NodeJS.Platform = process.platform): GpuDevice[] {
  if (process.env.CAVMAE_GPU === 'off') return [];
  const built = new Map(
    onnxRuntime()
      .listSupportedBackends()
      .map(({ name, bundled }) => [name, bundled]),
  );
  return (order[platform] ?? ['webgpu']).filter(
    (name) => built.get(name) === true || (name === 'cuda' && built.has('cuda') && cudaInstalled()),
  );
}
