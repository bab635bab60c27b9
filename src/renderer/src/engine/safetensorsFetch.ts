// Bulk numbers by plain fetch: safetensors bytes into typed arrays.
import { decodeSafetensors } from '../../../shared/wire/safetensors.ts';
import type { TensorFile } from '../../../shared/wire/safetensors.ts';

/** Fetches and decodes one safetensors file. Throws what the server says, with its code. */
export async function fetchSafetensors(url: string, signal?: AbortSignal): Promise<TensorFile> {
  const response = await fetch(url, { signal });
  if (!response.ok) {
    const body = (await response.json().catch(() => ({}))) as {
      code?: string;
      message?: string;
      detail?: { hint?: string };
    };
    throw Object.assign(new Error(body.message ?? `The engine answered ${response.status}.`), {
      code: body.code ?? (response.status === 404 ? 'NOT_FOUND' : 'INTERNAL'),
      data: body.detail,
    });
  }
  return decodeSafetensors(new Uint8Array(await response.arrayBuffer()));
}
