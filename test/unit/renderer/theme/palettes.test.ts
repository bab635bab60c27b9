import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { categorical, categoricalColour, textOn, viridis } from '../../../../src/renderer/src/theme/palettes.ts';

const luminance = (hex: string): number => {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
};
const contrast = (a: string, b: string): number => {
  const [high, low] = [luminance(a), luminance(b)].sort((p, q) => q - p);
  return (high! + 0.05) / (low! + 0.05);
};
const tokens = (theme: string): Record<string, string> => {
  const css = readFileSync('src/renderer/src/theme/tokens.css', 'utf8');
  const block = css.slice(css.indexOf(`[data-theme='${theme}'] {`)).split('}')[0]!;
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6,8});/g)].map((match) => [match[1]!, match[2]!]),
  );
};

/** A colour with an alpha channel over an opaque one. */
const over = (top: string, bottom: string): string => {
  const alpha = Number.parseInt(top.slice(7, 9), 16) / 255;
  return `#${[1, 3, 5]
    .map((at) =>
      Math.round(
        alpha * Number.parseInt(top.slice(at, at + 2), 16) +
          (1 - alpha) * Number.parseInt(bottom.slice(at, at + 2), 16),
      )
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
};

describe('tokens', () => {
  for (const theme of ['dark', 'light'])
    for (const surface of ['panel', 'raised', 'overlay'])
      for (const row of ['accent-soft', 'hover'])
        for (const text of ['text', 'text-2', 'text-3']) {
          it(`${theme}: ${text} in a row of ${row} on ${surface} reads (WCAG AA)`, () => {
            const t = tokens(theme);
            expect(contrast(t[text]!, over(t[row]!, t[surface]!))).toBeGreaterThanOrEqual(4.5);
          });
        }
  for (const theme of ['dark', 'light'])
    for (const surface of ['panel', 'raised', 'overlay', 'window'])
      for (const text of ['text', 'text-2', 'text-3', 'accent', 'accent-strong', 'warn', 'bad']) {
        it(`${theme}: ${text} on ${surface} reads (WCAG AA)`, () => {
          const t = tokens(theme);
          expect(contrast(t[text]!, t[surface]!)).toBeGreaterThanOrEqual(4.5);
        });
      }
});

describe('palettes', () => {
  it('repeats after its length, for negative numbers too', () => {
    expect(categoricalColour(categorical.length)).toBe(categorical[0]);
    expect(categoricalColour(-1)).toBe(categorical.at(-1));
    expect(new Set(categorical).size).toBe(categorical.length);
  });
  it('viridis gets lighter all the way and stays visible on the dark map', () => {
    const shades = Array.from({ length: 20 }, (_, i) => luminance(viridis(i / 19)));
    shades.slice(1).forEach((shade, i) => expect(shade).toBeGreaterThan(shades[i]!));
    expect(viridis(1)).toBe('#fde725');
    expect(viridis(Number.NaN)).toBe(viridis(0));
  });
  it('puts readable text on any category', () => {
    for (const colour of categorical) expect(contrast(textOn(colour), colour)).toBeGreaterThan(4.5);
  });
});
