// Short messages at the foot of the window, one possibly with an action such as Undo. Errors stay until dismissed.
import { defineStore } from 'pinia';
import { onScopeDispose, ref } from 'vue';
import { failureFrom } from '../engine/failure.ts';

export type ToastLevel = 'info' | 'success' | 'warning' | 'error';
export interface Toast {
  id: number;
  level: ToastLevel;
  message: string;
  hint: string | null;
  action: { text: string; run: () => void } | null;
  /** Tells that the engine could not be reached: over once it is. */
  unreachable?: boolean;
}

export const useToasts = defineStore('toasts', () => {
  const toasts = ref<Toast[]>([]);
  let next = 1;

  const timers = new Map<number, ReturnType<typeof setTimeout>>();
  onScopeDispose(() => timers.forEach((timer) => clearTimeout(timer)));

  function dismiss(id: number): void {
    clearTimeout(timers.get(id));
    timers.delete(id);
    toasts.value = toasts.value.filter((toast) => toast.id !== id);
  }
  /** Shows a message; of several with the same words only the newest stays. At most four at once. */
  function show(
    level: ToastLevel,
    message: string,
    extra: { hint?: string | null; action?: Toast['action'] } = {},
  ): number {
    const toast: Toast = { id: next++, level, message, hint: extra.hint ?? null, action: extra.action ?? null };
    toasts.value = [...toasts.value.filter((other) => other.message !== message), toast].slice(-4);
    const shownMs = toast.action || toast.hint ? 7000 : 4000;
    if (level !== 'error')
      timers.set(
        toast.id,
        setTimeout(() => dismiss(toast.id), shownMs),
      );
    return toast.id;
  }
  /** Shows anything thrown, with its next step. Cancellations are no news. */
  function fail(thrown: unknown, doing?: string): void {
    const failure = failureFrom(thrown);
    if (failure.code === 'CANCELLED') return;
    const id = show('error', doing ? `${doing}: ${failure.message}` : failure.message, { hint: failure.hint });
    const toast = toasts.value.find((one) => one.id === id);
    if (toast) toast.unreachable = failure.code === 'UNREACHABLE';
  }
  /** Takes away what was said while the engine was out of reach. */
  function dismissUnreachable(): void {
    toasts.value = toasts.value.filter(({ unreachable }) => !unreachable);
  }
  return { toasts, show, dismiss, dismissUnreachable, fail };
});
