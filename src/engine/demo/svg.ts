// Shapes as SVG text. The field is 100 by 100; y grows downwards; the ground lies at `groundY`.

export const groundY = 78;

const n = (value: number): string => String(Math.round(value * 100) / 100);

export const hsl = (hue: number, saturation: number, lightness: number): string =>
  `hsl(${n(((hue % 360) + 360) % 360)} ${n(saturation)}% ${n(lightness)}%)`;
export const circle = (x: number, y: number, r: number, fill: string, opacity = 1): string =>
  `<circle cx="${n(x)}" cy="${n(y)}" r="${n(Math.max(0, r))}" fill="${fill}"${opacity < 1 ? ` opacity="${n(opacity)}"` : ''}/>`;
export const ellipse = (x: number, y: number, rx: number, ry: number, fill: string, opacity = 1): string =>
  `<ellipse cx="${n(x)}" cy="${n(y)}" rx="${n(Math.max(0, rx))}" ry="${n(Math.max(0, ry))}" fill="${fill}"${opacity < 1 ? ` opacity="${n(opacity)}"` : ''}/>`;
export const rect = (
  x: number,
  y: number,
  width: number,
  height: number,
  fill: string,
  round = 0,
  opacity = 1,
): string =>
  `<rect x="${n(x)}" y="${n(y)}" width="${n(Math.max(0, width))}" height="${n(Math.max(0, height))}" fill="${fill}"${round ? ` rx="${n(round)}"` : ''}${opacity < 1 ? ` opacity="${n(opacity)}"` : ''}/>`;
export const line = (
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  stroke: string,
  width: number,
  opacity = 1,
): string =>
  `<path d="M${n(x1)} ${n(y1)}L${n(x2)} ${n(y2)}" stroke="${stroke}" stroke-width="${n(width)}" stroke-linecap="round" fill="none"${opacity < 1 ? ` opacity="${n(opacity)}"` : ''}/>`;
export const polygon = (points: readonly (readonly [number, number])[], fill: string, opacity = 1): string =>
  `<path d="M${points.map(([x, y]) => `${n(x)} ${n(y)}`).join('L')}Z" fill="${fill}"${opacity < 1 ? ` opacity="${n(opacity)}"` : ''}/>`;
export const path = (d: string, fill: string, stroke = 'none', width = 0, opacity = 1): string =>
  `<path d="${d}" fill="${fill}" stroke="${stroke}" stroke-width="${n(width)}" stroke-linecap="round" stroke-linejoin="round"${opacity < 1 ? ` opacity="${n(opacity)}"` : ''}/>`;

/** Moves, turns (degrees) and scales what is drawn around the origin. */
export const place = (
  x: number,
  y: number,
  content: string,
  { turn = 0, scale = 1, flip = false }: { turn?: number; scale?: number; flip?: boolean } = {},
): string =>
  `<g transform="translate(${n(x)} ${n(y)}) rotate(${n(turn)}) scale(${n(flip ? -scale : scale)} ${n(scale)})">${content}</g>`;

/** Light that fades outwards. */
export const glow = (x: number, y: number, r: number, colour: string, opacity: number): string => {
  const id = `glow${n(x)}x${n(y)}`.replaceAll(/[.-]/g, '_');
  return `<defs><radialGradient id="${id}"><stop offset="0" stop-color="${colour}" stop-opacity="${n(opacity)}"/><stop offset="1" stop-color="${colour}" stop-opacity="0"/></radialGradient></defs>${circle(x, y, r, `url(#${id})`)}`;
};

export const shadow = (x: number, y: number, rx: number): string => ellipse(x, y, rx, rx * 0.16, '#000', 0.22);
