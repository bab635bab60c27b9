// Connects handlers to the process they run in: Node's IPC channel or Electron's utility-process port.
import { serveHandlers, type Handlers } from './channel.ts';

interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

/** Serves `handlers` until the host goes away; then the worker ends itself, so none is orphaned. */
export function serveProcess(handlers: Handlers): void {
  const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort;
  if (parentPort) {
    serveHandlers(handlers, {
      post: (message) => parentPort.postMessage(message),
      listen: (listener) => parentPort.on('message', (event) => listener(event.data)),
    });
    return;
  }
  process.on('disconnect', () => process.exit(0));
  serveHandlers(handlers, {
    post: (message) => void process.send?.(message),
    listen: (listener) => void process.on('message', listener),
  });
}
