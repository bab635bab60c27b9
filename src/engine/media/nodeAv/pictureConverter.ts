// A decoded frame as upright RGB with square pixels: swscale with the frame's own colour space, then the display
// matrix's quarter turns.
import {
  AV_NOPTS_VALUE,
  AV_PIX_FMT_RGB24,
  AV_PKT_DATA_DISPLAYMATRIX,
  SWS_ACCURATE_RND,
  SWS_BICUBIC,
  SWS_FULL_CHR_H_INT,
} from 'node-av/constants';
import { Frame, SoftwareScaleContext, type Stream } from 'node-av/lib';
import type { MediaFacts, Picture } from '../mediaDecoder.ts';

export type Rotation = MediaFacts['rotation'];

/**
 * The clockwise turn that makes the picture upright, from the stream's display matrix (16.16 fixed point, ISO
 * 14496-12).
 */
export function rotationOf(stream: Stream): Rotation {
  const matrix = stream.codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX);
  if (!matrix || matrix.length < 36) return 0;
  const a = matrix.readInt32LE(0);
  const b = matrix.readInt32LE(4);
  const degrees = (Math.round((Math.atan2(b, a) * 180) / Math.PI / 90) * 90 + 360) % 360;
  return degrees as Rotation;
}

/** The stream's pixel aspect, 1 where it says nothing sensible. */
export function pixelAspectOf(stream: Stream): number {
  const { num, den } = stream.sampleAspectRatio.num > 0 ? stream.sampleAspectRatio : stream.codecpar.sampleAspectRatio;
  const ratio = num / den;
  return num > 0 && den > 0 && ratio > 0.1 && ratio < 10 ? ratio : 1;
}

/** Size as shown, before rotation: the wider direction of non-square pixels is stretched. */
export const squareSize = (width: number, height: number, aspect: number): { width: number; height: number } =>
  aspect >= 1 ? { width: Math.round(width * aspect), height } : { width, height: Math.round(height / aspect) };

/** Turns [height, width, 3] clockwise by quarter turns. */
export function rotatePicture(picture: Picture, rotation: Rotation): Picture {
  if (rotation === 0) return picture;
  const { width, height, data } = picture;
  const turned = rotation === 180 ? { width, height } : { width: height, height: width };
  const out = new Uint8Array(data.length);
  for (let y = 0; y < turned.height; y++) {
    for (let x = 0; x < turned.width; x++) {
      const fromX = rotation === 90 ? y : rotation === 180 ? width - 1 - x : width - 1 - y;
      const fromY = rotation === 90 ? height - 1 - x : rotation === 180 ? height - 1 - y : x;
      const from = (fromY * width + fromX) * 3;
      const to = (y * turned.width + x) * 3;
      out[to] = data[from]!;
      out[to + 1] = data[from + 1]!;
      out[to + 2] = data[from + 2]!;
    }
  }
  return { ...turned, data: out };
}

export class PictureConverter implements Disposable {
  private readonly scaler = new SoftwareScaleContext();
  private readonly rotation: Rotation;
  private readonly aspect: number;

  constructor(stream: Stream) {
    this.rotation = rotationOf(stream);
    this.aspect = pixelAspectOf(stream);
    this.scaler.allocContext();
    this.scaler.setOption('sws_flags', (SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT) as never);
  }

  /** Throws a plain Error where swscale does not know the pixel format. */
  async convert(frame: Frame): Promise<Picture> {
    using out = new Frame();
    out.alloc();
    const { width, height } = squareSize(frame.width, frame.height, this.aspect);
    Object.assign(out, { format: AV_PIX_FMT_RGB24, width, height });
    if (frame.pts === AV_NOPTS_VALUE) frame.pts = 0n;
    let code = out.getBuffer(0);
    if (code >= 0) code = await this.scaler.scaleFrame(out, frame);
    if (code < 0) throw new Error(`the picture of ${frame.width} x ${frame.height} cannot be turned into RGB`);
    const data = new Uint8Array(out.toBuffer());
    return rotatePicture({ width, height, data: data.subarray(0, width * height * 3) }, this.rotation);
  }

  [Symbol.dispose](): void {
    this.scaler.freeContext();
  }
}
