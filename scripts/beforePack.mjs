// electron-builder's hook before files are gathered: TensorFlow's libraries, which the set-up links from its cache, become real files,
// since a package may hold no link that leads out of it.
import fs from 'node:fs';
import path from 'node:path';
import { inRoot } from './project.mjs';

/** @returns {string[]} the folders that were links */
export function materialise(folders) {
  return folders
    .filter((folder) => fs.existsSync(folder) && fs.lstatSync(folder).isSymbolicLink())
    .map((folder) => {
      const source = fs.realpathSync(folder);
      fs.rmSync(folder);
      fs.cpSync(source, folder, { recursive: true, dereference: true });
      return folder;
    });
}

export default function beforePack() {
  const packages = ['tfjs-node', 'tfjs-node-gpu'].map((name) => inRoot('node_modules/@tensorflow', name));
  const done = materialise(packages.flatMap((folder) => ['deps', 'lib'].map((part) => path.join(folder, part))));
  for (const folder of done) console.log(`copied ${path.relative(inRoot(), folder)}`);
}
