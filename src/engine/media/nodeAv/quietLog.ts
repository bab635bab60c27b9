// FFmpeg's own chatter stays off the worker's error stream; what matters comes back as error codes.
import { AV_LOG_FATAL } from 'node-av/constants';
import { Log } from 'node-av/lib';

/** Only what ends the process is still printed. */
export const quietLog = (): void => Log.setLevel(AV_LOG_FATAL);
