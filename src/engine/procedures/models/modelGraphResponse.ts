// GET /data/models/<id>/autoencoder-<part>.onnx: what the page runs to reconstruct by itself. Written by the compute worker once per state of
// the model's file, under <workspace>/models/graphs.
import { existsSync, openAsBlob } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';
import { autoencoderParts, type AutoencoderPart } from '../../../shared/wire/urls.ts';
import { resolveModel } from '../../checkpoint/catalogue/catalogue.ts';
import type { EngineContext } from '../engineContext.ts';

type GraphContext = Pick<EngineContext, 'workspace' | 'memory' | 'compute' | 'readOnly'>;

/** Raised when the graph of the same weights changes, so that files of an earlier version are not served. */
const graphVersion = 2;

async function graphFile(
  { workspace, memory, compute, readOnly }: GraphContext,
  modelId: string,
  part: AutoencoderPart,
): Promise<string> {
  const model = resolveModel(workspace, modelId);
  const stamp = model.startsWith('random:')
    ? model.replaceAll(':', '-')
    : await stat(model).then(({ size, mtimeMs }) => `${size}-${Math.round(mtimeMs)}`);
  const folder = path.join(workspace.folder('models'), 'graphs');
  const prefix = `${encodeURIComponent(modelId)}~`;
  const state = `${prefix}${stamp}.v${graphVersion}`;
  const file = path.join(folder, `${state}.${part}.onnx`);
  if (existsSync(file)) return file;
  if (readOnly)
    throw new EngineError(
      'READ_ONLY',
      'this workspace is open for reading only: the graph of this model was not written before',
    );
  const underWay =
    memory.writingGraphs.get(file) ??
    (async () => {
      await mkdir(folder, { recursive: true });
      for (const old of await readdir(folder))
        if (old.startsWith(prefix) && !old.startsWith(`${state}.`)) await rm(path.join(folder, old), { force: true });
      await compute.calls.writeAutoencoderGraph({ model, path: file, part });
    })();
  memory.writingGraphs.set(file, underWay);
  await underWay.finally(() => memory.writingGraphs.delete(file));
  return file;
}

/**
 * Null where the address names no graph.
 * @throws EngineError NOT_FOUND for an unknown model, BAD_INPUT for one without a decoder, READ_ONLY, DISK_FULL
 */
export async function modelGraphResponse(request: Request, context: GraphContext): Promise<Response | null> {
  const [, encoded, named] =
    /^\/data\/models\/([^/]+)\/autoencoder-([a-z]+)\.onnx$/.exec(new URL(request.url).pathname) ?? [];
  const part = autoencoderParts.find((one) => one === named);
  if (encoded === undefined || part === undefined) return null;
  let modelId: string;
  try {
    modelId = decodeURIComponent(encoded);
  } catch {
    return null;
  }
  const file = await graphFile(context, modelId, part);
  const headers = {
    'content-type': 'application/octet-stream',
    'cache-control': 'no-cache',
    etag: `"${path.basename(file)}"`,
  };
  if (request.headers.get('if-none-match') === headers.etag) return new Response(null, { status: 304, headers });
  const blob = await openAsBlob(file);
  return new Response(request.method === 'HEAD' ? null : blob, {
    headers: { ...headers, 'content-length': String(blob.size) },
  });
}
