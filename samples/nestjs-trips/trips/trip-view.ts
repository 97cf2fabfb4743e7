import type { ExecutionStatus } from 'class-saga';
import type { BookedTrip } from './booked-trip.entity.js';

/** What `GET /trips/:reference` answers. */
export interface TripView {
  readonly reference: string;
  readonly tenant: string;
  readonly status: ExecutionStatus;
  /** As we keep it; `null`: it is not booked, or not yet. */
  readonly trip: BookedTrip | null;
  /** What has happened so far, in Mermaid. */
  readonly diagram: string;
}
