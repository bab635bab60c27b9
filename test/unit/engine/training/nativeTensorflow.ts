// Native TensorFlow for tests of this room: false where the binding is not installed.
import { createRequire } from 'node:module';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs';

/** Loads tfjs-node beside the tfjs that the sources import; Node 24 lacks two functions it calls. */
export async function useNative(): Promise<boolean> {
  Object.assign(util, { isNullOrUndefined: (v: unknown) => v === null || v === undefined, isArray: Array.isArray });
  try {
    createRequire(import.meta.url)('@tensorflow/tfjs-node');
    await tf.ready();
    return tf.getBackend() === 'tensorflow';
  } catch {
    return false;
  }
}
