// Places where events happen. Chosen apart from the event (within what fits), so that the place tells little about the
// sound.
import type { Setting } from './demoEvent.ts';
import type { DemoRandom } from './demoRandom.ts';
import { circle, ellipse, groundY, hsl, line, path, place, polygon, rect } from './svg.ts';

interface Scenery {
  /** Definitions and everything behind the event. */
  behind(t: number): string;
  /** Distractors before the event, at the margins. */
  before(t: number): string;
}

const gradient = (id: string, top: string, bottom: string): string =>
  `<defs><linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${top}"/><stop offset="1" stop-color="${bottom}"/></linearGradient></defs>`;
const sky = (top: string, bottom: string): string =>
  gradient('sky', top, bottom) + rect(-10, -10, 120, 112, 'url(#sky)');

function hills(random: DemoRandom, hue: number, saturation: number, light: number): string {
  return [0, 1]
    .map((k) => {
      const y = groundY - 16 + k * 10;
      return path(
        `M-10 101 L-10 ${y} C${random.between(10, 25)} ${y - random.between(6, 22)} ${random.between(35, 50)} ${y + random.between(-4, 8)} ${random.between(55, 65)} ${y - 6} C${random.between(70, 85)} ${y - random.between(10, 20)} 95 ${y} 110 ${y - random.between(0, 8)} L110 101Z`,
        hsl(hue, saturation, light + 10 - k * 7),
      );
    })
    .join('');
}

function tree(random: DemoRandom, x: number, y: number, size: number): string {
  const leaf = hsl(random.between(80, 150), random.between(25, 45), random.between(24, 42));
  const trunk = rect(x - size * 0.07, y - size * 0.4, size * 0.14, size * 0.42, '#54402f');
  if (random.chance(0.5))
    return (
      trunk +
      polygon(
        [
          [x, y - size * 1.25],
          [x + size * 0.34, y - size * 0.3],
          [x - size * 0.34, y - size * 0.3],
        ],
        leaf,
      ) +
      polygon(
        [
          [x, y - size * 1.4],
          [x + size * 0.26, y - size * 0.75],
          [x - size * 0.26, y - size * 0.75],
        ],
        leaf,
      )
    );
  return (
    trunk +
    circle(x, y - size * 0.75, size * 0.36, leaf) +
    circle(x - size * 0.22, y - size * 0.6, size * 0.26, leaf) +
    circle(x + size * 0.23, y - size * 0.58, size * 0.25, leaf)
  );
}

function clouds(random: DemoRandom, colour: string, opacity: number): (t: number) => string {
  const list = Array.from({ length: random.whole(1, 4) }, () => ({
    x: random.between(-10, 100),
    y: random.between(6, 32),
    size: random.between(5, 11),
    speed: random.between(0.5, 3),
  }));
  return (t) =>
    list
      .map(({ x, y, size, speed }) =>
        place(
          ((x + speed * t + 20) % 140) - 20,
          y,
          ellipse(0, 0, size * 1.5, size * 0.5, colour, opacity) +
            circle(-size * 0.4, -size * 0.25, size * 0.5, colour, opacity) +
            circle(size * 0.4, -size * 0.35, size * 0.62, colour, opacity),
        ),
      )
      .join('');
}

function room(random: DemoRandom): Scenery {
  const wall = [random.between(0, 360), random.between(10, 35), random.between(48, 84)] as const;
  const floor = hsl(random.between(18, 40), random.between(20, 45), random.between(30, 55));
  const stripes = random.chance(0.4)
    ? Array.from({ length: 12 }, (_, k) => rect(k * 10 - 8, -10, 4, 92, hsl(wall[0], wall[1], wall[2] - 5))).join('')
    : '';
  const window = random.chance(0.5)
    ? place(
        random.pick([12, 88]),
        random.between(18, 30),
        rect(-13, -16, 26, 32, '#f4efe4', 1) +
          rect(-11, -14, 22, 28, hsl(205, random.between(20, 60), random.between(55, 85))) +
          rect(-0.8, -14, 1.6, 28, '#f4efe4') +
          rect(-11, -0.8, 22, 1.6, '#f4efe4'),
      )
    : '';
  const frame = random.chance(0.6)
    ? place(
        random.pick([14, 86]),
        random.between(16, 40),
        rect(-9, -8, 18, 16, '#4c3b2c', 1) +
          rect(-7, -6, 14, 12, hsl(random.between(0, 360), 40, 65)) +
          circle(random.between(-3, 3), 0, 3, hsl(random.between(0, 360), 50, 50)),
      )
    : '';
  const plant = random.chance(0.5)
    ? place(
        random.pick([8, 92]),
        96,
        polygon(
          [
            [-6, -12],
            [6, -12],
            [4, 0],
            [-4, 0],
          ],
          '#a8623c',
        ) +
          [-40, -15, 12, 38]
            .map((turn) => place(0, -12, ellipse(0, -10, 2.6, 10, hsl(130, 35, 34)), { turn }))
            .join(''),
      )
    : '';
  return {
    behind: () =>
      rect(-10, -10, 120, 112, hsl(...wall)) +
      stripes +
      window +
      frame +
      rect(-10, groundY + 2, 120, 30, floor) +
      rect(-10, groundY + 1, 120, 2.6, '#fff', 0, 0.5),
    before: () => plant,
  };
}

function street(random: DemoRandom): Scenery {
  const drift = clouds(random, '#fff', 0.6);
  const houses = Array.from({ length: 7 }, (_, k) => {
    const [height, hue, width] = [random.between(24, 62), random.between(0, 360), random.between(13, 19)];
    const windows = Array.from({ length: Math.floor(height / 10) }, (__, row) =>
      [0.18, 0.58]
        .map((at) =>
          rect(
            k * 16 - 8 + width * at,
            groundY - height + 5 + row * 9,
            width * 0.22,
            5,
            random.chance(0.3) ? '#ffe7a6' : '#d6e4ea',
          ),
        )
        .join(''),
    ).join('');
    return (
      rect(k * 16 - 8, groundY - height, width, height + 4, hsl(hue, random.between(8, 30), random.between(45, 70))) +
      windows
    );
  }).join('');
  const [top, bottom] = random.pick([
    ['#7fb5dd', '#dcebf3'],
    ['#9fb0bd', '#dfe3e4'],
    ['#f0a86b', '#fbe3c0'],
  ] as const);
  const lamp = random.chance(0.5)
    ? place(random.pick([6, 94]), groundY + 4, line(0, 0, 0, -46, '#3c4046', 2) + circle(0, -48, 3.4, '#fff2c4'))
    : '';
  return {
    behind: (t) =>
      sky(top, bottom) +
      drift(t) +
      houses +
      rect(-10, groundY, 120, 30, '#8d8a84') +
      rect(-10, groundY, 120, 3, '#bdb9b0'),
    before: () => lamp,
  };
}

function country(random: DemoRandom, dense: boolean): Scenery {
  const drift = clouds(random, '#fff', 0.8);
  const [top, bottom] = random.pick([
    ['#5fa8dc', '#d8eef7'],
    ['#8fb8d0', '#eef3ea'],
    ['#f2b277', '#fdeccb'],
    ['#9aa7b0', '#dde3e2'],
  ] as const);
  const sun = random.chance(0.5)
    ? circle(random.between(10, 90), random.between(8, 26), random.between(4, 8), '#fff3c2', 0.95)
    : '';
  const [hue, saturation, light] = [random.between(65, 130), random.between(22, 45), random.between(34, 52)] as const;
  const land = hills(random, hue, saturation, light) + rect(-10, groundY, 120, 30, hsl(hue, saturation, light - 4));
  const trees = Array.from({ length: dense ? 9 : random.whole(0, 3) }, () =>
    tree(random, random.between(-4, 104), groundY + random.between(-5, 2), random.between(18, dense ? 46 : 30)),
  ).join('');
  const stones = Array.from({ length: random.whole(0, 4) }, () =>
    ellipse(random.between(0, 100), random.between(90, 99), random.between(2, 5), random.between(1, 2), '#8b8780'),
  ).join('');
  const grass = Array.from(
    { length: 14 },
    () => [random.between(0, 100), random.between(92, 101), random.between(3, 8)] as const,
  );
  return {
    behind: (t) => sky(top, bottom) + sun + drift(t) + land + trees,
    before: (t) =>
      stones +
      grass
        .map(([x, y, height]) =>
          path(
            `M${x} ${y} q${1 + Math.sin(t * 2 + x)} ${-height * 0.6} ${2 * Math.sin(t * 2 + x)} ${-height}`,
            'none',
            hsl(hue, saturation + 8, light - 12),
            1,
          ),
        )
        .join(''),
  };
}

function night(random: DemoRandom): Scenery {
  const stars = Array.from({ length: 30 }, () =>
    circle(random.between(0, 100), random.between(0, 60), random.between(0.2, 0.7), '#fff', random.between(0.4, 1)),
  ).join('');
  const moon = circle(random.between(12, 88), random.between(10, 26), random.between(4, 7), '#f3efd2');
  const hue = random.between(205, 265);
  const trees = Array.from({ length: random.whole(2, 7) }, () =>
    tree(random, random.between(0, 100), groundY, random.between(16, 38)),
  ).join('');
  return {
    behind: () =>
      sky(hsl(hue, 45, 10), hsl(hue, 38, 28)) +
      stars +
      moon +
      hills(random, hue, 22, 12) +
      trees +
      rect(-10, groundY, 120, 30, hsl(hue, 18, 18)),
    before: () => '',
  };
}

function shore(random: DemoRandom): Scenery {
  const drift = clouds(random, '#fff', 0.75);
  const [top, bottom] = random.pick([
    ['#62b0e0', '#e3f3f6'],
    ['#f3a76c', '#fde6c3'],
    ['#9db0bb', '#e1e7e6'],
  ] as const);
  const sea = hsl(random.between(185, 212), 45, random.between(38, 55));
  const sand = hsl(random.between(34, 46), random.between(35, 55), random.between(66, 80));
  const palm = random.chance(0.4)
    ? place(
        random.pick([7, 93]),
        groundY + 10,
        path('M0 0 C-3 -18 2 -30 4 -44', 'none', '#7a5a3b', 3.4) +
          [-80, -45, -10, 30, 65]
            .map((turn) => place(4, -44, path('M0 0 C6 -10 14 -12 20 -8 C14 -6 8 -2 0 0Z', '#4f8a48'), { turn }))
            .join(''),
      )
    : '';
  return {
    behind: (t) =>
      sky(top, bottom) +
      drift(t) +
      rect(-10, 42, 120, 24, sea) +
      [48, 54]
        .map((y) =>
          path(`M-10 ${y} ${Array.from({ length: 8 }, () => 'q7.5 -2 15 0').join(' ')}`, 'none', '#fff', 0.6, 0.4),
        )
        .join('') +
      polygon(
        [
          [-10, 64],
          [110, 60],
          [110, 101],
          [-10, 101],
        ],
        sand,
      ),
    before: () => palm,
  };
}

export function makeScenery(setting: Setting, random: DemoRandom): Scenery {
  switch (setting) {
    case 'room':
      return room(random);
    case 'street':
      return street(random);
    case 'meadow':
      return country(random, false);
    case 'forest':
      return country(random, true);
    case 'night':
      return night(random);
    case 'shore':
      return shore(random);
  }
}
