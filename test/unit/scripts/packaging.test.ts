// The package's configuration, checked without electron-builder and without Electron's binary.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  lstatSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { workspaceMark } from '../../../src/engine/collection/workspace.ts';
// @ts-expect-error -- plain scripts without types
import { layNode, materialise } from '../../../scripts/beforePack.mjs';
// @ts-expect-error -- plain scripts without types
import { foreignCode, writeConfiguration } from '../../../scripts/package.mjs';
// @ts-expect-error -- plain scripts without types
import { collectLicences, shippedPackages } from '../../../scripts/licences.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const readJson = (file: string) => JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Record<string, never>;
interface Configuration {
  files: (string | { from: string; to: string; filter: string[] })[];
  asarUnpack: string[];
  extraResources: { from: string; to: string }[];
  beforePack: string;
  electronFuses: Record<string, boolean>;
  fileAssociations: { ext: string }[];
  publish: { url: string }[];
  mac: { icon: string; entitlements: string; extendInfo: Record<string, string> };
  linux: { icon: string };
  win: { icon: string };
  nsis: { include: string };
}
const config = readJson('electron-builder.json') as unknown as Configuration;
const places = shippedPackages() as string[];
const installed = places.filter((place) => existsSync(path.join(root, place, 'package.json')));
const matches = (file: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => path.matchesGlob(file, pattern));
const packed = config.files.flatMap((entry) =>
  typeof entry === 'string' ? entry : entry.filter.map((name) => `${entry.to}/${name}`),
);

describe('what is packed', () => {
  it('holds what the entry needs, and neither sources nor tests', () => {
    const { main } = readJson('package.json') as unknown as { main: string };
    expect(main).toBe('out/shell/electron.cjs');
    for (const file of [
      main,
      'out/main/compute.js',
      'out/shell/preload.cjs',
      'out/main/engine.js',
      'out/renderer/index.html',
      'out/THIRD-PARTY-LICENCES.txt',
      'out/sbom.cdx.json',
      'resources/icons/64x64.png',
      'LICENSE',
      'node_modules/.cavmae-native.json',
    ])
      expect(matches(file, packed), file).toBe(true);
    for (const file of [
      'src/main/electron/index.ts',
      'test/unit/x.test.ts',
      'docs/guide/README.md',
      '.git/config',
      'test/fixtures/micro/cavmae.pth',
    ])
      expect(matches(file, packed), file).toBe(false);
    // Plain patterns never reach into node_modules, which electron-builder gathers by the packages' dependencies.
    expect(config.files.filter((entry) => typeof entry === 'string' && entry.startsWith('node_modules/'))).toEqual([]);
  });

  it('unpacks every native library of a shipped package, since the system loads none from an archive', () => {
    const natives = installed.flatMap((place) =>
      readdirSync(path.join(root, place), { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.(node|dylib|dll|so(\.[\d.]+)?)$/.test(file) && !file.includes(`node_modules${path.sep}`))
        .map((file) => path.posix.join(place, file.replaceAll('\\', '/'))),
    );
    expect(natives.length).toBeGreaterThan(5);
    expect(natives.filter((file) => !matches(file, config.asarUnpack))).toEqual([]);
    // TensorFlow's libraries are links until they are packed (beforePack).
    expect([...new Set(natives.map((file) => file.split('/')[1]))]).toEqual(
      expect.arrayContaining(['@img', '@seydx', 'better-sqlite3', 'onnxruntime-node', 'usearch']),
    );
    for (const file of ['deps/lib/libtensorflow_cc.so.2', 'lib/napi-v8/tfjs_binding.node'])
      expect(matches(`node_modules/@tensorflow/tfjs-node/${file}`, config.asarUnpack), file).toBe(true);
  });

  it('leaves out native code of other systems and processors', () => {
    const left = (platform: string, arch: string): string[] =>
      (foreignCode(platform, arch) as string[]).map((pattern) => pattern.slice(1));
    const linux = left('linux', 'x64');
    const has = (file: string, patterns: string[]): boolean => !matches(`node_modules/${file}`, patterns);
    expect(has('better-sqlite3/prebuilds/linux-x64.node', linux)).toBe(true);
    expect(has('onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1', linux)).toBe(true);
    expect(has('usearch/prebuilds/linux-x64/usearch.node', linux)).toBe(true);
    for (const file of [
      'better-sqlite3/prebuilds/linuxmusl-x64.node',
      'better-sqlite3/prebuilds/linux-arm64.node',
      'better-sqlite3/prebuilds/win32-x64.node',
      'better-sqlite3/deps/sqlite3/sqlite3.c',
      'onnxruntime-node/bin/napi-v6/win32/x64/onnxruntime.dll',
      'onnxruntime-node/bin/napi-v6/linux/arm64/libonnxruntime.so.1',
      'usearch/prebuilds/win32-x64/usearch.node',
    ])
      expect(has(file, linux), file).toBe(false);
    const mac = left('darwin', 'arm64');
    expect(has('usearch/prebuilds/darwin-arm64+x64/usearch.node', mac)).toBe(true);
    expect(has('better-sqlite3/prebuilds/darwin-x64.node', mac)).toBe(false);
  });

  it.runIf(process.platform === 'linux' && process.arch === 'x64')('carries the Node that runs the engine', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'pack-'));
    const binary = layNode('linux', 'x64', '0', folder) as string;
    expect(path.relative(folder, binary)).toBe(path.join('linux-x64', 'node'));
    expect(execFileSync(binary, ['--version'], { encoding: 'utf8' })).toMatch(/^v24\./);
    expect(config.extraResources).toEqual([{ from: 'dist/node/${os}-${arch}', to: 'node' }]);
    rmSync(folder, { recursive: true });
  });

  it('copies libraries that the set-up only linked', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'pack-'));
    mkdirSync(path.join(folder, 'cache'));
    writeFileSync(path.join(folder, 'cache', 'lib.so'), 'x');
    symlinkSync(path.join(folder, 'cache'), path.join(folder, 'deps'));
    expect(materialise([path.join(folder, 'deps'), path.join(folder, 'none')])).toEqual([path.join(folder, 'deps')]);
    expect(lstatSync(path.join(folder, 'deps')).isSymbolicLink()).toBe(false);
    expect(readFileSync(path.join(folder, 'deps', 'lib.so'), 'utf8')).toBe('x');
    expect(existsSync(path.join(root, config.beforePack))).toBe(true);
    rmSync(folder, { recursive: true });
  });
});

describe('how it is locked', () => {
  it('switches off every way around the application', () => {
    expect(config.electronFuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
  });
  it('names no place for updates but the one that the packager gives', () =>
    expect(config.publish.map(({ url }) => url)).toEqual(['${env.CAVMAE_UPDATES}']));
  it('has no place for updates where the packager gives none', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'pack-'));
    const { publish, ...rest } = config as unknown as Record<string, unknown>;
    const written = (updates: string | undefined): unknown =>
      JSON.parse(readFileSync(writeConfiguration(updates, folder) as string, 'utf8'));
    const files = [...config.files, ...(foreignCode() as string[])];
    expect(written('')).toEqual({ ...rest, files, publish: null });
    expect(written('https://updates.example')).toEqual({ ...rest, files, publish });
    // Over plain HTTP anyone on the way could exchange an update.
    expect(() => written('http://updates.example')).toThrow(/https:/);
    rmSync(folder, { recursive: true });
  });
  it('says why it asks for microphone and camera', () => {
    for (const device of ['NSMicrophoneUsageDescription', 'NSCameraUsageDescription'])
      expect(config.mac.extendInfo[device]).toMatch(/not kept/);
    expect(readFileSync(path.join(root, config.mac.entitlements), 'utf8')).toContain(
      'com.apple.security.device.audio-input',
    );
  });
});

describe('how it looks from outside', () => {
  it('has icons for every system, drawn from one picture', async () => {
    const png = readdirSync(path.join(root, config.linux.icon)).filter((name) => name.endsWith('.png'));
    expect(png.length).toBeGreaterThanOrEqual(7);
    for (const name of png)
      expect(await sharp(path.join(root, config.linux.icon, name)).metadata()).toMatchObject({
        width: Number.parseInt(name, 10),
        height: Number.parseInt(name, 10),
        hasAlpha: true,
      });
    const ico = readFileSync(path.join(root, config.win.icon));
    expect([ico.readUInt16LE(2), ico.readUInt16LE(4)]).toEqual([1, 6]);
    expect(Math.max(...Array.from({ length: 6 }, (_, i) => ico.readUInt8(6 + 16 * i) || 256))).toBe(256);
    const icns = readFileSync(path.join(root, config.mac.icon));
    expect([icns.toString('latin1', 0, 4), icns.readUInt32BE(4)]).toEqual(['icns', icns.length]);
  });
  it('opens workspaces by the file that lies in each', () =>
    expect(workspaceMark.endsWith(`.${config.fileAssociations[0]!.ext}`)).toBe(true));
  it('is offered for media and checkpoints, and takes them over from no other program', () => {
    const all = readFileSync(path.join(root, 'electron-builder.json'), 'utf8');
    for (const type of ['mp4', 'wav', 'pth', 'safetensors', 'video/mp4']) expect(all).toContain(`"${type}"`);
    const installer = readFileSync(path.join(root, config.nsis.include), 'utf8');
    expect(installer).toContain('SupportedTypes');
    expect(installer).not.toMatch(/WriteRegStr SHCTX "Software\\Classes\\\./);
    // On Windows the installer makes an association the default: only our own file has one.
    expect(config.fileAssociations.map(({ ext }) => ext)).toEqual(['cavmae']);
  });
});

describe('licences', () => {
  it('of every shipped package are known, those bundled into the page too', () => {
    const all = collectLicences() as { name: string; licence: string; texts: string[] }[];
    expect(all.filter(({ licence }) => !licence).map(({ name }) => name)).toEqual([]);
    const names = new Set(all.map(({ name }) => name));
    const { dependencies } = readJson('package.json') as unknown as { dependencies: Record<string, string> };
    expect(Object.keys(dependencies).filter((name) => !names.has(name))).toEqual([]);
    for (const bundled of ['vue', 'pinia', 'naive-ui', 'dockview-vue', 'regl-scatterplot', 'onnxruntime-web'])
      expect(names).toContain(bundled);
    for (const tool of ['vitest', 'electron', 'vite', 'knip', 'playwright-core']) expect(names).not.toContain(tool);
    expect(all.filter(({ texts }) => texts.length > 0).length / all.length).toBeGreaterThan(0.8);
  });
});
