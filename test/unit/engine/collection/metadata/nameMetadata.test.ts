import { describe, expect, it } from 'vitest';
import { findMetadata, offsetBetween } from '../../../../../src/engine/collection/metadata/foundMetadata.ts';
import type { ColumnRow } from '../../../../../src/engine/collection/metadata/metadataStore.ts';
import { nameMetadata } from '../../../../../src/engine/collection/metadata/nameMetadata.ts';
import { namePattern } from '../../../../../src/engine/collection/metadata/namePattern.ts';

describe('nameMetadata', () => {
  it.each([
    ['20231005_063000.WAV', { recorded_at: '2023-10-05T06:30:00' }],
    ['20231005_063000T.WAV', { recorded_at: '2023-10-05T06:30:00' }],
    [
      '24F319055FDF2F12_20231005_063000.WAV',
      { recorded_at: '2023-10-05T06:30:00', device: 'AudioMoth 24F319055FDF2F12' },
    ],
    ['5D98B5E8.WAV', { recorded_at: '2019-10-05T15:25:28Z' }],
    ['NORTH-RIDGE_20231005_063000.wav', { recorded_at: '2023-10-05T06:30:00', site: 'NORTH-RIDGE' }],
    ['SM301_0+1_20131005$063000.wav', { recorded_at: '2013-10-05T06:30:00', site: 'SM301' }],
    ['S4A01234_20231005_063000_000.wav', { recorded_at: '2023-10-05T06:30:00.000', site: 'S4A01234' }],
    ['VID_20231005_063000.mp4', { recorded_at: '2023-10-05T06:30:00' }],
    ['PXL_20231005_063000123.mp4', { recorded_at: '2023-10-05T06:30:00.123Z', device: 'Pixel' }],
    ['DJI_20231005063000_0001_D.MP4', { recorded_at: '2023-10-05T06:30:00', device: 'DJI' }],
    ['GX010123.MP4', { device: 'GoPro' }],
    ['2023-10-05T06-30-00Z.flac', { recorded_at: '2023-10-05T06:30:00Z' }],
    ['hide 2 2023-10-05 06.30.00.mp4', { recorded_at: '2023-10-05T06:30:00', site: 'hide 2' }],
    ['VID-20231005-WA0001.mp4', { recorded_at: '2023-10-05' }],
    ['pond/2023-10-05/063000.wav', { recorded_at: '2023-10-05T06:30:00' }],
    ['2023/tape 12.wav', {}],
    ['20231305_063000.wav', {}],
    ['20230230_063000.wav', {}],
    ['20231005_250000.wav', {}],
    ['clip 1234567890123456.mp4', {}],
  ])('%s', (name, expected) => {
    const { recorded_at, ...rest } = nameMetadata(name);
    // An impossible clock leaves the day, which is still one.
    if (name === '20231005_250000.wav') expect(recorded_at).toBe('2023-10-05');
    else expect({ ...(recorded_at && { recorded_at }), ...rest }).toEqual(expected);
  });
});

describe('namePattern', () => {
  const columns = (name: string) => (['site', 'individual', 'tape'].includes(name) ? name : null);

  it('reads columns and parts of a time, with folders', () => {
    const pattern = namePattern('{site}/{individual}_{YYYY}-{MM}-{DD}_{hh}h{mm}_{*}', columns);
    expect(pattern.columns).toEqual(['recorded_at', 'site', 'individual']);
    expect(pattern.read('2023/north/bear 7_2023-10-05_06h30_take3.mp4')).toEqual({
      site: 'north',
      individual: 'bear 7',
      recorded_at: '2023-10-05T06:30:00',
    });
    expect(pattern.read('2023/north/bear 7.mp4')).toBeNull();
    expect(namePattern('{tape} {date}', columns).read('T12 20231005.wav')).toEqual({
      tape: 'T12',
      recorded_at: '2023-10-05',
    });
  });

  it('says where it is wrong', () => {
    const message = (text: string) => {
      try {
        namePattern(text, columns);
      } catch (thrown) {
        return (thrown as Error).message;
      }
      return 'fine';
    };
    expect(message('{sight}_{date}')).toBe('the pattern names a column “sight” that is not there, at character 1');
    expect(message('{site}_{date')).toBe('the pattern has a brace without its other one, at character 8');
    expect(message('{site}{tape}')).toBe('the pattern has two parts with nothing between them, at character 7');
    expect(message('recording')).toContain('fills no column');
    expect(message('{*}-{*}-{*}-{*}-{*}-{*}-{site}')).toContain('more than 5 parts');
    expect(message('{date}{site}')).toBe('fine');
  });

  it('ends soon on names that almost match', () => {
    const pattern = namePattern('{site}-{tape}-{individual}-{*}-{*}x', columns);
    const start = performance.now();
    expect(pattern.read(`${'a-'.repeat(60)}.wav`)).toBeNull();
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('findMetadata', () => {
  const columns = (
    ['recorded_at', 'site', 'latitude', 'longitude', 'device', 'individual', 'tape', 'weather'] as const
  ).map((key, i): ColumnRow => ({
    id: i + 1,
    key,
    type: key === 'recorded_at' ? 'datetime' : key === 'latitude' || key === 'longitude' ? 'number' : 'category',
    built_in: key === 'weather' ? 0 : 1,
    removed: 0,
  }));
  const found = (
    path: string,
    tags: { file?: Record<string, string>; sidecar?: Record<string, string> } = {},
    zone?: string,
    pattern: string | null = null,
  ) => {
    const { values, problems } = findMetadata(
      { path, durationS: 60, tags: { file: {}, sidecar: {}, ...tags } },
      { columns, zone, pattern: pattern === null ? null : namePattern(pattern, (name) => name) },
    );
    return {
      ...Object.fromEntries(
        values.map(({ columnId, text, source }) => [columns[columnId - 1]!.key, `${text} (${source})`]),
      ),
      ...(problems.length > 0 && { problems: problems.map(({ reason }) => reason) }),
    };
  };

  it('takes the zone of a phone’s name from the moment in the container', () => {
    expect(found('VID_20231005_063000.mp4', { file: { creation_time: '2023-10-05T04:30:03.000000Z' } })).toEqual({
      recorded_at: '2023-10-05T06:30:00+02:00 (name)',
    });
    // The container's time of the end of the recording.
    expect(offsetBetween(Date.UTC(2023, 9, 5, 6, 30) / 1000, Date.UTC(2023, 9, 5, 4, 31) / 1000, 60)).toBe(120);
    expect(found('VID_20231005_063000.mp4', { file: { creation_time: '2024-01-05T04:37:03.000000Z' } })).toEqual({
      recorded_at: '2023-10-05T06:30:00 (name)',
    });
  });

  it('prefers what says it best: pattern, sidecar, tags, name, the container’s date', () => {
    const file = {
      'info ICMT':
        'Recorded at 06:30:00 05/10/2023 (UTC+2) by AudioMoth 24F319055FDF2F12 at medium gain while battery was 4.2V.',
      creation_time: '2024-01-01T00:00:00Z',
    };
    const sidecar = { 'deployment.site': 'pond', Weather: 'rain', gps: 'x', location: '52.5, 13.4' };
    expect(found('20231005_083000.wav', { file })).toEqual({
      recorded_at: '2023-10-05T06:30:00+02:00 (file)',
      device: 'AudioMoth 24F319055FDF2F12 (file)',
    });
    expect(found('20231005_083000.wav', { file, sidecar })).toEqual({
      recorded_at: '2023-10-05T06:30:00+02:00 (file)',
      device: 'AudioMoth 24F319055FDF2F12 (file)',
      site: 'pond (sidecar)',
      weather: 'rain (sidecar)',
      latitude: '52.5 (sidecar)',
      longitude: '13.4 (sidecar)',
    });
    expect(found('lake_20231005.wav', { sidecar }, undefined, '{site}_{date}')).toMatchObject({
      site: 'lake (pattern)',
    });
    expect(found('x.mp4', { file })).toMatchObject({ recorded_at: '2023-10-05T06:30:00+02:00 (file)' });
    expect(found('x.mp4', { file: { creation_time: '2024-01-01T00:00:00Z' } })).toEqual({
      recorded_at: '2024-01-01T00:00:00Z (file)',
    });
    expect(found('x.mp4', { file: { creation_time: '1970-01-01T00:00:00Z' } })).toEqual({});
  });

  it('reads what phones and recorders write of place and device', () => {
    expect(
      found('IMG_1234.MOV', {
        file: {
          'com.apple.quicktime.creationdate': '2023-10-05T06:30:00+0200',
          'com.apple.quicktime.location.ISO6709': '+52.5200+013.4050+034.000/',
          'com.apple.quicktime.make': 'Apple',
          'com.apple.quicktime.model': 'iPhone 15',
        },
      }),
    ).toEqual({
      recorded_at: '2023-10-05T06:30:00+02:00 (file)',
      latitude: '52.52 (file)',
      longitude: '13.405 (file)',
      device: 'Apple iPhone 15 (file)',
    });
  });

  it('names times that daylight saving leaves out or gives twice', () => {
    expect(found('20230326_023000.wav', {}, 'Europe/Berlin')).toEqual({
      problems: ['2023-03-26 02:30:00 does not exist in Europe/Berlin: clocks were put forward to 03:30'],
    });
    expect(found('20231029_023000.wav', {}, 'Europe/Berlin').problems?.[0]).toContain('happened twice');
    expect(found('20231029_013000.wav', {}, 'Europe/Berlin')).toEqual({
      recorded_at: '2023-10-29T01:30:00+02:00[Europe/Berlin] (name)',
    });
  });
});
