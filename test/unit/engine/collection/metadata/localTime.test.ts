import { describe, expect, it } from 'vitest';
import { offsetAfter, readTime, storedTime, zoneOf } from '../../../../../src/engine/collection/metadata/localTime.ts';

const berlin = { zone: 'Europe/Berlin' };
const problem = (text: string, reading = {}): string => {
  const read = readTime(text, reading);
  return 'problem' in read ? read.problem : `read as ${read.text}`;
};
const text = (raw: string, reading = {}): string => {
  const read = readTime(raw, reading);
  return 'problem' in read ? read.problem : read.text;
};

describe('readTime', () => {
  it('reads the forms that recorders, cameras and people write', () => {
    for (const raw of [
      '2023-10-05T06:30:00',
      '2023-10-05 06:30',
      '20231005_063000',
      '20231005T063000',
      '2023:10:05 06:30:00',
      '2023/10/05 06:30:00',
      '05.10.2023 06:30',
      '5 Oct 2023 06:30',
      'October 5, 2023 6:30 AM',
      'Thu, 05 Oct 2023 06:30:00',
    ])
      expect(text(raw), raw).toBe('2023-10-05T06:30:00');
    expect(text('2023-10-05')).toBe('2023-10-05');
    expect(text('12/31/2023 11:05 pm')).toBe('2023-12-31T23:05:00');
    expect(text('2023-10-05T06:30:00.250Z')).toBe('2023-10-05T06:30:00.250Z');
    expect(text('1696487400')).toBe('2023-10-05T06:30:00Z');
  });

  it('keeps the wall clock of the place, and knows the moment', () => {
    const winter = readTime('2023-01-05 06:30', berlin);
    const summer = readTime('2023-07-05 06:30', berlin);
    expect(winter).toEqual({
      text: '2023-01-05T06:30:00+01:00[Europe/Berlin]',
      number: Date.UTC(2023, 0, 5, 5, 30) / 1000,
    });
    expect(summer).toEqual({
      text: '2023-07-05T06:30:00+02:00[Europe/Berlin]',
      number: Date.UTC(2023, 6, 5, 4, 30) / 1000,
    });
    // A zone that is written wins over the one that is assumed.
    expect(text('2023-07-05T06:30:00-05:00', berlin)).toBe('2023-07-05T06:30:00-05:00');
    for (const stored of ['2023-07-05T06:30:00+02:00[Europe/Berlin]', '2023-07-05', '2023-07-05T06:30:00Z'])
      expect(text(stored), 'reads its own form').toBe(stored);
  });

  it('names days and times that are none', () => {
    expect(problem('2023-02-30')).toBe('2023-02-30 is no day of the calendar');
    expect(problem('2023-13-01 10:00')).toContain('no day of the calendar');
    expect(text('2024-02-29')).toBe('2024-02-29');
    expect(problem('2023-02-29')).toContain('no day');
    expect(problem('2023-10-05 24:30')).toContain('no time of day');
    expect(problem('yesterday')).toContain('no date or time');
    expect(problem('2023-10-05 06:30 Mars/Olympus')).toContain('Mars/Olympus');
  });

  it('names what daylight saving leaves out, and what it gives twice', () => {
    expect(problem('2023-03-26 02:30', berlin)).toBe(
      '2023-03-26 02:30:00 does not exist in Europe/Berlin: clocks were put forward to 03:30',
    );
    expect(problem('2023-10-29 02:30', berlin)).toBe(
      '2023-10-29 02:30:00 happened twice in Europe/Berlin, at +02:00 and +01:00: add the offset',
    );
    expect(text('2023-10-29 02:30 +01:00[Europe/Berlin]')).toBe('2023-10-29T02:30:00+01:00[Europe/Berlin]');
    expect(problem('2023-10-05 02:30 +05:00[Europe/Berlin]')).toContain('is not at +05:00');
  });

  it('does not guess between day and month', () => {
    expect(problem('05/10/2023')).toContain('day/month or month/day');
    expect(text('05/10/2023', { dayFirst: true })).toBe('2023-10-05');
    expect(text('05/10/2023', { dayFirst: false })).toBe('2023-05-10');
    expect(text('25/10/2023')).toBe('2023-10-25');
    expect(problem('25/10/2023', { dayFirst: false })).toBe('read as 2023-10-25');
  });

  it('knows zones by name and by offset', () => {
    expect(zoneOf('UTC+2')?.offset(0)).toBe(120);
    expect(zoneOf('-03:30')?.offset(0)).toBe(-210);
    expect([zoneOf('Berlin'), zoneOf('UTC+19')]).toEqual([null, null]);
  });
});

describe('storedTime', () => {
  it('follows daylight saving through a recording', () => {
    const at = readTime('2023-10-29T01:30:00 +02:00[Europe/Berlin]');
    if ('problem' in at) throw new Error(at.problem);
    const stored = storedTime(at.text, at.number);
    expect([0, 3600, 7200].map((afterS) => offsetAfter(stored, afterS) / 3600)).toEqual([2, 2, 1]);
    expect(storedTime('2023-10-05', 0)).toMatchObject({ timed: false, offsetS: null, zone: null });
  });
});
