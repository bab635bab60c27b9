// A codec that counts its errors instead of stopping at them: what can be decoded of a damaged stream is kept, and said
// to be salvaged.
import { AVERROR_EAGAIN, AVERROR_EOF } from 'node-av/constants';
import { Codec, CodecContext, Frame, type Packet, type Stream } from 'node-av/lib';
import { decodeFailed } from './decodeFailed.ts';
import { decoderOptions } from './openMedia.ts';

export class StreamDecoder implements Disposable {
  errors = 0;
  private readonly context: CodecContext;
  private readonly frame = new Frame();

  private constructor(context: CodecContext) {
    this.context = context;
    this.frame.alloc();
  }

  /** Throws DECODE_FAILED where FFmpeg has no decoder for the stream. */
  static async open(path: string, stream: Stream, threads: number): Promise<StreamDecoder> {
    const codec = Codec.findDecoder(stream.codecpar.codecId);
    if (!codec) throw decodeFailed(path, 'there is no decoder for this codec');
    const context = new CodecContext();
    context.allocContext3(codec);
    let code = context.parametersToContext(stream.codecpar);
    if (code >= 0) {
      context.pktTimebase = stream.timeBase;
      using options = decoderOptions(threads);
      code = await context.open2(codec, options);
    }
    if (code < 0) {
      context.freeContext();
      throw decodeFailed(path, `the ${codec.name ?? 'unknown'} decoder does not accept this stream`, code);
    }
    return new StreamDecoder(context);
  }

  /**
   * Feeds one packet (null: the end) and hands every frame that comes out to `take`; the frame is reused afterwards.
   * `take` returning true stops early.
   */
  async feed(packet: Packet | null, take: (frame: Frame) => boolean | Promise<boolean>): Promise<boolean> {
    let sent = await this.context.sendPacket(packet);
    if (sent === AVERROR_EAGAIN) {
      if (await this.receive(take)) return true;
      sent = await this.context.sendPacket(packet);
    }
    if (sent < 0 && sent !== AVERROR_EOF) this.errors++;
    return this.receive(take);
  }

  /** Forgets everything fed so far: call after a jump. */
  flush(): void {
    this.context.flushBuffers();
  }

  private async receive(take: (frame: Frame) => boolean | Promise<boolean>): Promise<boolean> {
    for (;;) {
      const code = await this.context.receiveFrame(this.frame);
      if (code === AVERROR_EAGAIN || code === AVERROR_EOF) return false;
      if (code < 0) {
        this.errors++;
        return false;
      }
      try {
        if (await take(this.frame)) return true;
      } finally {
        this.frame.unref();
      }
    }
  }

  [Symbol.dispose](): void {
    this.frame.free();
    this.context.freeContext();
  }
}
