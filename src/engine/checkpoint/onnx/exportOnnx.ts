// A checkpoint → one .onnx file: encoder, autoencoder or classifier.
import type { ClassifierMode } from '../../../shared/contract/modes.ts';
import type { AutoencoderPart } from '../../../shared/wire/urls.ts';
import type { CavMaeConfig } from '../../model/config.ts';
import { decodeRecord } from '../checkpointRecord.ts';
import type { Checkpoint } from '../loadCheckpoint.ts';
import { autoencoderGraph } from './autoencoderGraph.ts';
import { classifierGraph } from './classifierGraph.ts';
import { clipClassifierGraph, type ClipClassifier } from './clipClassifierGraph.ts';
import { encoderGraph, type EncoderPart } from './encoderGraph.ts';
import { writeOnnx } from './writeOnnx.ts';

export type OnnxGraph =
  | { graph: 'encoder'; parts?: readonly EncoderPart[] }
  | { graph: 'autoencoder'; part?: AutoencoderPart }
  | { graph: 'classifier'; mode?: ClassifierMode }
  | ({ graph: 'clips' } & ClipClassifier);

/**
 * @param what defaults to the classifier of a finetuned checkpoint, else the encoder
 * @throws EngineError BAD_INPUT (the checkpoint has no such part), CHECKPOINT_MISMATCH (a tensor is missing), DISK_FULL
 */
export async function exportOnnx(
  path: string,
  checkpoint: Checkpoint,
  what: OnnxGraph = { graph: checkpoint.kind === 'cavmaeft' ? 'classifier' : 'encoder' },
): Promise<void> {
  const model = { config: checkpoint.config as unknown as CavMaeConfig, tensors: checkpoint.tensors };
  const { graph } =
    what.graph === 'encoder'
      ? encoderGraph(model, what.parts)
      : what.graph === 'autoencoder'
        ? autoencoderGraph(model, what.part)
        : what.graph === 'clips'
          ? clipClassifierGraph(model, what)
          : classifierGraph(model, what.mode);
  const { classes, preprocessing } = decodeRecord(checkpoint.metadata);
  await writeOnnx(path, graph, {
    graph: what.graph,
    config: JSON.stringify(checkpoint.config),
    ...(what.graph === 'classifier' && { mode: what.mode ?? 'multimodal' }),
    ...(what.graph === 'clips' && { mode: what.mode, activation: what.activation, mean: what.mean }),
    ...(classes && { classes: JSON.stringify(classes) }),
    ...(preprocessing && { preprocessing }),
  });
}
