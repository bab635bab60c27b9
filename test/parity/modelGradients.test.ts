// Gradients of the pretraining loss, and of the contrastive loss alone, against the reference.
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, it } from 'vitest';
import { startBackend } from '../../src/engine/backend/startBackend.ts';
import { contrastiveLoss } from '../../src/engine/model/losses.ts';
import { compare, compareValue, has, json, tensor } from './fixtures.ts';
import { allGradients } from './pretrainGradients.ts';
import { runnableFolders, valuesOf } from './modelFolder.ts';

beforeAll(async () => void (await startBackend()));

describe.each(runnableFolders('tiny').filter((name) => has(`${name}/grads.safetensors`)))('%s', (name) => {
  allGradients(name);
});

describe.runIf(has('contrastive/result.json'))('contrastive loss alone', () => {
  it.each([[false], [true]])('bidirect %s', (bidirect) => {
    const [a, v] = [tensor('contrastive/audio_rep.bin'), tensor('contrastive/video_rep.bin')];
    const [audio, video] = [
      tf.variable(tf.tensor2d(a.data, a.shape as [number, number])),
      tf.variable(tf.tensor2d(v.data, v.shape as [number, number])),
    ];
    const expected = json('contrastive/result.json')[`bidirect_${bidirect}`] as { nce_f64: number; c_acc: number };
    const both = tf.tidy(() => {
      const { nce, cAcc } = contrastiveLoss(audio, video, bidirect);
      return [nce.dataSync()[0]!, cAcc.dataSync()[0]!];
    });
    compareValue(both[0]!, expected.nce_f64, 'contrastive/result.json', { rtol: 2e-5 }, 'nce');
    compareValue(both[1]!, expected.c_acc, 'contrastive/result.json', {}, 'c_acc');
    const { value, grads } = tf.variableGrads(() => contrastiveLoss(audio, video, bidirect).nce, [audio, video]);
    compare(valuesOf(grads[audio.name]!), `contrastive/grad_audio_bidirect_${bidirect}.bin`);
    compare(valuesOf(grads[video.name]!), `contrastive/grad_video_bidirect_${bidirect}.bin`);
    tf.dispose([value, audio, video]);
  });
});
