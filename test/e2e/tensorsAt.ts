// TEST CODE. Numbers that the engine gives beside its answers.
import { decodeSafetensors, type Tensor } from '../../src/shared/wire/safetensors.ts';
import type { Studio } from './studio.ts';

export async function tensorsAt({ host }: Pick<Studio, 'host'>, dataUrl: string): Promise<Record<string, Tensor>> {
  const response = await fetch(`${host.origin}/${dataUrl.replace(/^\//, '')}`, {
    headers: { authorization: `Bearer ${host.bearer}` },
  });
  if (!response.ok) throw new Error(`${response.status} for ${dataUrl}`);
  return decodeSafetensors(new Uint8Array(await response.arrayBuffer())).tensors;
}
