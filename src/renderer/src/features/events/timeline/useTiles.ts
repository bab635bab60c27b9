// The tiles that the view needs, fetched as the view and the settings change.
import { computed, onScopeDispose, ref, watch } from 'vue';
import { overviewLevel, tileUrl, type TileSettings } from '../../../../../shared/wire/recordingTiles.ts';
import { failureFrom } from '../../../engine/failure.ts';
import { useRecording } from '../recordingStore.ts';
import { fetchTile } from './fetchTile.ts';
import type { PaintSettings, Tile } from './paintTile.ts';
import { TileCache, type TileKey } from './tileCache.ts';
import { TilePictures } from './tilePictures.ts';
import { useOverview } from './useOverview.ts';
import { levelFor, tilesIn } from './view.ts';

/** How tiles of the open recording are computed and painted. */
function useTileSettings() {
  const recording = useRecording();
  const compute = computed<TileSettings>(() => ({
    channel: Math.min(recording.display.channel, Math.max(0, (recording.media?.channels ?? 1) - 1)),
    rateHz: recording.rateHz,
    windowSize: recording.display.windowSize,
    overlapPercent: recording.display.overlapPercent,
  }));
  const paint = computed<PaintSettings>(() => ({
    ...recording.display,
    highHz: recording.display.highHz ?? recording.nyquistHz,
  }));
  return { compute, paint };
}

/** The tiles of the view, and then their neighbours. */
function keysAround(visible: readonly TileKey[], lengthS: number): TileKey[] {
  const [first, last] = [visible[0], visible.at(-1)];
  if (!first || !last) return [];
  const count = tilesIn({ fromS: 0, toS: lengthS }, first.level, lengthS).length;
  const beside = [first.index - 1, last.index + 1].filter((index) => index >= 0 && index < count);
  return [...visible, ...beside.map((index) => ({ level: first.level, index }))];
}

/** What is wrong with a tile; null while all are there or on their way. */
function firstFailure(cache: TileCache | null, keys: readonly TileKey[]): string | null {
  const found = keys.map((key) => cache?.failureOf(key)).find((error) => error !== undefined);
  return found === undefined ? null : failureFrom(found).message;
}

export function useTiles(widthPx: () => number) {
  const recording = useRecording();
  const settings = useTileSettings();
  /** Counts changes of what can be drawn. */
  const version = ref(0);
  const pictures = new TilePictures();
  const overview = useOverview(
    () => settings.compute.value,
    () => {
      version.value++;
      want();
    },
  );
  let cache: TileCache | null = null;
  const level = (): number => levelFor(recording.view, widthPx());
  const visible = (): TileKey[] =>
    tilesIn(recording.view, level(), recording.lengthS).map((index) => ({ level: level(), index }));

  function want(): void {
    if (!cache || !recording.hasSound || widthPx() <= 1) return;
    if (level() >= overviewLevel && !overview.state.value?.ready) overview.request();
    else cache.want(keysAround(visible(), recording.lengthS));
  }
  function open(): void {
    cache?.dispose();
    pictures.clear();
    overview.reset();
    const [address, compute] = [recording.address, settings.compute.value];
    cache = address
      ? new TileCache(
          (key, signal) => fetchTile(tileUrl(address, compute, key.level, key.index), signal),
          () => version.value++,
        )
      : null;
    version.value++;
    want();
  }
  function retry(): void {
    if (overview.state.value?.error) overview.reset();
    cache?.retry();
    want();
  }
  watch(() => JSON.stringify([recording.address, settings.compute.value]), open, { immediate: true });
  watch([() => recording.view, widthPx], want);
  watch(
    () => JSON.stringify(settings.paint.value),
    () => {
      pictures.clear();
      version.value++;
    },
  );
  onScopeDispose(() => cache?.dispose());

  const tileOf = (key: TileKey): Tile | undefined => cache?.get(key);
  const picture = (tile: Tile): HTMLCanvasElement => pictures.get(tile, settings.paint.value, recording.nyquistHz);
  const failure = (): string | null => firstFailure(cache, visible());
  return { version, overview: overview.state, level, visible, tileOf, picture, failure, retry };
}
