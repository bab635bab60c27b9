// TEST CODE. A checkpoint's reconstruction as the page runs it: the parts of its graph in onnxruntime-web.
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web';
import type { Checkpoint } from '../../../../src/engine/checkpoint/loadCheckpoint.ts';
import { exportOnnx } from '../../../../src/engine/checkpoint/onnx/exportOnnx.ts';
import type { RunGraph } from '../../../../src/renderer/src/features/inspect/pageModel/pageReconstruction.ts';
import { autoencoderParts } from '../../../../src/shared/wire/urls.ts';

/** `path` gives a file to write for each part; `ran` tells which parts ran since, in turn. */
export async function pageGraphs(
  checkpoint: Checkpoint,
  path: (part: string) => string,
  threads = 1,
): Promise<{ run: RunGraph; ran: string[]; release(): Promise<void> }> {
  ort.env.wasm.numThreads = threads;
  const sessions = new Map<string, ort.InferenceSession>();
  for (const part of autoencoderParts) {
    await exportOnnx(path(part), checkpoint, { graph: 'autoencoder', part });
    sessions.set(part, await ort.InferenceSession.create(readFileSync(path(part)), { graphOptimizationLevel: 'all' }));
  }
  const ran: string[] = [];
  return {
    ran,
    async run(part, feeds) {
      ran.push(part);
      const out = await sessions
        .get(part)!
        .run(
          Object.fromEntries(
            Object.entries(feeds).map(([name, { dims, data }]) => [name, new ort.Tensor('float32', data, dims)]),
          ),
        );
      return Object.fromEntries(
        Object.entries(out).map(([name, { dims, data }]) => [name, { dims, data: data as Float32Array }]),
      );
    },
    async release() {
      for (const session of sessions.values()) await session.release();
    },
  };
}
