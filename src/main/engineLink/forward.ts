// Passes a request of the page to the engine's process: streamed bodies and answers, byte ranges, event streams,
// aborts.
import http from 'node:http';
import { Readable } from 'node:stream';
import type { ReadableStream as NodeStream } from 'node:stream/web';
import { setTimeout as wait } from 'node:timers/promises';
import type { EngineProcess } from './engineProcess.ts';

const attempts = 5;
/** Describe one connection only, so they are not passed on. */
const ofTheConnection = new Set(['connection', 'keep-alive', 'transfer-encoding']);
const withoutBody = new Set([204, 205, 304]);

/** The answer's body. Reading slowly slows the engine down; cancelling ends the request. */
function bodyOf(answer: http.IncomingMessage): ReadableStream<Uint8Array> {
  let open = true;
  const end = (finish: () => void) => () => {
    if (open) finish();
    open = false;
  };
  return new ReadableStream({
    start(controller) {
      answer.on('data', (chunk: Buffer) => {
        if (!open) return;
        controller.enqueue(new Uint8Array(chunk));
        if ((controller.desiredSize ?? 0) <= 0) answer.pause();
      });
      answer.on(
        'end',
        end(() => controller.close()),
      );
      answer.on('error', () => undefined); // `close` follows
      answer.on(
        'close',
        end(() => controller.error(new Error('the engine ended'))),
      );
    },
    pull: () => void answer.resume(),
    cancel() {
      open = false;
      answer.destroy();
    },
  });
}

function toResponse(answer: http.IncomingMessage, method: string): Response {
  const headers = new Headers();
  for (let k = 0; k < answer.rawHeaders.length; k += 2) {
    const name = answer.rawHeaders[k]!;
    if (!ofTheConnection.has(name.toLowerCase())) headers.append(name, answer.rawHeaders[k + 1]!);
  }
  const status = answer.statusCode ?? 502;
  const empty = method === 'HEAD' || withoutBody.has(status);
  if (empty) answer.resume();
  return new Response(empty ? null : bodyOf(answer), { status, statusText: answer.statusMessage ?? '', headers });
}

function ask(request: Request, { socket, token }: { socket: string; token: string }): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  return new Promise((resolve, reject) => {
    const asked = http.request({
      // A connection of its own: a request is never sent on one that the engine has closed meanwhile.
      agent: false,
      socketPath: socket,
      path: pathname + search,
      method: request.method,
      headers: { ...Object.fromEntries(request.headers), host: 'studio', authorization: `Bearer ${token}` },
    });
    asked.once('response', (answer) => resolve(toResponse(answer, request.method)));
    asked.once('error', reject);
    request.signal?.addEventListener('abort', () => asked.destroy());
    // The body is touched only once there is a connection, so that a refused request can be sent again.
    asked.once('socket', (connection) =>
      connection.once('connect', () => {
        if (!request.body) return asked.end();
        Readable.fromWeb(request.body as NodeStream)
          .on('error', (error) => asked.destroy(error))
          .pipe(asked);
      }),
    );
  });
}

/**
 * Requests wait while the engine starts (again). One that was on its way when the engine ended fails as on a broken
 * network.
 */
export function forwardTo(engine: Pick<EngineProcess, 'ready'>): (request: Request) => Promise<Response> {
  return async (request) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await ask(request, await engine.ready());
      } catch (thrown) {
        const refused = ['ECONNREFUSED', 'ENOENT'].includes(String((thrown as NodeJS.ErrnoException).code));
        if (!refused || attempt === attempts) return Response.error();
        await wait(100 * attempt);
      }
    }
  };
}
