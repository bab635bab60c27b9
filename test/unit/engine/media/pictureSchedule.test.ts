import { expect, test } from 'vitest';
import { scheduleRuns, targetTimes, type ScannedPacket } from '../../../../src/engine/media/nodeAv/pictureSchedule.ts';

const packets = (count: number, gop: number): ScannedPacket[] =>
  Array.from({ length: count }, (_, n) => ({ timeS: n, key: n % gop === 0 }));

test('targets are picture int(k N / count) of those in the window', () => {
  expect(targetTimes(packets(50, 10), 20, 45, 10)).toEqual([20, 22, 25, 27, 30, 32, 35, 37, 40, 42]);
  expect(targetTimes(packets(50, 10), 0, 3, 10)).toEqual([0, 0, 0, 0, 1, 1, 1, 2, 2, 2]);
  expect(targetTimes(packets(5, 5), 10, 20, 10)).toEqual([]);
});

test('intra-only media decode one packet a picture', () => {
  expect(scheduleRuns(packets(30, 1), [3, 9])).toEqual([
    { first: 3, last: 3, targetsS: [3] },
    { first: 9, last: 9, targetsS: [9] },
  ]);
});

test('groups without a wanted picture are skipped, a long group is one run', () => {
  expect(scheduleRuns(packets(40, 10), [2, 5, 31])).toEqual([
    { first: 0, last: 5, targetsS: [2, 5] },
    { first: 30, last: 31, targetsS: [31] },
  ]);
});

test('a picture shown before the key frame it follows in the file needs the group before', () => {
  const open: ScannedPacket[] = [
    { timeS: 0, key: true },
    { timeS: 1, key: false },
    { timeS: 4, key: true },
    { timeS: 2, key: false },
    { timeS: 3, key: false },
  ];
  expect(scheduleRuns(open, [3])).toEqual([{ first: 0, last: 4, targetsS: [3] }]);
});
