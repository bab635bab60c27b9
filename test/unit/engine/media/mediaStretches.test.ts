import { expect, test } from 'vitest';
import { believableStretches, PacketTimes } from '../../../../src/engine/media/mediaStretches.ts';

test('packets in order are one stretch; pauses of more than a minute part it', () => {
  const times = new PacketTimes();
  for (let n = 0; n < 1000; n++) times.add(n * 0.02, 0.02);
  for (let n = 0; n < 10; n++) times.add(200 + n, 1);
  expect(believableStretches([times.stretches])).toEqual({
    stretches: [
      { startS: 0, endS: expect.closeTo(20, 6) },
      { startS: 200, endS: 210 },
    ],
    cut: false,
  });
});

test('what comes after a gap of an hour is not believed', () => {
  const times = new PacketTimes();
  times.add(0, 0.04);
  times.add(1e9, 0.04);
  times.add(0.04, 0.04);
  expect(believableStretches([times.stretches])).toEqual({ stretches: [{ startS: 0, endS: 0.08 }], cut: true });
  expect(believableStretches([[{ startS: 5000, endS: 5001 }]])).toEqual({ stretches: [], cut: true });
});

test('a packet that claims to last for years covers a minute', () => {
  const times = new PacketTimes();
  times.add(0, 2e9);
  expect(times.stretches).toEqual([{ startS: 0, endS: 60 }]);
});

test('two streams fill each other up', () => {
  expect(
    believableStretches([
      [
        { startS: 0, endS: 1 },
        { startS: 5000, endS: 5001 },
      ],
      [{ startS: 0, endS: 4990 }],
    ]),
  ).toEqual({ stretches: [{ startS: 0, endS: 5001 }], cut: false });
});

test('millions of scattered times take little memory, and end the reading', () => {
  const times = new PacketTimes();
  let read = 0;
  while (read < 1_000_000 && times.add(((read * 7919) % 100_003) * 100, 0.01)) read++;
  expect(read).toBeLessThan(10_000);
  expect(times.stretches.length).toBeLessThanOrEqual(4097);
});
