// An encoder on a device that can be lost (a GPU): from the first failure on, the CPU computes, and the clips at hand
// are done again.
import { EngineError } from '../../shared/engineError.ts';
import type { Device } from '../../shared/contract/extraction.ts';
import type { ClipInput } from '../inference/clipInput.ts';
import type { ClipEmbedding } from '../inference/embed.ts';

type Embed = (clips: readonly ClipInput[], frames: number) => Promise<ClipEmbedding[]>;

export class FallbackEncoder {
  private readonly first: Embed;
  private readonly onCpu: Embed;
  /** What computes now. */
  device: Device;
  /** Why the CPU took over. */
  notice: string | null = null;

  /**
   * @param first on `device`
   * @param onCpu opens what it needs when it is first called
   */
  constructor(device: Device, first: Embed, onCpu: Embed) {
    this.device = device;
    this.first = first;
    this.onCpu = onCpu;
  }

  /** @throws EngineError of a clip that cannot be embedded on any device, and whatever the CPU throws */
  async embed(clips: readonly ClipInput[], frames: number): Promise<ClipEmbedding[]> {
    if (this.device === 'cpu') return this.onCpu(clips, frames);
    try {
      return await this.first(clips, frames);
    } catch (thrown) {
      if (thrown instanceof EngineError) throw thrown;
      this.notice = `${this.device} failed (${(thrown as Error).message.split('\n')[0]!.slice(0, 200)}); the CPU goes on`;
      this.device = 'cpu';
      return this.onCpu(clips, frames);
    }
  }
}
