// The tiles that the view needs, fetched as the view and the settings change, and painted once per setting.
import { onScopeDispose, ref, shallowRef, watch } from 'vue';
import {
  overviewLevel,
  overviewUrl,
  tileUrl,
  type OverviewState,
  type TileSettings,
} from '../../../../../shared/wire/recordingTiles.ts';
import { failureFrom } from '../../../engine/failure.ts';
import { fetchSafetensors } from '../../../engine/safetensorsFetch.ts';
import { useRecording } from '../recordingStore.ts';
import { paintTile, type PaintSettings, type Tile } from './paintTile.ts';
import { TileCache, type TileKey } from './tileCache.ts';
import { levelFor, tilesIn } from './view.ts';

/** Rows of a painted tile; the canvas scales it to the height of the panel. */
const paintedRows = 256;
const overviewPollMs = 400;

async function fetchTile(url: string, signal: AbortSignal): Promise<Tile> {
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

export function useTiles(widthPx: () => number) {
  const recording = useRecording();
  /** Counts changes of what can be drawn. */
  const version = ref(0);
  const overview = shallowRef<OverviewState | null>(null);
  let cache: TileCache | null = null;
  let painted = new Map<Tile, HTMLCanvasElement>();
  let poll: ReturnType<typeof setTimeout> | undefined;
  let asking = new AbortController();

  const settings = (): TileSettings => ({
    channel: Math.min(recording.display.channel, Math.max(0, (recording.media?.channels ?? 1) - 1)),
    rateHz: recording.rateHz,
    windowSize: recording.display.windowSize,
    overlapPercent: recording.display.overlapPercent,
  });
  const paintSettings = (): PaintSettings => ({
    ...recording.display,
    highHz: recording.display.highHz ?? recording.nyquistHz,
  });
  const level = (): number => levelFor(recording.view, widthPx());
  const visible = (): TileKey[] =>
    tilesIn(recording.view, level(), recording.lengthS).map((index) => ({ level: level(), index }));

  function want(): void {
    if (!cache || !recording.hasSound || widthPx() <= 1) return;
    if (level() >= overviewLevel && !overview.value?.ready) return askOverview();
    const [first, last] = [visible()[0]?.index ?? 0, visible().at(-1)?.index ?? 0];
    const around = [first - 1, last + 1].filter((index) => index >= 0).map((index) => ({ level: level(), index }));
    const inside = around.filter(
      ({ index }) => tilesIn({ fromS: 0, toS: recording.lengthS }, level(), recording.lengthS).length > index,
    );
    cache.want([...visible(), ...inside]);
  }

  /** Asks until the overview is there; the engine starts it with the first question. */
  function askOverview(): void {
    if (poll !== undefined || !recording.address || overview.value?.error) return;
    const url = overviewUrl(recording.address, settings());
    const { signal } = asking;
    poll = setTimeout(
      async () => {
        try {
          const response = await fetch(url, { signal });
          if (!response.ok) throw new Error(((await response.json()) as { message?: string }).message);
          overview.value = (await response.json()) as OverviewState;
        } catch (error) {
          if (signal.aborted) return;
          overview.value = { ready: false, progress: 0, error: failureFrom(error).message };
        }
        poll = undefined;
        version.value++;
        if (!overview.value.error) want();
      },
      overview.value === null ? 0 : overviewPollMs,
    );
  }

  function stop(): void {
    clearTimeout(poll);
    poll = undefined;
    asking.abort();
    asking = new AbortController();
    cache?.dispose();
    painted = new Map();
  }
  function open(): void {
    stop();
    overview.value = null;
    const address = recording.address;
    cache = address
      ? new TileCache(
          (key, signal) => fetchTile(tileUrl(address, settings(), key.level, key.index), signal),
          () => version.value++,
        )
      : null;
    version.value++;
    want();
  }
  function retry(): void {
    if (overview.value?.error) overview.value = null;
    cache?.retry();
    want();
  }
  watch(() => [recording.address?.mediaId, recording.address?.content, JSON.stringify(settings())], open, {
    immediate: true,
  });
  watch([() => recording.view, widthPx], want);
  watch(
    () => JSON.stringify(paintSettings()),
    () => {
      painted = new Map();
      version.value++;
    },
  );
  onScopeDispose(stop);

  /** The tile as a picture, painted when first asked for. */
  function picture(tile: Tile): HTMLCanvasElement {
    const known = painted.get(tile);
    if (known) return known;
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [Math.max(1, tile.columns), paintedRows];
    if (tile.columns > 0) {
      const pixels = paintTile(tile, paintSettings(), paintedRows, recording.nyquistHz);
      canvas.getContext('2d')!.putImageData(new ImageData(pixels, tile.columns, paintedRows), 0, 0);
    }
    painted.set(tile, canvas);
    if (painted.size > 300) painted.delete(painted.keys().next().value!);
    return canvas;
  }
  const tileOf = (key: TileKey): Tile | undefined => cache?.get(key);
  /** What is wrong with a visible tile; null while all are there or on their way. */
  const failure = (): string | null => {
    const found = visible()
      .map((key) => cache?.failureOf(key))
      .find((error) => error !== undefined);
    return found === undefined ? null : failureFrom(found).message;
  };
  return { version, overview, level, visible, tileOf, picture, failure, retry };
}
