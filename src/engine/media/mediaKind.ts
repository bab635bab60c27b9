// Which files are worth opening, by their extension. The decoder decides whether they are media.
import { extname } from 'node:path';

export type MediaKind = 'video' | 'audio' | 'image';

const extensions: Record<MediaKind, readonly string[]> = {
  video: [
    'mp4',
    'm4v',
    'mov',
    'mkv',
    'webm',
    'avi',
    'ts',
    'mts',
    'm2ts',
    'mpg',
    'mpeg',
    'mpe',
    'vob',
    'wmv',
    'asf',
    'flv',
    'f4v',
    '3gp',
    '3g2',
    'ogv',
    'gif',
    'mxf',
    'dv',
    'y4m',
    'mjpeg',
    'nut',
  ],
  audio: [
    'wav',
    'mp3',
    'flac',
    'm4a',
    'm4b',
    'aac',
    'ogg',
    'oga',
    'opus',
    'wma',
    'aif',
    'aiff',
    'aifc',
    'au',
    'caf',
    'amr',
    'ac3',
    'mka',
    'w64',
    'wv',
    'mp2',
  ],
  image: ['jpg', 'jpeg', 'png', 'webp', 'bmp', 'tif', 'tiff', 'avif', 'heic', 'heif', 'jxl'],
};

const kindByExtension = new Map(
  Object.entries(extensions).flatMap(([kind, names]) => names.map((name) => [name, kind as MediaKind])),
);

/** The kind a file's name promises, null for a name that promises no media. */
export const mediaKindOf = (path: string): MediaKind | null =>
  kindByExtension.get(extname(path).slice(1).toLowerCase()) ?? null;
