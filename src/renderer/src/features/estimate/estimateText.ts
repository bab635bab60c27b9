// Estimates in words.
import type { EstimateRow } from '../../../../shared/contract/estimate.ts';
import { shareText } from '../../../../shared/plots/plotFrame.ts';

export const rateText = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

export const estimateText = ({ estimate }: EstimateRow): string =>
  estimate === null ? 'not known' : shareText(estimate);

export const intervalText = ({ estimate, low, high }: EstimateRow): string =>
  estimate === null ? 'no audits' : `${shareText(low)} to ${shareText(high)}`;

/** Clips with the class in an hour of recordings. */
export const hourText = ({ perHour }: EstimateRow): string =>
  perHour?.estimate == null
    ? '–'
    : `${rateText(perHour.estimate)} (${rateText(perHour.low)} to ${rateText(perHour.high)})`;

export const groupText = ({ group }: Pick<EstimateRow, 'group'>): string => group ?? 'no value';
