// The open workspace: the host's abilities, what the collection holds, and whether the engine can be reached.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { InferContractRouterOutputs } from '@orpc/contract';
import type { LabelStep } from '../../../shared/contract/annotation.ts';
import type { Capabilities } from '../../../shared/contract/system.ts';
import type { Contract } from '../../../shared/contract/index.ts';
import { client } from '../engine/client.ts';
import { failureFrom } from '../engine/failure.ts';
import type { Failure } from '../engine/failure.ts';
import { inOrder } from '../../../shared/async/inOrder.ts';
import { labelledDelta } from './labelDeltas.ts';

export type Summary = InferContractRouterOutputs<Contract>['collection']['summary'];

export const useCollection = defineStore('collection', () => {
  const capabilities = shallowRef<Capabilities | null>(null);
  const summary = shallowRef<Summary | null>(null);
  const failure = shallowRef<Failure | null>(null);
  const connected = ref(true);
  /** How often the engine was reached again after it was out of reach. */
  const reconnects = ref(0);
  /** The host no longer knows this window: nothing works before it is opened by a fresh address. */
  const signedOut = ref(false);
  const isEmpty = computed(() => summary.value !== null && summary.value.clips === 0);
  const readOnly = computed(() => capabilities.value?.readOnly ?? false);
  /** The workspace's own folder for what is written out. */
  const exportsFolder = computed(() => `${capabilities.value?.workspace.path ?? ''}/exports`);

  const refresh = inOrder(
    () => client.collection.summary(),
    (answer) => {
      summary.value = answer;
    },
  );
  /** Takes a step of the journal into the count of labelled clips. */
  function patch(step: LabelStep): void {
    if (summary.value)
      summary.value = { ...summary.value, labelled: summary.value.labelled + labelledDelta(step, null) };
  }
  async function open(): Promise<void> {
    try {
      const [known] = await Promise.all([client.system.capabilities(), refresh()]);
      [capabilities.value, failure.value] = [known, null];
    } catch (error) {
      failure.value = failureFrom(error);
    }
  }
  return {
    capabilities,
    summary,
    failure,
    connected,
    reconnects,
    signedOut,
    isEmpty,
    readOnly,
    exportsFolder,
    open,
    refresh,
    patch,
  };
});
