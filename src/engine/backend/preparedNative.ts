// What the set-up (scripts/native.mjs) found out about native TensorFlow on this machine.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface PreparedNative {
  backend: 'native-gpu' | 'native' | 'wasm';
  package: '@tensorflow/tfjs-node' | '@tensorflow/tfjs-node-gpu' | null;
  how: string;
  tried: string[];
}

/** The nearest node_modules above this file that the set-up left its note in; null when it never ran. */
export function preparedNative(from = dirname(fileURLToPath(import.meta.url))): PreparedNative | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const note = join(folder, 'node_modules', '.cavmae-native.json');
    if (existsSync(note)) return JSON.parse(readFileSync(note, 'utf8')) as PreparedNative;
    if (folder === dirname(folder)) return null;
  }
}
