// Electron's twin of `spawnNodeWorker`: a worker entry as a utility process. Keep the two alike.
import { utilityProcess } from 'electron';
import type { SpawnWorker } from '../../engine/workers/spawnWorker.ts';
import { workerEntry } from '../../engine/workers/spawnWorker.ts';

export const spawnUtilityWorker: SpawnWorker = (name, environment = {}) => {
  const child = utilityProcess.fork(workerEntry(name), [], {
    serviceName: `cavmae-${name}`,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let lastError = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastError = (lastError + text).slice(-2000);
  });
  return {
    post: (message) => child.postMessage(message),
    listen: (listener) => void child.on('message', listener),
    onClose: (listener) =>
      void child.once('exit', (code) =>
        listener(`exit code ${code}. ${lastError.trim().split('\n').slice(-3).join(' ')}`),
      ),
    kill: () => void child.kill(),
  };
};
