// A GPU provider in function: WebGPU over Vulkan, on Chromium's software device. Skipped where that or the Vulkan
// loader is missing.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { agreementOf } from '../../../../src/engine/extraction/agreement.ts';
import { chooseEncoder } from '../../../../src/engine/extraction/chooseEncoder.ts';
import { gpuDevices } from '../../../../src/engine/extraction/gpuDevices.ts';
import { OnnxEncoder } from '../../../../src/engine/extraction/onnxEncoder.ts';
import type { ClipInput } from '../../../../src/engine/inference/clipInput.ts';
import { randomStream } from '../../../../src/engine/base/randomStream.ts';

const driver = '/usr/lib/chromium/vk_swiftshader_icd.json';
const loader = ['/usr/lib/x86_64-linux-gnu/libvulkan.so.1', '/usr/lib/aarch64-linux-gnu/libvulkan.so.1'].some(
  existsSync,
);
const usable = existsSync(driver) && loader;
if (!usable) console.warn('WebGPU is not tested here: it needs the packages chromium and libvulkan1.');
process.env.VK_DRIVER_FILES ??= driver;

const folder = mkdtempSync(join(tmpdir(), 'cavmae-gpu-'));
afterAll(() => rmSync(folder, { recursive: true }));

const place = { folder, key: 'tiny' };
const stream = randomStream(1);
const clip: ClipInput = {
  fbank: Float32Array.from({ length: 998 * 128 }, () => -5 + 4 * stream.normal()),
  frames: { data: Uint8Array.from({ length: 224 * 224 * 3 }, () => stream.below(256)), count: 1, size: 224 },
};
const open = (device: 'cpu' | 'webgpu') =>
  OnnxEncoder.open(place, 'random:tiny:1', 2, { precision: 'float32', device });

it('offers what is built in, and nothing when switched off', () => {
  expect(gpuDevices('darwin')).not.toContain('dml');
  process.env.CAVMAE_GPU = 'off';
  expect(gpuDevices()).toEqual([]);
  delete process.env.CAVMAE_GPU;
});

describe.skipIf(!usable)('WebGPU on a software device', () => {
  it('embeds as the CPU does', { timeout: 240_000 }, async () => {
    const [cpu, gpu] = [await open('cpu'), await open('webgpu')];
    const { leastCosine } = agreementOf(await cpu.embed([clip], 1), await gpu.embed([clip], 1));
    expect(leastCosine).toBeGreaterThan(0.999);
    await Promise.all([cpu.dispose(), gpu.dispose()]);
  });

  it('is not chosen, being slower, and the reason says so', { timeout: 240_000 }, async () => {
    const choice = await chooseEncoder({
      open: ({ device }) => open(device as 'cpu' | 'webgpu'),
      clips: [clip],
      frames: 1,
      precision: 'float32',
      device: 'auto',
      gpus: ['webgpu'],
      checkStopped: () => {},
    });
    expect(choice).toMatchObject({ precision: 'float32', device: 'cpu', reason: /webgpu gains nothing/ });
  });
});
