// The mel scale of HTK and Kaldi: mel = 1127 ln(1 + f / 700).

export const melOfHz = (hz: number): number => 1127 * Math.log(1 + hz / 700);

export const hzOfMel = (mel: number): number => 700 * (Math.exp(mel / 1127) - 1);
