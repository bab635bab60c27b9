// How a clip is called on screen, and what text search looks at.
import { posix } from 'node:path';

const clock = (seconds: number): string => {
  const rounded = Math.round(seconds * 10) / 10;
  const whole = Math.floor(rounded);
  const tenths = Math.round((rounded - whole) * 10);
  const pad = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return `${hours ? `${hours}:${pad(minutes)}` : minutes}:${pad(whole % 60)}${tenths ? `.${tenths}` : ''}`;
};

/** The file's name; with its times where it is one window of several. */
export function clipName(relativePath: string, window: { startS: number; endS: number } | null): string {
  const file = posix.basename(relativePath);
  return window ? `${file} ${clock(window.startS)}–${clock(window.endS)}` : file;
}

/** Text compared without case or differences of Unicode form. */
export const foldText = (text: string): string => text.normalize('NFKC').toLowerCase();

export const searchText = (relativePath: string, name: string): string => foldText(`${relativePath}\n${name}`);
