// How fast models embed on this machine: measured whenever they do, kept with the workspace, and told apart by machine.
import { createHash } from 'node:crypto';
import os from 'node:os';
import type { CavMaeConfig } from '../../model/config.ts';
import type { EngineContext } from '../engineContext.ts';

type Context = Pick<EngineContext, 'workspace'>;

export interface ModelSpeed {
  clipsPerSecond: number;
  /** Clips it was measured on. */
  clips: number;
  measuredAt: string;
}
type Speeds = Record<string, ModelSpeed & { machine: string }>;

const settingKey = 'modelSpeeds';
/** Fewer clips say more about opening the model than about embedding. */
const leastClips = 4;
const machine = createHash('sha256')
  .update(`${os.hostname()} ${os.cpus()[0]?.model ?? ''} ${os.cpus().length}`)
  .digest('hex')
  .slice(0, 12);

const speedsOf = ({ workspace }: Context): Speeds => workspace.settings.get<Speeds>(settingKey) ?? {};

/** Keeps what an embedding run measured. */
export function rememberSpeed(
  context: Context,
  modelId: string,
  { clips, seconds }: { clips: number; seconds: number },
): void {
  if (clips < leastClips || seconds <= 0) return;
  const measured = { clipsPerSecond: clips / seconds, clips, measuredAt: new Date().toISOString(), machine };
  context.workspace.settings.set(settingKey, { ...speedsOf(context), [modelId]: measured });
}

/** Null where the model has not embedded on this machine. */
export function measuredSpeed(context: Context, modelId: string): ModelSpeed | null {
  const found = speedsOf(context)[modelId];
  if (found?.machine !== machine) return null;
  const { clipsPerSecond, clips, measuredAt } = found;
  return { clipsPerSecond, clips, measuredAt };
}

type Sizes = Pick<CavMaeConfig, 'embedDim' | 'specificDepth' | 'jointDepth' | 'audioLength' | 'imgSize' | 'mlpRatio'>;

/** Multiplications of one pass through the encoder, up to a constant factor that all models share. */
export function encoderCost({ embedDim, specificDepth, jointDepth, audioLength, imgSize, mlpRatio }: Sizes): number {
  const [audio, visual] = [audioLength / 2, (imgSize / 16) ** 2];
  const block = (tokens: number): number =>
    tokens * embedDim * embedDim * (4 + 2 * mlpRatio) + 2 * tokens * tokens * embedDim;
  const specific = specificDepth * (block(audio) + block(visual));
  return specific + jointDepth * (block(audio) + block(visual) + block(audio + visual));
}

/** Clips per second of a model by the measured speed of another. */
export const estimatedSpeed = (of: Sizes, measured: { speed: number; sizes: Sizes }): number =>
  (measured.speed * encoderCost(measured.sizes)) / encoderCost(of);
