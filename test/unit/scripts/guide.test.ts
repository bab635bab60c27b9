import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { guideText } from '../../../scripts/guide.ts';
import { topics } from '../../../src/renderer/src/features/help/topics.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

describe('the user guide', () => {
  it('is what the help in the window says now (npm run guide -- --text)', () =>
    expect(readFileSync(`${root}docs/guide/README.md`, 'utf8')).toBe(guideText()));

  it('has pictures of its topics and nothing else, small enough to ship', async () => {
    const files = readdirSync(`${root}src/renderer/public/guide`);
    expect(files).toContain('window.webp');
    expect(files.filter((name) => !topics.some(({ id }) => name === `${id}.webp`))).toEqual([]);
    for (const name of files) {
      const bytes = readFileSync(`${root}src/renderer/public/guide/${name}`);
      expect(await sharp(bytes).metadata(), name).toMatchObject({ format: 'webp', width: 1080, height: 675 });
      expect(bytes.length, name).toBeLessThan(150_000);
    }
  });

  it('is short: nobody reads a page of help', () => {
    for (const { id, text, tips } of topics)
      expect([...text, ...tips].join(' ').split(' ').length, id).toBeLessThan(140);
  });
});
