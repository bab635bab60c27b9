// Draws spectrogram and waveform of the view onto a canvas from the tiles that are there; missing ones are filled from
// coarser ones.
import { coarsestLevel, secondsPerColumn, secondsPerTile } from '../../../../../shared/wire/recordingTiles.ts';
import type { Tile } from './paintTile.ts';
import type { TileKey } from './tileCache.ts';
import { xOf, type View } from './view.ts';

export interface SoundTiles {
  visible(): TileKey[];
  tileOf(key: TileKey): Tile | undefined;
  picture(tile: Tile): HTMLCanvasElement;
}
interface Area {
  top: number;
  height: number;
}
type Found = { key: TileKey; tile: Tile };

/** The tile itself, or the nearest coarser one that covers its place. */
function tileFor(tiles: SoundTiles, key: TileKey): Found | null {
  for (let level = key.level; level <= Math.min(coarsestLevel, key.level + 6); level++) {
    const at = { level, index: Math.floor(key.index / 2 ** (level - key.level)) };
    const tile = tiles.tileOf(at);
    if (tile) return { key: at, tile };
  }
  return null;
}

/** Clips drawing to the place of a tile, so that a coarser stand-in does not cover its neighbours. */
function within(context: CanvasRenderingContext2D, fromX: number, toX: number, area: Area, draw: () => void): void {
  context.save();
  context.beginPath();
  context.rect(fromX - 0.5, area.top, toX - fromX + 1, area.height);
  context.clip();
  draw();
  context.restore();
}

export function drawSpectrogram(
  context: CanvasRenderingContext2D,
  tiles: SoundTiles,
  view: View,
  widthPx: number,
  area: Area,
): void {
  context.imageSmoothingEnabled = true;
  for (const key of tiles.visible()) {
    const found = tileFor(tiles, key);
    if (!found || found.tile.columns === 0) continue;
    const tileS = secondsPerTile(key.level);
    const [fromX, toX] = [xOf(view, widthPx, key.index * tileS), xOf(view, widthPx, (key.index + 1) * tileS)];
    within(context, Math.floor(fromX), Math.ceil(toX), area, () => {
      const startS = found.key.index * secondsPerTile(found.key.level);
      const endS = startS + found.tile.columns * secondsPerColumn(found.key.level);
      const [x, end] = [xOf(view, widthPx, startS), xOf(view, widthPx, endS)];
      // Half a pixel over its edges: neighbours overlap instead of leaving a seam.
      context.drawImage(tiles.picture(found.tile), x - 0.5, area.top, end - x + 1, area.height);
    });
  }
}

export function drawWaveform(
  context: CanvasRenderingContext2D,
  tiles: SoundTiles,
  view: View,
  widthPx: number,
  area: Area,
  colour: string,
): void {
  const middle = area.top + area.height / 2;
  context.fillStyle = colour;
  for (const key of tiles.visible()) {
    const found = tileFor(tiles, key);
    if (!found) continue;
    const [startS, columnS] = [found.key.index * secondsPerTile(found.key.level), secondsPerColumn(found.key.level)];
    const tileS = secondsPerTile(key.level);
    const [fromX, toX] = [xOf(view, widthPx, key.index * tileS), xOf(view, widthPx, (key.index + 1) * tileS)];
    within(context, fromX, toX, area, () => {
      const columnPx = Math.max(1, (columnS / (view.toS - view.fromS)) * widthPx);
      for (let column = 0; column < found.tile.columns; column++) {
        const x = xOf(view, widthPx, startS + column * columnS);
        if (x + columnPx < fromX || x > toX) continue;
        const [least, greatest] = [found.tile.peaks[2 * column]!, found.tile.peaks[2 * column + 1]!];
        const top = middle - (greatest * area.height) / 2;
        context.fillRect(x, top, columnPx, Math.max(1, ((greatest - least) * area.height) / 2));
      }
    });
  }
}
