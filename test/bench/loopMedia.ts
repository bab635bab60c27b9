// A long file made cheaply: the packets of a short one, written again and again with later times.
import { AVERROR_EOF } from 'node-av/constants';
import { FFmpegError, FormatContext, Packet } from 'node-av/lib';

/** `pieceS`: after how many seconds the piece begins anew. */
export async function loopMedia(
  piece: string,
  pieceS: number,
  times: number,
  format: string,
  path: string,
): Promise<void> {
  const input = new FormatContext();
  input.allocContext();
  FFmpegError.throwIfError(await input.openInput(`file:${piece}`), 'open');
  FFmpegError.throwIfError(await input.findStreamInfo(), 'streams');
  const packets: Packet[] = [];
  const packet = new Packet();
  packet.alloc();
  while ((await input.readFrame(packet)) !== AVERROR_EOF) {
    packets.push(packet.clone()!);
    packet.unref();
  }
  const output = new FormatContext();
  FFmpegError.throwIfError(output.allocOutputContext2(null, format, `file:${path}`), 'format');
  const streams = input.streams.map((from) => {
    const stream = output.newStream();
    FFmpegError.throwIfError(from.codecpar.copy(stream.codecpar), 'parameters');
    stream.codecpar.codecTag = 0 as never;
    stream.timeBase = from.timeBase;
    return { from, stream, last: -(2n ** 62n) };
  });
  FFmpegError.throwIfError(await output.openOutput(), 'open');
  FFmpegError.throwIfError(await output.writeHeader(), 'header');
  for (let k = 0; k < times; k++) {
    for (const one of packets) {
      const track = streams[one.streamIndex]!;
      const { from, stream } = track;
      const copy = one.clone()!;
      const shift = BigInt(Math.round((k * pieceS * from.timeBase.den) / from.timeBase.num));
      copy.pts += shift;
      copy.dts += shift;
      // Sound begins a little before nought, where the round before has not ended.
      if (copy.dts <= track.last) {
        copy.free();
        continue;
      }
      track.last = copy.dts;
      copy.rescaleTs(from.timeBase, stream.timeBase);
      FFmpegError.throwIfError(await output.interleavedWriteFrame(copy), 'write');
      copy.free();
    }
  }
  FFmpegError.throwIfError(await output.writeTrailer(), 'trailer');
  await output.closeOutput();
  await input.closeInput();
  for (const one of packets) one.free();
}
