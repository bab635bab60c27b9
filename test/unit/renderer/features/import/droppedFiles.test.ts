import { describe, expect, it } from 'vitest';
import { droppedFiles, isMediaName } from '../../../../../src/renderer/src/features/import/droppedFiles.ts';

const fileEntry = (name: string) => ({
  isFile: true,
  isDirectory: false,
  name,
  file: (done: (file: File) => void) => done(new File(['x'], name)),
});
const folderEntry = (name: string, inside: unknown[]) => ({
  isFile: false,
  isDirectory: true,
  name,
  // As browsers do: in batches, an empty one at the end.
  createReader: () => {
    let at = 0;
    return {
      readEntries: (done: (batch: unknown[]) => void) => {
        const batch = inside.slice(at, at + 2);
        at += 2;
        done(batch);
      },
    };
  },
});
const transfer = (entries: unknown[], files: File[] = []) =>
  ({ items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })), files }) as unknown as DataTransfer;

describe('droppedFiles', () => {
  it('opens folders all the way, however many batches, and keeps media', async () => {
    const tree = folderEntry('a', [
      fileEntry('1.mp4'),
      fileEntry('2.WAV'),
      fileEntry('notes.txt'),
      folderEntry('b', [fileEntry('3.jpg'), fileEntry('4.mkv'), fileEntry('5.flac')]),
    ]);
    const files = await droppedFiles(transfer([tree, fileEntry('6.webm')]), false);
    expect(files.map((file) => file.name).sort()).toEqual(['1.mp4', '2.WAV', '3.jpg', '4.mkv', '5.flac', '6.webm']);
  });
  it('leaves folders whole where their paths are known', async () => {
    const dropped = [new File([], 'folder')];
    expect(await droppedFiles(transfer([folderEntry('folder', [])], dropped), true)).toEqual(dropped);
  });
  it('passes on a folder that cannot be read', async () => {
    const broken = {
      isFile: false,
      isDirectory: true,
      name: 'x',
      createReader: () => ({
        readEntries: (_: unknown, fail: (error: Error) => void) => fail(new Error('no permission')),
      }),
    };
    await expect(droppedFiles(transfer([broken]), false)).rejects.toThrow('no permission');
  });
});

describe('isMediaName', () => {
  it.each([
    ['a.mp4', true],
    ['b.OPUS', true],
    ['c.tiff', true],
    ['d.txt', false],
    ['mp4', false],
    ['e.mp4.part', false],
  ])('%s: %s', (name, expected) => expect(isMediaName(name)).toBe(expected));
});
