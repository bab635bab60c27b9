// Whether the system tells when long jobs end, and the question to the person before it first may.
import { computed, ref, type ComputedRef } from 'vue';
import { useLayout } from '../../stores/layout.ts';
import { useToasts } from '../../stores/toasts.ts';

const supported = typeof Notification !== 'undefined';
const permission = ref<NotificationPermission>(supported ? Notification.permission : 'denied');

export function useNotify(): { possible: boolean; on: ComputedRef<boolean>; toggle: () => Promise<void> } {
  const [layout, toasts] = [useLayout(), useToasts()];
  const on = computed(() => layout.notify && permission.value === 'granted');
  async function toggle(): Promise<void> {
    if (on.value) return void (layout.notify = false);
    permission.value = await Notification.requestPermission();
    layout.notify = permission.value === 'granted';
    if (permission.value === 'denied')
      toasts.show('warning', 'This browser does not let the page notify you.', {
        hint: 'Allow notifications for this address in the browser’s site settings, then try again.',
      });
    else if (on.value)
      toasts.show('info', 'You will be told when a job of more than 20 seconds ends while you are elsewhere.');
  }
  return { possible: supported, on, toggle };
}
