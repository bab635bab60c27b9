// The typed channel between the host's process and a worker process: call, events, cancellation, errors with their
// codes. Only the transport differs per host (Node's child process, Electron's utility process, an in-memory pair in
// tests).
import { EngineError } from '../../shared/engineError.ts';
import { WorkerExitError, WorkerStoppedError } from './workerErrors.ts';
import type { ErrorCode, ErrorDetail } from '../../shared/contract/errors.ts';

/** What a handler gets beside its input. `emit` sends an event to the caller while the call runs. */
export interface CallContext<E = unknown> {
  signal: AbortSignal;
  emit(event: E): void;
}

// oxlint-disable-next-line typescript/no-explicit-any -- handlers of any input; the proxy type restores it
export type Handlers = Record<string, (input: any, context: CallContext<any>) => Promise<any>>;

export interface CallOptions {
  signal?: AbortSignal;
  onEvent?: (event: never) => void;
}

/** The caller's side, its types computed from the worker's handlers. */
export type WorkerClient<H extends Handlers> = {
  [K in keyof H]: (
    input: Parameters<H[K]>[0],
    options?: {
      signal?: AbortSignal;
      onEvent?: (event: Parameters<H[K]>[1] extends CallContext<infer E> ? E : never) => void;
    },
  ) => ReturnType<H[K]>;
};

type ToWorker = { kind: 'call'; call: number; method: string; input: unknown } | { kind: 'cancel'; call: number };
type FromWorker =
  | { kind: 'ready' }
  | { kind: 'event'; call: number; event: unknown }
  | { kind: 'result'; call: number; result: unknown }
  | { kind: 'error'; call: number; error: { code: ErrorCode; message: string; detail: ErrorDetail } };

/** Two members and an end: all a host has to provide. */
export interface Transport {
  post(message: unknown): void;
  listen(listener: (message: unknown) => void): void;
  /** Called once, with the reason, when the other side is gone. */
  onClose(listener: (reason: string) => void): void;
  kill(): void;
}

/** Serves handlers on the worker's side. */
export function serveHandlers(handlers: Handlers, port: Pick<Transport, 'post' | 'listen'>): void {
  const running = new Map<number, AbortController>();
  port.listen((message) => {
    const request = message as ToWorker;
    if (request.kind === 'cancel') {
      running.get(request.call)?.abort();
      return;
    }
    const { call, method, input } = request;
    const controller = new AbortController();
    running.set(call, controller);
    const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
    const context: CallContext = {
      signal: controller.signal,
      emit: (event) => port.post({ kind: 'event', call, event } satisfies FromWorker),
    };
    Promise.resolve()
      .then(() => {
        if (!handler) throw new EngineError('INTERNAL', `the worker has no method ${method}`);
        return handler(input, context);
      })
      .then(
        (result: unknown) => port.post({ kind: 'result', call, result } satisfies FromWorker),
        (thrown: unknown) =>
          port.post({ kind: 'error', call, error: EngineError.from(thrown).toJSON() } satisfies FromWorker),
      )
      .finally(() => running.delete(call));
  });
  port.post({ kind: 'ready' } satisfies FromWorker);
}

/** What a native library or V8 says when memory is gone. */
interface Pending {
  resolve(result: unknown): void;
  reject(error: EngineError): void;
  onEvent: ((event: unknown) => void) | undefined;
}

/**
 * A worker that starts when first called and starts again after a crash. Calls under way when it dies fail with
 * INTERNAL and the reason; the next call gets a fresh process.
 */
export class WorkerHandle<H extends Handlers> {
  readonly name: string;
  readonly calls: WorkerClient<H>;
  private readonly start: () => Transport;
  private readonly onCrash: ((reason: string) => void) | undefined;
  private transport: Transport | null = null;
  private readonly pending = new Map<number, Pending>();
  private nextCall = 1;
  private closed = false;

  constructor(name: string, start: () => Transport, onCrash?: (reason: string) => void) {
    this.name = name;
    this.start = start;
    this.onCrash = onCrash;
    this.calls = new Proxy(
      {},
      {
        get: (_, method) => (input: unknown, options?: CallOptions) => this.call(String(method), input, options),
      },
    ) as WorkerClient<H>;
  }

  get running(): boolean {
    return this.transport !== null;
  }

  /** Ends the process. A later call starts it again unless `forever`. */
  stop(reason = 'stopped', forever = false): void {
    this.closed ||= forever;
    const transport = this.transport;
    this.transport = null;
    transport?.kill();
    this.failPending(new WorkerStoppedError(this.name, reason));
  }

  private call(method: string, input: unknown, options: CallOptions = {}): Promise<unknown> {
    if (this.closed) return Promise.reject(new EngineError('CANCELLED', `the ${this.name} worker is closed`));
    if (options.signal?.aborted) return Promise.reject(new EngineError('CANCELLED', 'cancelled before it began'));
    const transport = (this.transport ??= this.connect());
    const call = this.nextCall++;
    return new Promise((resolve, reject) => {
      const cancel = () => transport.post({ kind: 'cancel', call } satisfies ToWorker);
      const settle =
        <T>(then: (value: T) => void) =>
        (value: T) => {
          options.signal?.removeEventListener('abort', cancel);
          then(value);
        };
      this.pending.set(call, {
        resolve: settle(resolve),
        reject: settle(reject),
        onEvent: options.onEvent as Pending['onEvent'],
      });
      options.signal?.addEventListener('abort', cancel, { once: true });
      try {
        transport.post({ kind: 'call', call, method, input } satisfies ToWorker);
      } catch (thrown) {
        this.pending.delete(call);
        reject(EngineError.from(thrown));
      }
    });
  }

  private connect(): Transport {
    const transport = this.start();
    transport.listen((message) => this.receive(message as FromWorker));
    transport.onClose((reason) => {
      if (this.transport !== transport) return;
      this.transport = null;
      this.failPending(new WorkerExitError(this.name, reason));
      this.onCrash?.(reason);
    });
    return transport;
  }

  private receive(message: FromWorker): void {
    if (message.kind === 'ready') return;
    const pending = this.pending.get(message.call);
    if (!pending) return;
    if (message.kind === 'event') {
      this.hear(message.call, pending, message.event);
      return;
    }
    this.pending.delete(message.call);
    if (message.kind === 'result') pending.resolve(message.result);
    else pending.reject(new EngineError(message.error.code, message.error.message, message.error.detail));
  }

  /** A listener that throws (a full disk met while a point is stored) fails its own call, never the process. */
  private hear(call: number, pending: Pending, event: unknown): void {
    try {
      pending.onEvent?.(event);
    } catch (thrown) {
      this.pending.delete(call);
      this.transport?.post({ kind: 'cancel', call } satisfies ToWorker);
      pending.reject(EngineError.from(thrown));
    }
  }

  private failPending(error: EngineError): void {
    const waiting = [...this.pending.values()];
    this.pending.clear();
    for (const { reject } of waiting) reject(error);
  }
}
