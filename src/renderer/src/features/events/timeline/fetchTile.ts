// One spectrogram tile from the engine.
import { fetchSafetensors } from '../../../engine/safetensorsFetch.ts';
import type { Tile } from './paintTile.ts';

export async function fetchTile(url: string, signal: AbortSignal): Promise<Tile> {
  const { tensors } = await fetchSafetensors(url, signal);
  const { power, peaks } = tensors;
  if (!power || !peaks) throw new Error('The engine sent a tile without levels.');
  return {
    columns: power.shape[0]!,
    bins: power.shape[1]!,
    power: power.data as Uint8Array,
    peaks: peaks.data as Float32Array,
  };
}
