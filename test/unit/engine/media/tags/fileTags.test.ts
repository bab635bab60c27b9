import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fileTags } from '../../../../../src/engine/media/tags/fileTags.ts';

const chunk = (id: string, bytes: Buffer): Buffer => {
  const head = Buffer.alloc(8);
  head.write(id, 'latin1');
  head.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([head, bytes, Buffer.alloc(bytes.length % 2)]);
};
function wav(...chunks: Buffer[]): Buffer {
  const format = Buffer.alloc(16);
  format.writeUInt16LE(1, 0);
  format.writeUInt16LE(1, 2);
  format.writeUInt32LE(16_000, 4);
  format.writeUInt32LE(32_000, 8);
  format.writeUInt16LE(2, 12);
  format.writeUInt16LE(16, 14);
  const body = Buffer.concat([Buffer.from('WAVE'), chunk('fmt ', format), ...chunks]);
  return chunk('RIFF', body);
}
const sound = chunk('data', Buffer.alloc(3200));
function folderWith(files: Record<string, Buffer | string>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'cavmae-tags-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
  return folder;
}

describe('fileTags', () => {
  it('reads GUANO, bext, iXML and the comment of AudioMoth, also after the sound', async () => {
    const bext = Buffer.alloc(602);
    bext.write('Pond', 0);
    bext.write('Zoom F3', 256);
    bext.write('2023-10-05', 320);
    bext.write('06:30:00', 330);
    const comment = 'Recorded at 06:30:00 05/10/2023 (UTC) by AudioMoth 24F319055FDF2F12';
    const folder = folderWith({
      'a.wav': wav(
        chunk('bext', bext),
        sound,
        chunk(
          'guan',
          Buffer.from(
            'GUANO|Version: 1.0\nTimestamp: 2023-10-05T06:30:00+02:00\nLoc Position: 52.5 13.4\nNote: two\\nlines\n',
          ),
        ),
        chunk('iXML', Buffer.from('<BWFXML><TAPE>T12</TAPE><SCENE>3</SCENE></BWFXML>')),
        chunk('LIST', Buffer.concat([Buffer.from('INFO'), chunk('ICMT', Buffer.from(`${comment}\0`))])),
      ),
    });
    const { file } = await fileTags(path.join(folder, 'a.wav'));
    expect(file).toMatchObject({
      'bext originator': 'Zoom F3',
      'bext time': '2023-10-05 06:30:00',
      'guano Timestamp': '2023-10-05T06:30:00+02:00',
      'guano Loc Position': '52.5 13.4',
      'guano Note': 'two\nlines',
      'ixml.BWFXML.TAPE': 'T12',
      'info ICMT': comment,
    });
  });

  it('reads the files beside it, and leaves those that describe nothing', async () => {
    const folder = folderWith({
      'a.wav': wav(sound),
      'a.json': JSON.stringify({ deployment: { site: 'pond', lat: 52.5 }, list: [1, 2] }),
      'a.txt': 'Observer: Ada\nWeather = rain\n\n0.5\t1.5\tcall\n',
      'a.csv': 'individual,age\nbear 7,3\n',
      'b.wav': wav(sound),
      'b.json': '{ damaged',
      'b.xml': '<recording><device id="X1">Zoom</device></recording>',
      'b.csv': Buffer.alloc(2 << 20, 'a'),
    });
    const { sidecar } = await fileTags(path.join(folder, 'a.wav'));
    expect(sidecar).toMatchObject({
      'deployment.site': 'pond',
      'deployment.lat': '52.5',
      Observer: 'Ada',
      Weather: 'rain',
      individual: 'bear 7',
    });
    expect((await fileTags(path.join(folder, 'b.wav'))).sidecar).toEqual({
      'recording.device.#text': 'Zoom',
      'recording.device.id': 'X1',
    });
  });

  it('says nothing of a file that is damaged', async () => {
    const folder = folderWith({
      'a.wav': Buffer.from('RIFF\xff\xff\xff\xffWAVEguan\xff\xff\xff\xff', 'latin1'),
      'b.mp4': 'no',
    });
    expect(await fileTags(path.join(folder, 'a.wav'))).toEqual({ file: {}, sidecar: {}, captions: [] });
    expect(await fileTags(path.join(folder, 'b.mp4'))).toEqual({ file: {}, sidecar: {}, captions: [] });
  });
});
