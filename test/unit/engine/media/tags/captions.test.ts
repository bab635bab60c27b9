import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { captionTracks, parseCues } from '../../../../../src/engine/media/tags/captions.ts';

describe('captions', () => {
  it('are read from SRT and WebVTT, with their marks taken away', () => {
    const srt =
      '1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>Look</i>,\r\na fox\r\n\r\n2\r\n00:01:00,5 --> 00:01:02,0\r\n{\\an8}It hides\r\n';
    expect(parseCues(srt)).toEqual([
      { startS: 1, endS: 2.5, text: 'Look,\na fox' },
      { startS: 60.5, endS: 62, text: 'It hides' },
    ]);
    const vtt =
      'WEBVTT\n\nNOTE no cue\n\nintro\n00:01.000 --> 00:02.000 align:start\n<v Ada>Hello\n\n1:00:00.000 --> 1:00:01.000\n\n';
    expect(parseCues(vtt)).toEqual([{ startS: 1, endS: 2, text: 'Hello' }]);
    expect(parseCues('no captions at all')).toEqual([]);
  });

  it('are found beside the recording, whatever their language and encoding', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'cavmae-captions-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const cue = (text: string) => `1\n00:00:01,000 --> 00:00:02,000\n${text}\n`;
    writeFileSync(path.join(folder, 'a.mp4'), 'no media');
    writeFileSync(path.join(folder, 'a.de.srt'), Buffer.from(cue('Höhle'), 'latin1'));
    writeFileSync(path.join(folder, 'a.vtt'), `WEBVTT\n\n${cue('cave').slice(2)}`);
    writeFileSync(path.join(folder, 'ab.srt'), cue('other'));
    const tracks = await captionTracks(path.join(folder, 'a.mp4'), false);
    expect(tracks.map(({ track, cues }) => [track, cues[0]?.text])).toEqual([
      ['a.de.srt', 'Höhle'],
      ['a.vtt', 'cave'],
    ]);
  });
});
