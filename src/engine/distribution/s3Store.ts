// A store in an S3 bucket, or in a service with the same interface. Credentials come from where AWS tools look: environment, profile,
// instance role.
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import {
  CompleteMultipartUploadCommand,
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { EngineError } from '../../shared/engineError.ts';
import type { ObjectStore, StoredObject } from './objectStore.ts';
import type { S3Address } from './storeUrl.ts';

const partBytes = 16 * 1024 ** 2;
const requestTimeoutMs = 60_000;

interface AwsError {
  name?: string;
  message?: string;
  $metadata?: { httpStatusCode?: number };
}

const statusOf = (thrown: unknown): number | undefined => (thrown as AwsError).$metadata?.httpStatusCode;
const isAbsent = (thrown: unknown): boolean => statusOf(thrown) === 404;
/** 412, and what older services answer. A conflict means that another write of the same key is on its way. */
const isThere = (thrown: unknown): boolean => statusOf(thrown) === 412 || statusOf(thrown) === 304;

function told(thrown: unknown, address: S3Address): EngineError {
  if (thrown instanceof EngineError) return thrown;
  const { name = '', message = '' } = thrown as AwsError;
  const status = statusOf(thrown);
  const where = `s3://${address.bucket}`;
  if (name === 'AbortError') return EngineError.from(thrown);
  if (name === 'NoSuchBucket')
    return new EngineError('NOT_FOUND', `there is no bucket ${address.bucket}`, {
      field: 'store',
      hint: 'Create it first.',
    });
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError')
    return new EngineError('UNAUTHORIZED', `no credentials for ${where}`, {
      field: 'store',
      hint: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.',
    });
  if (status === 401 || status === 403)
    return new EngineError('UNAUTHORIZED', `${where} refuses access: ${message || name}`, {
      field: 'store',
      hint: 'The credentials need s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket for this prefix.',
    });
  if (status === 507) return new EngineError('DISK_FULL', `${where} is full: ${message}`, {}, thrown);
  if (status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 409 && status !== 429)
    return new EngineError(
      'BAD_INPUT',
      `${where} refuses the request: ${message || name} (${status})`,
      { field: 'store' },
      thrown,
    );
  return new EngineError(
    'BACKEND_UNAVAILABLE',
    `${where} does not answer: ${message || name}`,
    { field: 'store' },
    thrown,
  );
}

export class S3Store implements ObjectStore {
  readonly url: string;
  private readonly address: S3Address;
  private readonly client: S3Client;

  constructor(address: S3Address, url: string) {
    this.address = address;
    this.url = url;
    this.client = new S3Client({
      region: address.region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'us-east-1',
      ...(address.endpoint && { endpoint: address.endpoint, forcePathStyle: true }),
      // Other services than AWS do not know its newer checksums.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      maxAttempts: 3,
      requestHandler: { requestTimeout: requestTimeoutMs, connectionTimeout: 10_000, throwOnRequestTimeout: true },
    });
  }

  private place(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.address.bucket, Key: `${this.address.prefix}${key}` };
  }

  private async call<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      throw told(thrown, this.address);
    }
  }

  get(key: string): Promise<Uint8Array | null> {
    return this.call(async () => {
      try {
        const { Body } = await this.client.send(new GetObjectCommand(this.place(key)));
        return await Body!.transformToByteArray();
      } catch (thrown) {
        if (isAbsent(thrown) && (thrown as AwsError).name !== 'NoSuchBucket') return null;
        throw thrown;
      }
    });
  }

  range(key: string, from: number, to: number): Promise<Uint8Array> {
    return this.call(async () => {
      const range = { Range: `bytes=${from}-${to - 1}` };
      const { Body } = await this.client.send(new GetObjectCommand({ ...this.place(key), ...range }));
      return Body!.transformToByteArray();
    });
  }

  put(key: string, bytes: Uint8Array): Promise<void> {
    return this.call(async () => {
      await this.client.send(new PutObjectCommand({ ...this.place(key), Body: bytes }));
    });
  }

  putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    return this.call(async () => {
      try {
        await this.client.send(new PutObjectCommand({ ...this.place(key), Body: bytes, IfNoneMatch: '*' }));
        return true;
      } catch (thrown) {
        if (isThere(thrown)) return false;
        throw thrown;
      }
    });
  }

  head(key: string): Promise<StoredObject | null> {
    return this.call(async () => {
      try {
        const about = await this.client.send(new HeadObjectCommand(this.place(key)));
        return { key, bytes: about.ContentLength ?? 0, modifiedMs: about.LastModified?.getTime() ?? 0 };
      } catch (thrown) {
        if (isAbsent(thrown)) return null;
        throw thrown;
      }
    });
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    const { Bucket, Key: Prefix } = this.place(prefix);
    let token: string | undefined;
    do {
      const page = await this.call(() =>
        this.client.send(new ListObjectsV2Command({ Bucket, Prefix, ...(token && { ContinuationToken: token }) })),
      );
      for (const { Key, Size, LastModified } of page.Contents ?? [])
        yield {
          key: Key!.slice(this.address.prefix.length),
          bytes: Size ?? 0,
          modifiedMs: LastModified?.getTime() ?? 0,
        };
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token);
  }

  remove(key: string): Promise<void> {
    return this.call(async () => {
      await this.client.send(new DeleteObjectCommand(this.place(key)));
    });
  }

  async upload(key: string, path: string): Promise<void> {
    const { size } = await stat(path);
    return this.call(() => (size <= partBytes ? this.uploadWhole(key, path, size) : this.uploadParts(key, path, size)));
  }

  private async uploadWhole(key: string, path: string, size: number): Promise<void> {
    const Body = createReadStream(path);
    await this.client.send(new PutObjectCommand({ ...this.place(key), Body, ContentLength: size }));
  }

  private async uploadParts(key: string, path: string, size: number): Promise<void> {
    const place = this.place(key);
    const { UploadId } = await this.client.send(new CreateMultipartUploadCommand(place));
    const file = await open(path, 'r');
    try {
      const Parts: { ETag: string; PartNumber: number }[] = [];
      for (let from = 0; from < size; from += partBytes) {
        const Body = Buffer.alloc(Math.min(partBytes, size - from));
        await file.read(Body, 0, Body.length, from);
        const PartNumber = Parts.length + 1;
        const { ETag } = await this.client.send(new UploadPartCommand({ ...place, UploadId, PartNumber, Body }));
        Parts.push({ ETag: ETag!, PartNumber });
      }
      await this.client.send(new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload: { Parts } }));
    } catch (thrown) {
      await this.client.send(new AbortMultipartUploadCommand({ ...place, UploadId })).catch(() => undefined);
      throw thrown;
    } finally {
      await file.close();
    }
  }

  close(): void {
    this.client.destroy();
  }
}
