// Which modalities a classifier looks at, in the reference's strings, and how deep a finetuning goes. No library: the model imports it.

export const finetuneModes = ['multimodal', 'audioonly', 'videoonly'] as const;
export type FinetuneMode = (typeof finetuneModes)[number];

/** `missing…only`: a model trained with both modalities, one of which is missing now. The name says which one is left. */
export const classifierModes = [...finetuneModes, 'missingaudioonly', 'missingvideoonly'] as const;
export type ClassifierMode = (typeof classifierModes)[number];

/** What is trained: the linear head, also the joint blocks, or everything. */
export const finetuneDepths = ['head', 'last', 'full'] as const;
export type FinetuneDepth = (typeof finetuneDepths)[number];
