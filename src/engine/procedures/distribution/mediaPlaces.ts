// Where a worker finds the files of a run: at the same path as the machine that made the run, below another folder, or in an S3 bucket,
// from which they are copied by ranges. A file counts only with the content that was imported.
import { access, rm } from 'node:fs/promises';
import path from 'node:path';
import { contentHash } from '../../base/contentHash.ts';
import { isInside } from '../../base/isInside.ts';
import { downloadObject } from '../../distribution/modelFile.ts';
import type { ObjectStore } from '../../distribution/objectStore.ts';
import type { ShardClip } from '../../distribution/shard.ts';
import { openStore } from '../../distribution/openStore.ts';
import { EngineError } from '../../../shared/engineError.ts';

export interface MediaRule {
  from: string;
  /** A folder, or `s3://bucket/prefix`. */
  to: string;
}

/** Reads `FROM=TO`. @throws EngineError BAD_INPUT */
export function parseMediaRule(text: string): MediaRule {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1)
    throw new EngineError('BAD_INPUT', `"${text}" is no rule for media: it should read FROM=TO`, {
      field: 'media',
      hint: 'For example --media /archive=/mnt/archive, or --media /archive=s3://bucket/archive',
    });
  return { from: path.resolve(text.slice(0, at)), to: text.slice(at + 1) };
}

/** A folder that this machine should see and does not: a fault of the worker, not of the file. */
export class MissingFolder extends EngineError {
  constructor(file: string) {
    super('NOT_FOUND', `this machine has no folder ${path.dirname(file)}`, {
      path: file,
      hint: 'Mount it, or say where it is with --media FROM=TO.',
    });
  }
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

export class MediaPlaces {
  private readonly rules: readonly MediaRule[];
  private readonly scratch: string;
  private readonly stores = new Map<string, Promise<ObjectStore>>();
  private readonly verified = new Map<string, Promise<string>>();

  /** @param scratch a folder for copies of files that lie in a bucket */
  constructor(rules: readonly MediaRule[], scratch: string) {
    this.rules = rules.toSorted((a, b) => b.from.length - a.from.length);
    this.scratch = scratch;
  }

  /**
   * The clip's file on this machine, verified.
   * @throws EngineError NOT_FOUND, CONFLICT where its content is another one; MissingFolder
   */
  async open(clip: Pick<ShardClip, 'path' | 'contentHash'>, signal: AbortSignal): Promise<string> {
    const known = this.verified.get(clip.contentHash);
    if (known) return known;
    const work = this.verify(clip, signal);
    this.verified.set(clip.contentHash, work);
    work.catch(() => this.verified.delete(clip.contentHash));
    return work;
  }

  private async verify(
    { path: file, contentHash: expected }: Pick<ShardClip, 'path' | 'contentHash'>,
    signal: AbortSignal,
  ): Promise<string> {
    const rule = this.rules.find(({ from }) => isInside(from, file));
    const below = rule && path.relative(rule.from, file).split(path.sep);
    let local = file;
    if (rule?.to.startsWith('s3:')) {
      local = path.join(this.scratch, `${expected}${path.extname(file)}`);
      await downloadObject(await this.storeOf(rule.to, signal), below!.join('/'), local, signal);
    } else {
      if (rule) local = path.join(rule.to.replace(/^file:\/\//, ''), ...below!);
      if (!(await exists(local))) {
        if (!(await exists(path.dirname(local)))) throw new MissingFolder(local);
        throw new EngineError('NOT_FOUND', 'the file is not there', { path: local });
      }
    }
    if ((await contentHash(local, signal)) !== expected) {
      if (local.startsWith(this.scratch)) await rm(local, { force: true });
      throw new EngineError('CONFLICT', 'the file was changed since it was imported', {
        path: local,
        hint: 'Import it again, then embed again.',
      });
    }
    return local;
  }

  private storeOf(url: string, signal: AbortSignal): Promise<ObjectStore> {
    const store = this.stores.get(url) ?? openStore(url, { signal });
    this.stores.set(url, store);
    return store;
  }

  /** Removes copies, and verifies anew what is asked for next. */
  async clear(): Promise<void> {
    this.verified.clear();
    await rm(this.scratch, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await this.clear();
    for (const store of this.stores.values()) (await store.catch(() => null))?.close();
  }
}
