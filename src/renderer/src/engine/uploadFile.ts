// Sends one file to the engine's machine, telling how much of it is through. fetch cannot tell that, so XMLHttpRequest
// does it.
import { uploadUrl } from '../../../shared/wire/urls.ts';

/**
 * Resolves to the path the engine stored it under. A file sent for a `search` or as `labels` becomes no source of the
 * collection. Throws `{ code, message }` as the server said.
 */
export function uploadFile(
  file: File,
  onProgress: (sentBytes: number) => void,
  signal: AbortSignal,
  purpose: 'import' | 'search' | 'labels' | 'model' = 'import',
): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const fail = (message: string, code = 'INTERNAL'): void => reject(Object.assign(new Error(message), { code }));
    request.open('POST', uploadUrl);
    request.setRequestHeader('x-file-name', encodeURIComponent(file.name));
    request.setRequestHeader('x-purpose', purpose);
    request.responseType = 'json';
    request.upload.onprogress = (event) => onProgress(event.loaded);
    request.onerror = () => fail('the connection broke');
    request.onabort = () => fail('cancelled', 'CANCELLED');
    request.onload = () => {
      const answer = (request.response ?? {}) as { path?: string; message?: string; code?: string };
      if (request.status < 300 && answer.path) resolve(answer.path);
      else fail(answer.message ?? `the engine answered ${request.status}`, answer.code);
    };
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
