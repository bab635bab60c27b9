// The worker that runs one ONNX graph, so that the window never waits for it.
import { GpuFailure } from './graphMessages.ts';
import type { GraphAnswer, GraphRequest, GraphTensor } from './graphMessages.ts';
import { openSession } from './openSession.ts';
import type { Session } from './openSession.ts';

let opened: Session | null = null;

async function fetchGraph(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(((await response.json().catch(() => ({}))) as { message?: string }).message ?? `The engine answered ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
}

async function run({ session, Tensor }: Session, feeds: Record<string, GraphTensor>): Promise<Record<string, GraphTensor>> {
  const outputs = await session.run(Object.fromEntries(Object.entries(feeds).map(([name, { dims, data }]) => [name, new Tensor('float32', data, dims)])));
  const answers = await Promise.all(Object.entries(outputs).map(async ([name, tensor]) => [name, { dims: tensor.dims, data: Float32Array.from((await tensor.getData()) as Float32Array) }] as const));
  for (const tensor of Object.values(outputs)) tensor.dispose();
  return Object.fromEntries(answers);
}

const say = (message: GraphAnswer): void => self.postMessage(message);

async function answer(request: GraphRequest): Promise<GraphAnswer> {
  const { call } = request;
  try {
    if (request.kind === 'run') {
      if (!opened) throw new Error('no graph is open');
      return { call, result: await run(opened, request.feeds) };
    }
    opened = await openSession(await fetchGraph(request.url), request.compute);
    const { provider, threads, whyWasm, inputs, lost } = opened;
    void lost?.then((reason) => say({ lost: reason }));
    return { call, result: { provider, threads, whyWasm, inputs } };
  } catch (error) {
    return { call, error: error instanceof Error ? error.message : String(error), gpu: error instanceof GpuFailure || opened?.provider === 'webgpu' };
  }
}

// One after the other: a session on a graphics adapter refuses a second run while it is at the first.
let before: Promise<void> = Promise.resolve();
self.addEventListener('message', ({ data }: MessageEvent<GraphRequest>) => {
  before = before.then(async () => say(await answer(data)));
});
