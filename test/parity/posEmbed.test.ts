// The fixed positional tables.
import { describe, expect, it } from 'vitest';
import { MEL_BINS, PATCH } from '../../src/engine/model/config.ts';
import { posEmbed } from '../../src/engine/model/posEmbed.ts';
import { compare, entryOf, filesMatching, json } from './fixtures.ts';

describe('sin-cos tables', () => {
  it.each(filesMatching(/\/pos_embed_[av]\.bin$/))('%s', (file) => {
    const { audio_length, img_size } = json(file.replace(/[^/]*$/, 'config.json')) as {
      audio_length: number;
      img_size: number;
    };
    const grid: [number, number] = file.endsWith('_a.bin')
      ? [MEL_BINS / PATCH, audio_length / PATCH]
      : [img_size / PATCH, img_size / PATCH];
    const dim = entryOf(file).shape?.[1] ?? 0;
    expect(grid[0] * grid[1]).toBe(entryOf(file).shape?.[0]);
    compare(posEmbed(dim, grid), file);
  });
});
