// Where in a value something is, for messages: `$.card.owners[3]<map key 2>`.
import { quoted } from '../../graph/wording.js';

/** A property, an index, or a place that has no name of its own. */
export type Segment = string | number | Place;
interface Place {
  readonly place: string;
}

/** Longer paths are told by their beginning and their end. */
const segmentsTold = 20;

const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

export function pathText(segments: readonly Segment[]): string {
  if (segments.length <= segmentsTold) return `$${segments.map(segmentText).join('')}`;
  const half = segmentsTold / 2;
  return `$${segments.slice(0, half).map(segmentText).join('')}…${segments.slice(-half).map(segmentText).join('')}`;
}

function segmentText(segment: Segment): string {
  if (typeof segment === 'number') return `[${segment}]`;
  if (typeof segment === 'object') return `<${segment.place}>`;
  return identifier.test(segment) ? `.${segment}` : `[${quoted(segment)}]`;
}
