// The worker that runs the ONNX graphs of one model, so that the window never waits for it.
import { GpuFailure } from './graphMessages.ts';
import type { GraphAnswer, GraphRequest, GraphTensor } from './graphMessages.ts';
import { openSession } from './openSession.ts';
import type { Session } from './openSession.ts';

let opened: Session | null = null;

async function fetchGraph(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok)
    throw new Error(
      ((await response.json().catch(() => ({}))) as { message?: string }).message ??
        `The engine answered ${response.status}.`,
    );
  return new Uint8Array(await response.arrayBuffer());
}

async function run(
  { sessions, Tensor }: Session,
  part: string,
  feeds: Record<string, GraphTensor>,
): Promise<Record<string, GraphTensor>> {
  const session = sessions[part];
  if (!session) throw new Error(`there is no graph ${part}`);
  const outputs = await session.run(
    Object.fromEntries(
      Object.entries(feeds).map(([name, { dims, data }]) => [name, new Tensor('float32', data, dims)]),
    ),
  );
  const answers = await Promise.all(
    Object.entries(outputs).map(
      async ([name, tensor]) =>
        [name, { dims: tensor.dims, data: Float32Array.from((await tensor.getData()) as Float32Array) }] as const,
    ),
  );
  for (const tensor of Object.values(outputs)) tensor.dispose();
  return Object.fromEntries(answers);
}

const say = (message: GraphAnswer): void => self.postMessage(message);

async function answer(request: GraphRequest): Promise<GraphAnswer> {
  const { call } = request;
  try {
    if (request.kind === 'run') {
      if (!opened) throw new Error('no graph is open');
      return { call, result: await run(opened, request.part, request.feeds) };
    }
    const graphs = await Promise.all(
      Object.entries(request.urls).map(async ([part, url]) => [part, await fetchGraph(url)] as const),
    );
    opened = await openSession(Object.fromEntries(graphs), request.compute);
    const { provider, threads, whyWasm, inputs, lost } = opened;
    void lost?.then((reason) => say({ lost: reason }));
    return { call, result: { provider, threads, whyWasm, inputs } };
  } catch (error) {
    return {
      call,
      error: error instanceof Error ? error.message : String(error),
      gpu: error instanceof GpuFailure || opened?.provider === 'webgpu',
    };
  }
}

// One after the other: a session on a graphics adapter refuses a second run while it is at the first.
let before: Promise<void> = Promise.resolve();
self.addEventListener('message', ({ data }: MessageEvent<GraphRequest>) => {
  before = before.then(async () => say(await answer(data)));
});
