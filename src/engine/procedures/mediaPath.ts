// Which file names look like media: only a guess for lists of files; what a file really is, the decoder says.
import path from 'node:path';

const extensions = new Set([
  'mp4', 'm4v', 'mov', 'mkv', 'webm', 'avi', 'ts', 'mts', 'm2ts', 'mpg', 'mpeg', '3gp', 'flv', 'wmv', 'ogv', 'gif',
  'wav', 'mp3', 'flac', 'm4a', 'aac', 'ogg', 'oga', 'opus', 'aif', 'aiff', 'wma', 'jpg', 'jpeg', 'png', 'webp', 'bmp', 'tif', 'tiff', 'avif', 'heic',
]);

export const isMediaPath = (name: string): boolean => extensions.has(path.extname(name).slice(1).toLowerCase());
