// The worker that runs one ONNX graph, so that the window never waits for it.
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

async function answer(request: GraphRequest): Promise<GraphAnswer> {
  const { call } = request;
  try {
    if (request.kind === 'run') {
      if (!opened) throw new Error('no graph is open');
      return { call, result: await run(opened, request.feeds) };
    }
    opened = await openSession(await fetchGraph(request.url));
    const { provider, threads, inputs } = opened;
    return { call, result: { provider, threads, inputs } };
  } catch (error) {
    return { call, error: error instanceof Error ? error.message : String(error) };
  }
}

self.addEventListener('message', (event: MessageEvent<GraphRequest>) => {
  void answer(event.data).then((message) => self.postMessage(message));
});
