// A figure plan as an SVG document: pictures as embedded PNG files, everything else as text and lines that stay sharp
// in print.
import type { FigurePlan } from './figurePlan.ts';
import { gap, hzWidth, margin } from './figurePlan.ts';
import { heightOfHz, hzText, tickHz } from './melAxis.ts';

const [ink, quiet] = ['#111418', '#5a626c'];
const font = "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif";
const [lineHeight, captionFont, widthOfLetter] = [18, 12, 6.4];

export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Lines of at most `width` pixels, broken between words. */
function wrapped(lines: readonly string[], width: number): string[] {
  const letters = Math.max(20, Math.floor(width / widthOfLetter));
  return lines.flatMap((line) => {
    const out = [''];
    for (const word of line.split(' ')) {
      const last = out.length - 1;
      if (out[last] && out[last].length + word.length + 1 > letters) out.push(word);
      else out[last] = out[last] ? `${out[last]} ${word}` : word;
    }
    return out;
  });
}

const text = (
  x: number,
  y: number,
  words: string,
  { size = 12, colour = ink, weight = 400, anchor = 'start' } = {},
): string =>
  `<text x="${x}" y="${y}" font-size="${size}" fill="${colour}"${weight === 400 ? '' : ` font-weight="${weight}"`}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}>${escapeXml(words)}</text>`;

/**
 * @param pngs data URLs of the tiles' pictures, in the plan's order
 * @param data what programs read from the figure (its `metadata`)
 */
export function figureSvg(
  { width, tiles, axes, bottom }: FigurePlan,
  pngs: readonly string[],
  caption: readonly string[],
  data: unknown,
): { svg: string; width: number; height: number } {
  const lines = wrapped(caption, width - 2 * margin);
  const height = bottom + gap + lines.length * lineHeight + margin;
  const parts = tiles.flatMap(({ title, picture, x, y, modality }, k) => [
    text(x, y - 6, title, { weight: 600 }),
    `<image x="${x}" y="${y}" width="${picture.width}" height="${picture.height}" preserveAspectRatio="none" style="image-rendering:pixelated" href="${pngs[k]}"/>`,
    ...(modality === 'A'
      ? tickHz.flatMap((hz) => {
          const at = Math.round(y + picture.height * (1 - heightOfHz(hz)));
          return [
            `<line x1="${x - 5}" x2="${x}" y1="${at}" y2="${at}" stroke="${quiet}"/>`,
            text(x - 8, at + 4, hzText(hz), { size: 10, colour: quiet, anchor: 'end' }),
          ];
        })
      : []),
  ]);
  for (const { x, y, width: length, seconds } of axes) {
    for (let second = 0; second <= seconds; second++) {
      const at = Math.round(x + (second / seconds) * length);
      parts.push(
        `<line x1="${at}" x2="${at}" y1="${y}" y2="${y + 4}" stroke="${quiet}"/>`,
        text(at, y + 16, second === Math.floor(seconds) ? `${second} s` : String(second), {
          size: 11,
          colour: quiet,
          anchor: 'middle',
        }),
      );
    }
  }
  lines.forEach((line, k) =>
    parts.push(
      text(margin + (axes.length ? hzWidth : 0), bottom + gap + 16 + k * lineHeight, line, { size: captionFont }),
    ),
  );
  return {
    width,
    height,
    svg: `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${font}">\n<metadata>${escapeXml(JSON.stringify(data))}</metadata>\n<rect width="100%" height="100%" fill="#ffffff"/>\n${parts.join('\n')}\n</svg>\n`,
  };
}
