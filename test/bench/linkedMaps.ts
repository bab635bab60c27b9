// Processor time to paint the three linked maps anew, as at every step of a drag, in cells of 300 px.
//
//   node test/bench/linkedMaps.ts [--json] [clips…=20000 100000]
import { linkedOrder } from '../../src/renderer/src/features/map/linked/linkedMaps.ts';
import { transformIn, wholeView } from '../../src/renderer/src/features/map/linked/linkedView.ts';
import { dotOf, paintPoints, wordOf } from '../../src/renderer/src/features/map/plot/pointPainting.ts';
import { randomStream } from '../../src/engine/base/randomStream.ts';
import { benchArguments, report, rounded } from './report.ts';

const size = 300,
  rounds = 15;
const random = randomStream(1);
const places = (n: number): Float32Array => Float32Array.from({ length: n }, () => 2 * random.uniform() - 1);

const sizes = benchArguments.length ? benchArguments.map(Number) : [20_000, 100_000];
report(
  'Linked maps painted anew',
  Object.fromEntries(
    sizes.map((n) => {
      const points = {
        x: places(n),
        y: places(n),
        index: Uint16Array.from({ length: n }, (_, i) => i % 8),
        words: Uint32Array.from({ length: 8 }, (_, i) => wordOf(`#${(0x3366aa + 4000 * i).toString(16)}`)),
      };
      const dot = dotOf(n < 30_000 ? 1.6 : 1, 0.9);
      const times = Array.from({ length: rounds }, () => {
        const before = process.cpuUsage();
        for (const _ of linkedOrder)
          paintPoints(
            { pixels: new Uint32Array(size * size), width: size, height: size },
            points,
            transformIn(size, wholeView),
            1,
            dot,
            () => true,
          );
        const { user, system } = process.cpuUsage(before);
        return (user + system) / 1000;
      }).sort((a, b) => a - b);
      return [
        `3 x ${n.toLocaleString('en')} points`,
        { 'median ms': rounded(times[rounds >> 1]!, 1), 'least ms': rounded(times[0]!, 1) },
      ];
    }),
  ),
);
