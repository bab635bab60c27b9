// Which clips a classifier was fitted on: an evaluation must not use them.

/** The setting that keeps their ids. */
export const trainedClipsKey = (classifierId: number): string => `trainedClips:${classifierId}`;
