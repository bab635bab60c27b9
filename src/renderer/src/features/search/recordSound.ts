// Ten seconds from the microphone, in memory only: asked for at each use, and let go as soon as the recording ends.

export const recordingS = 10;
const kinds: readonly (readonly [string, string])[] = [
  ['audio/webm;codecs=opus', 'webm'],
  ['audio/ogg;codecs=opus', 'ogg'],
  ['audio/mp4', 'm4a'],
];

/** Why a device cannot be used, in words a person can act on. */
export function deviceProblem(thrown: unknown, device: 'microphone' | 'camera'): string {
  switch ((thrown as { name?: string } | null)?.name) {
    case 'NotAllowedError':
      return `The ${device} was not allowed. Allow it in the address bar or the system’s privacy settings, then try again.`;
    case 'NotFoundError':
      return `No ${device} was found. Connect one, then try again.`;
    case 'NotReadableError':
      return `The ${device} is in use by another program, or switched off.`;
    default:
      return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

/** The loudness of one block of samples (-1..1) as a share [0, 1] of what a meter shows: -60 dB to 0 dB. */
export function meterLevel(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const level = Math.sqrt(sum / Math.max(1, samples.length));
  return level <= 0 ? 0 : Math.min(1, Math.max(0, (20 * Math.log10(level) + 60) / 60));
}

export interface SoundRecording {
  stop: () => void;
  cancel: () => void;
  done: Promise<File | null>;
}

/** Begins to record. `done` is the file, or `null` when cancelled. Throws what `getUserMedia` throws. */
export async function recordSound(onTick: (elapsedS: number, level: number) => void): Promise<SoundRecording> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  });
  const [mimeType, extension] = kinds.find(([kind]) => MediaRecorder.isTypeSupported(kind)) ?? ['', 'webm'];
  const recorder = new MediaRecorder(stream, mimeType ? { mimeType } : {});
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const block = new Float32Array(analyser.fftSize);
  const parts: Blob[] = [];
  const begun = performance.now();
  let cancelled = false;
  const stop = (): void => {
    if (recorder.state !== 'inactive') recorder.stop();
  };
  const timer = setInterval(() => {
    const elapsedS = (performance.now() - begun) / 1000;
    analyser.getFloatTimeDomainData(block);
    onTick(Math.min(recordingS, elapsedS), meterLevel(block));
    if (elapsedS >= recordingS) stop();
  }, 50);
  recorder.ondataavailable = (event) => {
    if (event.data.size) parts.push(event.data);
  };
  const done = new Promise<File | null>((resolve, reject) => {
    const end = (): void => {
      clearInterval(timer);
      for (const track of stream.getTracks()) track.stop();
      void context.close();
    };
    recorder.onstop = () => {
      end();
      resolve(
        cancelled
          ? null
          : new File(parts, `recording.${extension}`, { type: (mimeType || 'audio/webm').split(';')[0] }),
      );
    };
    recorder.onerror = (event) => {
      end();
      reject((event as { error?: Error }).error ?? new Error('the recording failed'));
    };
  });
  recorder.start();
  return {
    stop,
    cancel: () => {
      cancelled = true;
      stop();
    },
    done,
  };
}
