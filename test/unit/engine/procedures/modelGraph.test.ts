// The graph a page fetches: written once per state of the model's file, unknown models refused.
import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEventBus } from '../../../../src/engine/host/eventBus.ts';
import { WorkspaceMemory } from '../../../../src/engine/procedures/workspaceMemory.ts';
import { loadModel } from '../../../../src/engine/checkpoint/loadModel.ts';
import { exportOnnx } from '../../../../src/engine/checkpoint/onnx/exportOnnx.ts';
import { saveCheckpoint } from '../../../../src/engine/checkpoint/saveCheckpoint.ts';
import { Workspace } from '../../../../src/engine/collection/workspace.ts';
import type { EngineContext } from '../../../../src/engine/procedures/engineContext.ts';
import { modelGraphResponse } from '../../../../src/engine/procedures/models/modelGraphResponse.ts';
import { autoencoderParts, autoencoderUrl, type AutoencoderPart } from '../../../../src/shared/wire/urls.ts';
import { smallConfig, smallTensors, temporaryFolder } from '../checkpoint/smallCheckpoint.ts';

const at = temporaryFolder();
let made = 0;
let written = 0;
let workspace: Workspace;
const compute = {
  calls: {
    writeAutoencoderGraph: async ({ model, path, part }: { model: string; path: string; part: AutoencoderPart }) => {
      written++;
      return exportOnnx(path, await loadModel(model), { graph: 'autoencoder', part });
    },
  },
};
const memory = new WorkspaceMemory(createEventBus());
const ask = (
  modelId: string,
  headers: Record<string, string> = {},
  readOnly = false,
  part: AutoencoderPart = 'joint',
) =>
  modelGraphResponse(new Request(`http://x${autoencoderUrl(modelId, part)}`, { headers }), {
    workspace,
    memory,
    compute,
    readOnly,
  } as unknown as EngineContext);

beforeEach(async () => {
  workspace = Workspace.open(at(`workspace-${made++}`));
  written = 0;
  await saveCheckpoint(join(workspace.folder('models'), 'mine.safetensors'), {
    kind: 'cavmae',
    config: smallConfig,
    tensors: smallTensors(),
  });
});
afterEach(() => workspace.close());

it('writes the graph once, and again when the checkpoint changed', async () => {
  const [one, two] = await Promise.all([ask('mine'), ask('mine')]);
  expect(written).toBe(1);
  const bytes = new Uint8Array(await one!.arrayBuffer());
  expect(bytes.length).toBe(Number(two!.headers.get('content-length')));
  expect(new TextDecoder('latin1').decode(bytes)).toContain('pred_a');
  // Each part is a file of its own.
  for (const part of autoencoderParts) await ask('mine', {}, false, part);
  expect(written).toBe(3);
  expect(new TextDecoder('latin1').decode(await (await ask('mine', {}, false, 'picture'))!.arrayBuffer())).toContain(
    'kept_v',
  );
  expect((await ask('mine', { 'if-none-match': one!.headers.get('etag')! }))!.status).toBe(304);
  utimesSync(join(workspace.folder('models'), 'mine.safetensors'), 1, 1);
  expect((await ask('mine'))!.headers.get('etag')).not.toBe(one!.headers.get('etag'));
  expect(written).toBe(4);
  expect(readdirSync(join(workspace.folder('models'), 'graphs'))).toHaveLength(1);
});

it('refuses what is no model, and writes nothing into a workspace opened for reading', async () => {
  await expect(ask('nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(ask('../../secrets')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(ask('mine', {}, true)).rejects.toMatchObject({ code: 'READ_ONLY' });
  expect(
    await modelGraphResponse(new Request('http://x/data/models/mine/autoencoder-middle.onnx'), {
      workspace,
      memory,
      compute,
      readOnly: false,
    } as unknown as EngineContext),
  ).toBeNull();
});
