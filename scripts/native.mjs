// Prepares the native TensorFlow backend under @tensorflow/tfjs-node(-gpu).
//
// Order: already there → the package's own installer → the libraries from TensorFlow's Python wheel
// (fetched, never installed) plus a binding compiled from the package's own sources → wasm (nothing to prepare).
// What is fetched or compiled is cached outside node_modules, so a reinstall only makes links.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Folder that survives a reinstall: `CAVMAE_CACHE`, else the platform's cache folder. */
export const cacheDir =
  process.env.CAVMAE_CACHE ??
  path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'cavmae-studio');

const CPU = { name: '@tensorflow/tfjs-node', wheel: 'tensorflow-cpu', version: '2.16.2', nvidia: [] };
const GPU = {
  name: '@tensorflow/tfjs-node-gpu',
  wheel: 'tensorflow',
  version: '2.18.1',
  nvidia: [
    'nvidia-cuda-runtime-cu12==12.5.82',
    'nvidia-cublas-cu12==12.5.3.2',
    'nvidia-cudnn-cu12==9.3.0.75',
    'nvidia-cufft-cu12==11.2.3.61',
    'nvidia-cusolver-cu12==11.6.3.83',
    'nvidia-cusparse-cu12==12.5.1.3',
    'nvidia-nvjitlink-cu12==12.5.82',
    'nvidia-cuda-cupti-cu12==12.5.82',
    'nvidia-cuda-nvrtc-cu12==12.5.82',
  ],
};

/** The libraries and headers a wheel must give up; read with Python's own zipfile, which streams. */
const EXTRACT = `
import glob, os, shutil, sys, zipfile
out, wheels = sys.argv[1], sys.argv[2:]
headers = ('tensorflow/c/', 'tensorflow/core/platform/ctstring', 'tensorflow/tsl/c/', 'tensorflow/tsl/platform/ctstring', 'tsl/c/', 'tsl/platform/ctstring', 'xla/tsl/c/')
for wheel in wheels:
    z = zipfile.ZipFile(wheel)
    for n in z.namelist():
        if n in ('tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'):
            d = os.path.join(out, 'lib', os.path.basename(n))
        elif n.startswith('tensorflow/include/') and n.endswith('.h') and n[len('tensorflow/include/'):].startswith(headers):
            d = os.path.join(out, 'include', n[len('tensorflow/include/'):])
        elif n.startswith('nvidia/') and '/lib/' in n and '.so' in n:
            d = os.path.join(out, n)
        else:
            continue
        os.makedirs(os.path.dirname(d), exist_ok=True)
        with z.open(n) as s, open(d + '.part', 'wb') as o: shutil.copyfileobj(s, o, 1 << 20)
        os.replace(d + '.part', d)
`;

const run = (command, args, options = {}) => {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26, ...options });
  const message = result.error?.message ?? `${result.stderr ?? ''}`.trim().split('\n').slice(-3).join(' ');
  return { ok: result.status === 0, message };
};

const hasNvidia = () => process.platform === 'linux' && fs.existsSync('/proc/driver/nvidia/version');
const bindingOf = (pkg) => path.join(root, 'node_modules', pkg.name, 'lib', 'napi-v8', 'tfjs_binding.node');

/** Loads the binding in a child: a broken library must not take the set-up down with it. */
const loads = (pkg) =>
  fs.existsSync(bindingOf(pkg)) &&
  run(process.execPath, ['-e', `process.dlopen({exports:{}}, ${JSON.stringify(bindingOf(pkg))})`]).ok;

function ownInstaller(pkg, log) {
  if (process.env.CAVMAE_SKIP_TFJS_DOWNLOAD) return { ok: false, message: 'skipped (CAVMAE_SKIP_TFJS_DOWNLOAD)' };
  log(`  trying ${pkg.name}'s own installer`);
  const dir = path.join(root, 'node_modules', pkg.name);
  const args = pkg === GPU ? ['scripts/install.js', 'gpu', 'download'] : ['scripts/install.js'];
  const result = run(process.execPath, args, { cwd: dir, timeout: 300_000, stdio: ['ignore', 'pipe', 'pipe'] });
  return result.ok && loads(pkg)
    ? { ok: true }
    : { ok: false, message: result.message || 'it left no loadable binding' };
}

function wheels(pkg, dir, log) {
  fs.mkdirSync(dir, { recursive: true });
  const specs = [`${pkg.wheel}==${pkg.version}`, ...pkg.nvidia];
  const missing = specs.filter((s) => !wheelFile(dir, s));
  if (missing.length) {
    log(`  fetching ${missing.join(', ')} with pip (once; cached in ${dir})`);
    const got = run(
      'python3',
      [
        '-m',
        'pip',
        'download',
        '-q',
        '--no-deps',
        '--only-binary',
        ':all:',
        '--python-version',
        '3.11',
        '--platform',
        'manylinux2014_x86_64',
        '--platform',
        'manylinux_2_17_x86_64',
        '--platform',
        'manylinux_2_27_x86_64',
        '-d',
        dir,
        ...missing,
      ],
      { timeout: 3_600_000 },
    );
    if (!got.ok) return { ok: false, message: `pip could not fetch ${missing.join(', ')}: ${got.message}` };
  }
  return { ok: true, files: specs.map((s) => path.join(dir, wheelFile(dir, s))) };
}

function wheelFile(dir, spec) {
  const [name, version] = spec.split('==');
  return fs
    .readdirSync(dir)
    .find((f) => f.startsWith(`${name.replaceAll('-', '_')}-${version}-`) && f.endsWith('.whl'));
}

function fromWheel(pkg, log) {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return { ok: false, message: `no recipe for ${process.platform} ${process.arch}` };
  const pkgDir = path.join(root, 'node_modules', pkg.name);
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((f) => path.join(pkgDir, 'binding', f));
  const key = createHash('sha256')
    .update(pkg.version)
    .update(Buffer.concat(sources.map((f) => fs.readFileSync(f))))
    .digest('hex')
    .slice(0, 12);
  const home = path.join(cacheDir, `${pkg.wheel}-${pkg.version}-${key}`);
  const deps = path.join(home, 'deps');
  const done = path.join(home, 'complete');
  if (!fs.existsSync(done)) {
    const got = wheels(pkg, path.join(cacheDir, 'wheels'), log);
    if (!got.ok) return got;
    log("  unpacking TensorFlow's libraries");
    fs.mkdirSync(deps, { recursive: true });
    const unpacked = run('python3', ['-c', EXTRACT, deps, ...got.files]);
    if (!unpacked.ok) return { ok: false, message: `could not unpack the wheel: ${unpacked.message}` };
    log('  compiling the binding');
    const out = path.join(home, 'lib', 'napi-v8');
    fs.mkdirSync(out, { recursive: true });
    const compiled = run('g++', [
      '-O2',
      '-std=c++17',
      '-fPIC',
      '-shared',
      '-DNAPI_VERSION=8',
      '-Wno-deprecated-declarations',
      `-I${path.join(root, 'node_modules/node-api-headers/include')}`,
      `-I${pkgDir}`,
      `-I${path.join(deps, 'include')}`,
      ...sources,
      `-L${path.join(deps, 'lib')}`,
      '-l:libtensorflow_cc.so.2',
      '-l:libtensorflow_framework.so.2',
      '-Wl,-rpath,$ORIGIN/../../deps/lib',
      '-o',
      path.join(out, 'tfjs_binding.node'),
    ]);
    if (!compiled.ok)
      return { ok: false, message: `the binding did not compile (a C++17 compiler is needed): ${compiled.message}` };
    fs.writeFileSync(done, '');
  }
  for (const part of ['deps', 'lib']) {
    const link = path.join(pkgDir, part);
    fs.rmSync(link, { recursive: true, force: true });
    fs.symlinkSync(path.join(home, part), link, 'dir');
  }
  return loads(pkg) ? { ok: true } : { ok: false, message: 'the binding was built but does not load' };
}

function preparePackage(pkg, log) {
  if (loads(pkg)) return { ok: true, how: 'already there' };
  const tried = [];
  for (const [how, attempt] of [
    ['own installer', ownInstaller],
    ['wheel', fromWheel],
  ]) {
    const result = attempt(pkg, log);
    if (result.ok) return { ok: true, how };
    tried.push(`${how}: ${result.message}`);
  }
  return { ok: false, tried };
}

/**
 * @param {(line: string) => void} log
 * @returns {{ backend: 'native-gpu' | 'native' | 'wasm', package: string | null, how: string, tried: string[] }} also
 * written to
 *   `node_modules/.cavmae-native.json`, which `src/engine/backend` reads.
 */
export function prepareNative(log) {
  const tried = [];
  let answer = null;
  for (const pkg of hasNvidia() ? [GPU, CPU] : [CPU]) {
    const result = preparePackage(pkg, log);
    if (result.ok) {
      answer = { backend: pkg === GPU ? 'native-gpu' : 'native', package: pkg.name, how: result.how, tried };
      break;
    }
    tried.push(...result.tried.map((t) => `${pkg.name}: ${t}`));
  }
  answer ??= { backend: 'wasm', package: null, how: 'nothing native could be prepared', tried };
  fs.writeFileSync(path.join(root, 'node_modules', '.cavmae-native.json'), JSON.stringify(answer, null, 2));
  return answer;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const answer = prepareNative(console.log);
  console.log(JSON.stringify(answer, null, 2));
}
