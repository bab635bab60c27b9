// Captions and subtitles of a recording: files beside it (SRT, WebVTT) and text tracks of its container, as cues with their times.
import { AVMEDIA_TYPE_SUBTITLE } from 'node-av/constants';
import { avGetCodecName, type Stream } from 'node-av/lib';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { openMedia, secondsOf, type OpenMedia } from '../nodeAv/openMedia.ts';
import { packetTimeS, readPackets } from '../nodeAv/readPackets.ts';
import { sidecarText } from './sidecarText.ts';

/** Seconds of the recording. */
export interface Cue {
  startS: number;
  endS: number;
  text: string;
}
export interface CaptionTrack {
  /** A file's name, or the language and number of a track. */
  track: string;
  cues: Cue[];
}

const mostBytes = 16 << 20;
const mostCues = 100_000;
const clock = String.raw`(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})`;
const times = new RegExp(String.raw`${clock}\s*-->\s*${clock}`);

const plain = (text: string): string =>
  text
    .replaceAll(/<[^>]*>|\{\\[^}]*\}/g, '')
    .replaceAll(/\\[Nn]/g, '\n')
    .trim();

function secondsFrom(parts: readonly (string | undefined)[]): number {
  const [hours = '0', minutes, seconds, thousandths] = parts;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) + Number(thousandths!.padEnd(3, '0')) / 1000;
}

/** Cues of an SRT or WebVTT file, whose forms differ in their marks only. What is no cue is passed over. */
export function parseCues(content: string): Cue[] {
  return content
    .replaceAll(/\r\n?/g, '\n')
    .split(/\n[ \t]*\n/)
    .slice(0, mostCues)
    .flatMap((block): Cue[] => {
      const lines = block.split('\n');
      const at = lines.findIndex((line) => times.test(line));
      if (at < 0) return [];
      const match = times.exec(lines[at]!)!;
      const [startS, endS] = [secondsFrom(match.slice(1, 5)), secondsFrom(match.slice(5, 9))];
      const text = plain(lines.slice(at + 1).join('\n'));
      return text !== '' && endS >= startS ? [{ startS, endS, text }] : [];
    });
}

/** `name.srt`, `name.vtt`, `name.en.srt` beside `name.mp4`. */
async function besideTracks(file: string): Promise<CaptionTrack[]> {
  const stem = path.basename(file).replace(/\.[^.]*$/, '');
  const folder = path.dirname(file);
  const names = (await readdir(folder)).filter((name) => name.startsWith(`${stem}.`) && /\.(srt|vtt)$/i.test(name));
  const tracks: CaptionTrack[] = [];
  for (const name of names.toSorted()) {
    const { size } = await stat(path.join(folder, name));
    if (size <= mostBytes)
      tracks.push({ track: name, cues: parseCues(sidecarText(await readFile(path.join(folder, name)))) });
  }
  return tracks;
}

/** The text of one packet, by how its codec writes it; null for pictures. */
function packetText(codec: string, data: Buffer): string | null {
  if (codec === 'mov_text') return data.length >= 2 ? data.toString('utf8', 2, 2 + data.readUInt16BE(0)) : '';
  // ASS: eight fields, then the text.
  if (codec === 'ass' || codec === 'ssa') return data.toString('utf8').split(',').slice(8).join(',');
  return ['subrip', 'srt', 'webvtt', 'text'].includes(codec) ? data.toString('utf8') : null;
}

async function trackCues(media: OpenMedia, stream: Stream): Promise<Cue[]> {
  const codec = avGetCodecName(stream.codecpar.codecId) ?? '';
  const cues: Cue[] = [];
  media.only(stream);
  await readPackets(media, stream, (packet) => {
    const startS = packetTimeS(media, stream, packet) ?? 0;
    const text = plain(packetText(codec, packet.data ?? Buffer.alloc(0)) ?? '');
    const lengthS = secondsOf(packet.duration > 0n ? packet.duration : 0n, stream) ?? 0;
    if (text !== '') cues.push({ startS, endS: startS + lengthS, text });
    return cues.length >= mostCues;
  });
  return cues;
}

async function containerTracks(file: string): Promise<CaptionTrack[]> {
  const tracks: CaptionTrack[] = [];
  let wanted: number[];
  {
    await using media = await openMedia(file);
    wanted = media.format.streams
      .filter((stream) => stream.codecpar.codecType === AVMEDIA_TYPE_SUBTITLE)
      .map(({ index }) => index);
  }
  for (const [k, index] of wanted.entries()) {
    await using media = await openMedia(file);
    const stream = media.format.streams.find((one) => one.index === index)!;
    const language = stream.metadata?.get('language') ?? 'track';
    tracks.push({ track: `${language} ${k + 1}`, cues: await trackCues(media, stream) });
  }
  return tracks;
}

/** Tracks with at least one cue. What cannot be read has none. */
export async function captionTracks(file: string, isStill: boolean): Promise<CaptionTrack[]> {
  const beside = await besideTracks(file).catch((): CaptionTrack[] => []);
  const inside = isStill ? [] : await containerTracks(file).catch((): CaptionTrack[] => []);
  return [...beside, ...inside].filter(({ cues }) => cues.length > 0);
}
