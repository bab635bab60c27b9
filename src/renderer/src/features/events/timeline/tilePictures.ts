// Tiles as pictures: each is painted once per setting.
import { paintTile, type PaintSettings, type Tile } from './paintTile.ts';

/** Rows of a painted tile; the canvas scales it to the height of the panel. */
const paintedRows = 256;
const mostPictures = 300;

export class TilePictures {
  private readonly painted = new Map<Tile, HTMLCanvasElement>();

  clear(): void {
    this.painted.clear();
  }

  get(tile: Tile, settings: PaintSettings, nyquistHz: number): HTMLCanvasElement {
    const known = this.painted.get(tile);
    if (known) return known;
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [Math.max(1, tile.columns), paintedRows];
    if (tile.columns > 0) {
      const pixels = paintTile(tile, settings, paintedRows, nyquistHz);
      canvas.getContext('2d')!.putImageData(new ImageData(pixels, tile.columns, paintedRows), 0, 0);
    }
    this.painted.set(tile, canvas);
    if (this.painted.size > mostPictures) this.painted.delete(this.painted.keys().next().value!);
    return canvas;
  }
}
