import { z } from 'zod';
import { readPlanned } from '../shared/planned-file.js';
import { faultShape } from './services/faults.js';
import type { Fault } from './services/faults.js';
import { wishShape } from './trip-request.js';
import type { TripRequest } from './trip-request.js';

/** A trip to book, and what is to go wrong meanwhile. */
export interface PlannedTrip {
  readonly title: string;
  readonly request: TripRequest;
  readonly faults: readonly Fault[];
}

const tripShape = z.strictObject({ title: z.string().min(1), request: wishShape, faults: z.array(faultShape).default([]) });

/** @throws PlannedFileError */
export async function readTrips(file: string): Promise<PlannedTrip[]> {
  const trips = await readPlanned(file, tripShape, { item: 'trip', refusal: 'cannot be booked' });
  return trips.map((trip, index) => ({ ...trip, request: { ...trip.request, reference: `TRIP-${index + 1}` } }));
}
